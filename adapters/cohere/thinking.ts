/**
 * How much to think.
 *
 * @see https://docs.cohere.com/docs/reasoning
 * @module
 */
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import type { Native, Task } from './native.ts'

/** What each level is worth, in tokens. */
const BUDGETS: ReadonlyMap<string, number> = new Map([
  ['minimal', 256],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
  ['xhigh', 32_768],
  ['max', 32_768],
])

/** How much to think, as a member of the request. Absent is the model's own way, which for those that can is to think. */
export function think({ request, warn }: Task): Native {
  const { effort, maxTokens } = request.reasoning ?? {}
  const verbatim = request.extra?.['thinking']
  if (verbatim != null) {
    if (!isObject(verbatim)) throw badRequest('`thinking` must be an object.', 'thinking', 'invalid_value')
    if (effort !== undefined || maxTokens !== undefined) warn('reasoning_effort', 'thinking is used instead')
    return { thinking: verbatim }
  }
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  const budget = maxTokens ?? (effort === undefined ? undefined : worth(effort))
  return budget === undefined ? {} : { thinking: { type: 'enabled', token_budget: budget } }
}

function worth(effort: string): number {
  const budget = BUDGETS.get(effort)
  if (budget !== undefined) return budget
  const levels = ['none', ...BUDGETS.keys()].join(', ')
  throw badRequest(`"${effort}" is no level of effort: ${levels}.`, 'reasoning_effort', 'invalid_value')
}
