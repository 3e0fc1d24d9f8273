/**
 * Thoughts in `reasoning_details`, as OpenRouter wants them back: unchanged.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks
 * @module
 */
import type { JsonObject, ReasoningBlock } from '../../src/canonical.ts'

/** A message with the thoughts that belong to it. Those that came without details go as plain text. */
export function inDetails(message: JsonObject, thoughts: readonly ReasoningBlock[]): JsonObject {
  if (thoughts.length === 0) return message
  const isPlain = thoughts.every(({ signature, encrypted, extra }) => !signature && !encrypted && !extra)
  if (isPlain) return { ...message, reasoning: thoughts.map(({ text }) => text).join('') }
  return { ...message, reasoning_details: thoughts.map(detail) }
}

function detail({ text, signature, encrypted, extra }: ReasoningBlock, index: number): JsonObject {
  if (encrypted !== undefined) return { type: 'reasoning.encrypted', data: encrypted, ...extra, index }
  // A summary says so itself.
  const isSummary = extra?.['type'] === 'reasoning.summary'
  return { type: 'reasoning.text', ...(isSummary ? { summary: text } : { text, signature }), ...extra, index }
}
