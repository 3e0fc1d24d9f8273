/**
 * How much to think.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 * @see https://ai.google.dev/gemini-api/docs/openai#thinking
 * @module
 */
import type { Reasoning } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import type { Thinks } from './models.ts'
import type { Native, Task } from './native.ts'

/** What each level of effort is worth in tokens, in Google's own compatible API. `max` is as much as the model can. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.POSITIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
}

/** All levels there are, lowest first. */
const LEVELS = ['minimal', 'low', 'medium', 'high']

/** How much to think, in the provider's words. Absent is the model's own way. */
export function thinkingConfig(task: Task): Native {
  const { request, fact, extension } = task
  const { thinkingBudget, thinkingLevel, includeThoughts } = extension.thinkingConfig ?? {}
  const isVerbatim = thinkingBudget != null || thinkingLevel != null
  const { effort, maxTokens, hidden } = request.reasoning ?? {}
  if (isVerbatim && (effort !== undefined || maxTokens !== undefined)) {
    const message = '`reasoning_effort` and `google.thinking_config` say the same thing. Use one.'
    throw badRequest(message, 'reasoning_effort', 'invalid_value')
  }
  const amount = isVerbatim
    ? { ...(thinkingBudget != null && { thinkingBudget }), ...(thinkingLevel != null && { thinkingLevel }) }
    : request.reasoning
      ? amountOf(fact.thinks, request.reasoning, task)
      : {}
  const thinks = effort !== 'none' && fact.thinks.by !== 'nothing'
  const shows = includeThoughts ?? (request.reasoning !== undefined && thinks && hidden !== true)
  const config = { ...amount, ...(shows && { includeThoughts: true }) }
  return Object.keys(config).length > 0 ? { thinkingConfig: config } : {}
}

function amountOf(thinks: Thinks, { effort, maxTokens }: Reasoning, task: Task): Native {
  switch (thinks.by) {
    case 'nothing':
      return {}
    case 'budget':
      return budget(thinks, effort, maxTokens, task)
    case 'level':
      if (maxTokens !== undefined) task.warn('reasoning.max_tokens', 'unsupported by this model')
      return effort === undefined ? {} : { thinkingLevel: level(thinks.levels, effort, task).toUpperCase() }
  }
}

/** A budget within what the model takes, and within the limit of the whole reply, of which thoughts are a part. */
function budget(
  { off, least, most }: Extract<Thinks, { by: 'budget' }>,
  effort: string | undefined,
  maxTokens: number | undefined,
  { request, warn }: Task,
): Native {
  if (effort === 'none') {
    if (off > 0) warn('reasoning_effort', `this model always thinks, sent as ${off} tokens`)
    return { thinkingBudget: off }
  }
  const wanted = maxTokens ?? BUDGETS[effort ?? '']
  if (wanted === undefined) return {}
  const within = Math.min(Math.max(wanted, least), most)
  if (maxTokens !== undefined && within !== maxTokens) warn('reasoning.max_tokens', `clamped to ${within}`)
  if (request.maxTokens === undefined || request.maxTokens > within) return { thinkingBudget: within }
  const lowered = Math.max(least, Math.floor(request.maxTokens / 2))
  warn('reasoning_effort', `lowered to ${lowered} tokens, to leave room for the reply`)
  return { thinkingBudget: lowered }
}

/** The nearest level that the model has; of two as near, the higher one. */
function level(levels: readonly string[], effort: string, { warn }: Task): string {
  const wished = effort === 'none' ? 0 : effort === 'xhigh' || effort === 'max' ? LEVELS.length : LEVELS.indexOf(effort)
  const distance = (one: string): number => Math.abs(LEVELS.indexOf(one) - wished)
  const nearest = levels.reduce((best, one) => (distance(one) <= distance(best) ? one : best))
  if (effort === 'none') warn('reasoning_effort', `this model always thinks, sent as ${nearest}`)
  else if (effort !== nearest && effort !== 'minimal')
    warn('reasoning_effort', `unsupported by this model, sent as ${nearest}`)
  return nearest
}
