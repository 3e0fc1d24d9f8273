/**
 * Replies of Bedrock, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import type { Native } from './rig.ts'

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')
const input = fc.dictionary(fc.constantFrom('city', 'n'), fc.oneof(words, fc.integer(), fc.constant([1, null])))

/** A block in the form of a whole body, and the events that tell it. */
interface Block {
  readonly whole: JsonObject
  readonly start?: JsonObject
  readonly deltas: readonly JsonObject[]
}

const text = words.map((text): Block => ({ whole: { text }, deltas: halves(text).map((text) => ({ text })) }))

const thought = fc.record({ text: words, signature: words }).map((reasoningText): Block => ({
  whole: { reasoningContent: { reasoningText } },
  deltas: [
    ...halves(reasoningText.text).map((text) => ({ reasoningContent: { text } })),
    { reasoningContent: { signature: reasoningText.signature } },
  ],
}))

const hidden = fc.base64String({ minLength: 4, maxLength: 12 }).map((redactedContent): Block => {
  const reasoningContent = { redactedContent }
  return { whole: { reasoningContent }, deltas: [{ reasoningContent }] }
})

const call = fc.record({ name: fc.constantFrom('get_weather', 'get_time'), input })

/** What a model says: thoughts, words, and calls. */
const messages = fc
  .record({
    thoughts: fc.array(fc.oneof(thought, hidden), { maxLength: 2 }),
    said: fc.array(text, { maxLength: 2 }),
    calls: fc.array(call, { maxLength: 3 }),
  })
  .filter(({ said, calls }) => said.length + calls.length > 0)
  .map(({ thoughts, said, calls }) => [
    ...thoughts,
    ...said,
    ...calls.map(({ name, input }, index): Block => {
      const head = { toolUseId: `tooluse_${index}`, name }
      const json = Object.keys(input).length > 0 ? JSON.stringify(input) : ''
      return {
        whole: { toolUse: { ...head, input } },
        start: { toolUse: head },
        deltas: ['', ...halves(json)].map((piece) => ({ toolUse: { input: piece } })),
      }
    }),
  ])

/** What Bedrock may reply. */
export const bedrockReplies = {
  model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  replies: messages.map((blocks) => reply(blocks)),
  ending: (reason: string): Native => reply([{ whole: { text: 'Hi.' }, deltas: [{ text: 'Hi.' }] }], reason),
}

function reply(blocks: readonly Block[], reason?: string): Native {
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

function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '')
}
