/**
 * Whether to think, and how much.
 *
 * @see https://docs.ollama.com/capabilities/thinking
 * @module
 */
import type { Amendment } from '../../src/adapter.ts'
import type { ChatRequest, Failure } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import type { Native, Task } from './native.ts'

/** What each level of effort is here. Models without levels take them all for `true`. */
const LEVELS = new Map<string, string | false>([
  ['none', false],
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'max'],
  ['max', 'max'],
])

/** Whether to think, as a member of the request. Absent is the model's own way, which for those that can is to think. */
export function think({ request, warn }: Task): Native {
  const { effort, maxTokens } = request.reasoning ?? {}
  const verbatim = request.extra?.['think']
  if (verbatim != null) {
    if (effort !== undefined) warn('reasoning_effort', 'think is used instead')
    return { think: verbatim }
  }
  if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
  if (effort === undefined) return maxTokens === undefined ? {} : { think: true }
  const level = LEVELS.get(effort)
  if (level !== undefined) return { think: level }
  const levels = [...LEVELS.keys()].join(', ')
  throw badRequest(`"${effort}" is no level of effort: ${levels}.`, 'reasoning_effort', 'invalid_value')
}

/** Asks a model that cannot think once more, without asking it to. */
export function amend(request: ChatRequest, { message }: Failure): Amendment | undefined {
  if (!/does not support thinking/u.test(message) || thoughtless(request) === request) return undefined
  return { param: 'reasoning_effort', reason: 'unsupported by this model', lasting: true, apply: thoughtless }
}

/** A request that does not ask for thoughts. One that forbids them may: that no model refuses. */
function thoughtless(request: ChatRequest): ChatRequest {
  const { reasoning, extra, ...rest } = request
  const { think, ...others } = extra ?? {}
  const asks = reasoning !== undefined && reasoning.effort !== 'none'
  if (!asks && (think === undefined || think === false)) return request
  return { ...rest, ...(Object.keys(others).length > 0 && { extra: others }) }
}
