/**
 * Members beyond OpenAI's that every client may send.
 *
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import type { Probe } from './probe.ts'

const room = { max_completion_tokens: 9000 }

/** A member, what it is tried with, and what beside it. */
const EXTENSIONS: Readonly<Record<string, readonly [whole: JsonObject, without: JsonObject]>> = {
  top_k: [{ top_k: 7 }, {}],
  'reasoning.effort': [{ ...room, reasoning: { effort: 'high' } }, room],
  'reasoning.max_tokens': [{ ...room, reasoning: { max_tokens: 4000 } }, room],
  'reasoning.enabled: true': [{ ...room, reasoning: { enabled: true } }, room],
  'reasoning.enabled: false': [{ ...room, reasoning: { enabled: false } }, room],
  'reasoning.exclude': [
    { ...room, reasoning: { effort: 'high', exclude: true } },
    { ...room, reasoning: { effort: 'high' } },
  ],
  cache_control: [{ cache_control: { type: 'ephemeral' } }, {}],
  thinking: [{ ...room, thinking: { type: 'enabled', budget_tokens: 2048 } }, room],
  safety_settings: [{ safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] }, {}],
  safe_prompt: [{ safe_prompt: true }, {}],
  repetition_penalty: [{ repetition_penalty: 1.1 }, {}],
  'anything else': [{ nonsense: 1 }, {}],
}

/** What warnings name these by, where that is not their own name: the surface takes one word for the other. */
const PARAMS: Readonly<Record<string, readonly string[]>> = {
  'reasoning.max_tokens': ['reasoning.max_tokens', 'reasoning_effort'],
  thinking: ['thinking', 'reasoning_effort'],
  'reasoning.effort': ['reasoning_effort'],
  'reasoning.enabled: true': ['reasoning_effort'],
  'reasoning.enabled: false': ['reasoning_effort'],
  'anything else': ['nonsense'],
}

/** All of them, by name. */
export const extensions: readonly Probe[] = Object.entries(EXTENSIONS).map(([name, [whole, without]]) => ({
  name,
  params: PARAMS[name] ?? [name],
  whole,
  without,
  foreign: true,
  // Of a model that does not think unasked, it asks nothing.
  ...(name === 'reasoning.enabled: false' && { idle: true }),
}))
