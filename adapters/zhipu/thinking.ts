/**
 * Thinking, as GLM's newer models are asked for it.
 *
 * @see https://docs.z.ai/guides/capabilities/thinking-mode
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { JsonObject, Reasoning } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { switched } from '../openai/thoughts.ts'

/** Words for how much to think, where it is a matter of degree. */
export function effortful(wish: Reasoning, warn: Warn): JsonObject {
  const { effort } = wish
  return { ...switched(wish, warn), ...(effort !== undefined && effort !== 'none' && { reasoning_effort: effort }) }
}

/** A request that keeps the thoughts it holds: the API forgets those of earlier turns unless it is told not to. */
export function preserving(body: JsonObject): JsonObject {
  const { messages, thinking } = body
  const said =
    Array.isArray(messages) && messages.some((message) => isObject(message) && 'reasoning_content' in message)
  return said ? { ...body, thinking: { clear_thinking: false, ...(isObject(thinking) && thinking) } } : body
}
