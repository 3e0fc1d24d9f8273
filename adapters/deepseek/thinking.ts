/**
 * What goes together with thinking, and what without.
 *
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** How a model thinks: unless told otherwise, only when told, or always and without a look back. */
export type Habit = 'thinking' | 'silent' | 'forgetful'

/** Settles a body for models of a habit: with thinking nothing is sampled, and without it no thoughts are told again. */
export function settled(habit: Habit): (body: JsonObject, request: ChatRequest, warn: Warn) => JsonObject {
  return (body, _, warn) => {
    const { thinking } = body
    const told = isObject(thinking) ? thinking['type'] : undefined
    const thinks = told === undefined ? habit !== 'silent' : told === 'enabled'
    const spoken = thinks ? unsampled(body, warn) : body
    return thinks && habit !== 'forgetful' ? spoken : { ...spoken, messages: forgotten(spoken['messages']) }
  }
}

/** Parameters that have no effect while a model thinks. */
const SAMPLING = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'] as const

function unsampled(body: JsonObject, warn: Warn): JsonObject {
  const kept = Object.entries(body).filter(([name, value]) => {
    const idle = value !== undefined && SAMPLING.some((one) => one === name)
    if (idle) warn(name, 'has no effect while the model thinks')
    return !idle
  })
  return Object.fromEntries(kept)
}

function forgotten(messages: JsonObject[string]): readonly JsonObject[] {
  return (Array.isArray(messages) ? messages : [])
    .filter(isObject)
    .map(({ reasoning_content: _, ...message }) => message)
}
