/**
 * Ways to ask for thoughts, and to say those of earlier turns again.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { JsonObject, Reasoning, ReasoningBlock } from '../../src/canonical.ts'

/** Asks in OpenAI's own words. */
export function openly({ effort, maxTokens }: Reasoning, warn: Warn): JsonObject {
  if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
  return { reasoning_effort: effort }
}

/** Asks by turning `thinking` on or off. */
export function switched({ effort, maxTokens }: Reasoning, warn: Warn): JsonObject {
  if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
  return { thinking: { type: effort === 'none' ? 'disabled' : 'enabled' } }
}

/** In `reasoning_content`, where there are any. */
export function asReasoningContent(message: JsonObject, thoughts: readonly ReasoningBlock[]): JsonObject {
  return thoughts.length === 0 ? message : { ...message, reasoning_content: joined(thoughts) }
}

/** In `reasoning`, where there are any. */
export function asReasoning(message: JsonObject, thoughts: readonly ReasoningBlock[]): JsonObject {
  return thoughts.length === 0 ? message : { ...message, reasoning: joined(thoughts) }
}

/** Before the words, between tags. */
export function inTags(message: JsonObject, thoughts: readonly ReasoningBlock[]): JsonObject {
  const { content } = message
  if (thoughts.length === 0) return message
  const tagged = `<think>${joined(thoughts)}</think>`
  if (!Array.isArray(content)) return { ...message, content: tagged + (typeof content === 'string' ? content : '') }
  return { ...message, content: [{ type: 'text', text: tagged }, ...content] }
}

/** In `reasoning_content` of every message that calls tools, of which these providers insist; `nothing` stands for thoughts that are lost. */
export function withCalls(nothing: string): typeof asReasoningContent {
  return (message, thoughts) => {
    const isMissing = thoughts.length === 0 && message['tool_calls'] !== undefined
    return isMissing ? { ...message, reasoning_content: nothing } : asReasoningContent(message, thoughts)
  }
}

function joined(thoughts: readonly ReasoningBlock[]): string {
  return thoughts.map(({ text }) => text).join('')
}
