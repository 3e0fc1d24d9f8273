/**
 * How deeply to think, and what thinking leaves of the sampling parameters.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
 * @see https://platform.claude.com/docs/en/build-with-claude/effort
 * @module
 */
import { badRequest } from '../../src/errors.ts'
import type { ClaudeFact } from './models.ts'
import { extension, type Native, type Task } from './native.ts'

/** Thinking in the provider's words. Absent is the model's own way. */
export interface Thinking {
  readonly thinking?: Native
  readonly effort?: string
}

/** What each level is worth, in tokens, to a model that thinks within a budget. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
}
/** OpenAI's levels of effort, lowest first. */
export const LEVELS = Object.keys(BUDGETS)
const LEAST_BUDGET = 1024

/** Says how deeply to think, within a limit on the whole output. */
export function think({ request, fact, warn }: Task, limit: number): Thinking {
  const { effort, maxTokens, hidden } = request.reasoning ?? {}
  if (effort !== undefined && effort !== 'none' && !LEVELS.includes(effort)) {
    throw badRequest(
      `"${effort}" is no level of effort: ${['none', ...LEVELS].join(', ')}.`,
      'reasoning_effort',
      'invalid_value',
    )
  }
  const verbatim = extension(request, 'thinking')
  if (verbatim) return { thinking: { ...verbatim }, ...level(effort, fact, warn) }
  if (effort === 'none') return quiet(fact, warn)
  if (effort === undefined && maxTokens === undefined) return {}
  if (maxTokens !== undefined && fact.thinking.includes('enabled')) return budget(maxTokens, limit, hidden, warn)
  if (fact.thinking.includes('adaptive')) {
    if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported by this model')
    // Newer models keep their thoughts to themselves unless asked to summarize them.
    return { thinking: { type: 'adaptive', display: hidden ? 'omitted' : 'summarized' }, ...level(effort, fact, warn) }
  }
  return budget(BUDGETS[effort ?? ''] ?? LEAST_BUDGET, limit, hidden, warn)
}

/** As little thinking as the model can do. */
function quiet({ thinking, thinks }: ClaudeFact, warn: Task['warn']): Thinking {
  if (thinks === 'asked') return {}
  if (thinking.includes('disabled')) return { thinking: { type: 'disabled' } }
  if (thinking.includes('between_tools')) return { thinking: { type: 'between_tools' } }
  warn('reasoning_effort', 'this model always thinks, sent as low')
  return { effort: 'low' }
}

/** The level itself, or the next lower one that the model has. */
function level(effort: string | undefined, { efforts }: ClaudeFact, warn: Task['warn']): Pick<Thinking, 'effort'> {
  if (effort === undefined || effort === 'none') return {}
  if (efforts.includes(effort)) return { effort }
  const nearest = efforts.findLast((one) => LEVELS.indexOf(one) <= LEVELS.indexOf(effort)) ?? efforts[0]
  // The lowest level is what OpenAI's `minimal` means here.
  if (!nearest) warn('reasoning_effort', 'unsupported by this model')
  else if (effort !== 'minimal') warn('reasoning_effort', `unsupported by this model, sent as ${nearest}`)
  return nearest ? { effort: nearest } : {}
}

/** OpenAI's limit includes reasoning, so the budget is a part of it: at most four fifths. */
function budget(wanted: number, limit: number, hidden: boolean | undefined, warn: Task['warn']): Thinking {
  const tokens = Math.min(wanted, Math.floor(0.8 * limit))
  if (tokens < LEAST_BUDGET) {
    warn('reasoning_effort', `turned off: thinking needs ${LEAST_BUDGET} tokens within four fifths of the limit`)
    return {}
  }
  return { thinking: { type: 'enabled', budget_tokens: tokens, ...(hidden && { display: 'omitted' }) } }
}

/** Sampling parameters: one of them, in the provider's range, and none while it thinks. */
export function sampling({ request, warn }: Task, thinking: Native | undefined): Native {
  const { temperature, topP, topK } = request
  if (thinking?.['type'] === 'adaptive' || thinking?.['type'] === 'enabled') {
    const dropped = { temperature, top_p: topP, top_k: topK }
    for (const [param, value] of Object.entries(dropped)) {
      if (value !== undefined && value !== 1) warn(param, 'unsupported while thinking')
    }
    return {}
  }
  if (temperature !== undefined && temperature > 1) warn('temperature', 'clamped to 1')
  if (temperature !== undefined && topP !== undefined) warn('top_p', 'unsupported together with temperature')
  return {
    ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(topP !== undefined && temperature === undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  }
}
