/**
 * Replies of Bedrock, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { calls, halves, type Mouth, sealed, words } from './mouth.ts'
import type { Native } from './rig.ts'

/** A block in the form of a whole body, and the events that tell it. */
interface Block {
  readonly whole: JsonObject
  readonly start?: JsonObject
  readonly deltas: readonly JsonObject[]
}

/** What a model says: thoughts, words, and calls. */
const messages = fc
  .record({
    thoughts: fc.array(
      fc.oneof(
        fc.tuple(words, words).map(([text, signature]) => thought(text, signature)),
        sealed.map(hidden),
      ),
      {
        maxLength: 2,
      },
    ),
    said: fc.array(words.map(text), { maxLength: 2 }),
    calls,
  })
  .filter(({ said, calls }) => said.length + calls.length > 0)
  .map(({ thoughts, said, calls }) => [
    ...thoughts,
    ...said,
    ...calls.map(({ name, input }, index) => call(`tooluse_${index}`, name, input)),
  ])

/** What Bedrock may reply. */
export const bedrockReplies: Mouth = {
  model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  replies: messages.map((blocks) => converseReply(blocks)),
  ending: (reason) => converseReply([text('Hi.')], reason),
  breaks: ['malformed_model_output', 'malformed_tool_use'],
  original: ({ output }) =>
    isObject(output) && isObject(output['message']) ? output['message']['content'] : undefined,
  again: ({ content }) => content,
}

/** Words. */
export function text(text: string): Block {
  return { whole: { text }, deltas: halves(text).map((text) => ({ text })) }
}

/** A thought, with its proof. */
export function thought(text: string, signature: string): Block {
  const pieces = [...halves(text).map((text) => ({ text })), { signature }]
  return {
    whole: { reasoningContent: { reasoningText: { text, signature } } },
    deltas: pieces.map((reasoningContent) => ({ reasoningContent })),
  }
}

/** A thought nobody can read. */
export function hidden(redactedContent: string): Block {
  const reasoningContent = { redactedContent }
  return { whole: { reasoningContent }, deltas: [{ reasoningContent }] }
}

/** A call. */
export function call(toolUseId: string, name: string, input: JsonObject): Block {
  const head = { toolUseId, name }
  const json = Object.keys(input).length > 0 ? JSON.stringify(input) : ''
  return {
    whole: { toolUse: { ...head, input } },
    start: { toolUse: head },
    deltas: ['', ...halves(json)].map((piece) => ({ toolUse: { input: piece } })),
  }
}

/** A reply of Converse, in both of its forms. */
export function converseReply(blocks: readonly Block[], reason?: string): Native {
  const stopReason = reason ?? (blocks.some(({ whole }) => 'toolUse' in whole) ? 'tool_use' : 'end_turn')
  const metadata = { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, metrics: { latencyMs: 1 } }
  return {
    whole: {
      output: { message: { role: 'assistant', content: blocks.map(({ whole }) => whole) } },
      stopReason,
      ...metadata,
    },
    frames: [
      { messageStart: { role: 'assistant' } },
      ...blocks.flatMap(({ start, deltas }, contentBlockIndex) => [
        ...(start ? [{ contentBlockStart: { contentBlockIndex, start } }] : []),
        ...deltas.map((delta) => ({ contentBlockDelta: { contentBlockIndex, delta } })),
        { contentBlockStop: { contentBlockIndex } },
      ]),
      { messageStop: { stopReason } },
      { metadata },
    ],
  }
}
