/**
 * How deeply to think, family by family, and what thinking leaves of the sampling parameters.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 * @module
 */
import { badRequest } from '../../src/errors.ts'
import { LEVELS, sampling, think, type Thinking } from '../anthropic/thinking.ts'
import { claudeOf } from './models.ts'
import { extension, type Native, type Task } from './native.ts'

/** What goes into `inferenceConfig`, and what into `additionalModelRequestFields`. */
export interface Manner {
  readonly inference: Native
  readonly fields: Native
  /** Whether it is known to think. */
  readonly thinks: boolean
}

/** What about the rest of the request makes Claude refuse to think. */
export interface Hindrances {
  readonly forced: boolean
  /** The thoughts behind the last calls are gone. */
  readonly forgotten: boolean
}

/** Says how to think and how to choose words. */
export function manner(task: Task, hindrances: Hindrances): Manner {
  return task.fact.thinking === 'claude' ? claudes(task, hindrances) : others(task)
}

function claudes({ request, fact, warn }: Task, hindrances: Hindrances): Manner {
  const task = { request, fact: claudeOf(fact), warn }
  const thought = settle(think(task, request.maxTokens ?? task.fact.output), hindrances, task.warn)
  const { temperature, top_p, top_k } = sampling(task, thought.thinking)
  return {
    inference: { ...(temperature !== undefined && { temperature }), ...(top_p !== undefined && { topP: top_p }) },
    fields: {
      ...(thought.thinking && { thinking: thought.thinking }),
      ...(thought.effort !== undefined && { output_config: { effort: thought.effort } }),
      ...(top_k !== undefined && { top_k }),
    },
    thinks: isOn(thought),
  }
}

/** Gives up thinking where the request makes the model refuse it. */
function settle(thought: Thinking, { forced, forgotten }: Hindrances, warn: Task['warn']): Thinking {
  if (!isOn(thought)) return thought
  if (forced) {
    warn('reasoning_effort', 'turned off: not possible together with a forced tool_choice')
    return {}
  }
  if (thought.thinking?.['type'] !== 'enabled' || !forgotten) return thought
  warn('reasoning_effort', 'turned off: the thoughts behind the last tool calls were not sent back')
  return {}
}

function isOn({ thinking }: Thinking): boolean {
  return thinking?.['type'] === 'enabled' || thinking?.['type'] === 'adaptive'
}

function others(task: Task): Manner {
  const { request, fact, warn } = task
  const { maxTokens, hidden } = request.reasoning ?? {}
  if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported by this model')
  if (hidden) warn('reasoning.exclude', 'unsupported by this model')
  if (extension(request, 'thinking')) warn('thinking', 'unsupported by this model')
  const level = levelOf(task)
  const { temperature, topP, topK } = request
  const isDeep = fact.thinking === 'reasoningConfig' && level === 'high'
  if (isDeep && temperature !== undefined) warn('temperature', 'unsupported while thinking deeply')
  if (isDeep && topP !== undefined) warn('top_p', 'unsupported while thinking deeply')
  if (!isDeep && temperature !== undefined && temperature > 1) warn('temperature', 'clamped to 1')
  return {
    inference: isDeep
      ? {}
      : {
          ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
          ...(topP !== undefined && { topP }),
        },
    fields: {
      ...(level !== undefined && said(fact.thinking, level)),
      ...(topK !== undefined && { inferenceConfig: { topK } }),
    },
    thinks: level !== undefined,
  }
}

/** The level as the family knows it; nothing where it is not told, and thinks as it does by itself. */
function levelOf({ request, fact: { thinking }, warn }: Task): string | undefined {
  const { effort } = request.reasoning ?? {}
  if (effort === undefined || thinking === 'untold') return undefined
  if (effort !== 'none' && !LEVELS.includes(effort))
    throw badRequest(`"${effort}" is no level of effort: ${['none', ...LEVELS].join(', ')}.`, 'reasoning_effort')
  if (effort === 'none') {
    if (thinking === 'reasoning_effort') warn('reasoning_effort', 'this model always thinks')
    return undefined
  }
  const level = LOW.has(effort) ? 'low' : effort === 'medium' ? 'medium' : 'high'
  // Qwen knows two levels. Nova takes no limit where it thinks deeply.
  const known = thinking === 'reasoning_config' && level === 'medium' ? 'high' : level
  const bounded = thinking === 'reasoningConfig' && known === 'high' && request.maxTokens !== undefined
  const sent = bounded ? 'medium' : known
  if (sent !== effort && effort !== 'minimal') warn('reasoning_effort', `unsupported by this model, sent as ${sent}`)
  return sent
}

const LOW = new Set(['minimal', 'low'])

function said(thinking: Task['fact']['thinking'], level: string): Native {
  return thinking === 'reasoningConfig'
    ? { reasoningConfig: { type: 'enabled', maxReasoningEffort: level } }
    : { [thinking]: level }
}
