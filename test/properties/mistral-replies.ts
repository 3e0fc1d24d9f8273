/**
 * Replies of Mistral, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { calls, halves, type Mouth, sealed, words } from './mouth.ts'
import type { Native } from './rig.ts'

const MODEL = 'mistral-small-latest'

/** A chunk of content, and the pieces a stream tells it in. */
interface Chunk {
  readonly whole: JsonObject
  readonly pieces: readonly JsonObject[]
}

/** Thoughts, each ended by its signature, the last one perhaps without. */
const thoughts = fc
  .record({ signed: fc.array(fc.record({ text: words, signature: sealed }), { maxLength: 2 }), last: fc.option(words) })
  .map(({ signed, last }) => [
    ...signed.map(({ text, signature }) => thinking(text, { signature })),
    ...(last === null ? [] : [thinking(last)]),
  ])
const reference = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 2 }).map((reference_ids): Chunk => {
  const whole = { type: 'reference', reference_ids }
  return { whole, pieces: [whole] }
})
/** Words, each run but the last ended by what bears it out: two without would be one. */
const spoken = fc
  .record({ borne: fc.array(fc.tuple(words, reference), { maxLength: 2 }), last: fc.option(words) })
  .map(({ borne, last }) => [
    ...borne.flatMap(([text, reference]) => [said(text), reference]),
    ...(last === null ? [] : [said(last)]),
  ])

const messages = fc.record({ thoughts, spoken, calls }).filter(({ spoken, calls }) => spoken.length + calls.length > 0)

interface Message {
  readonly thoughts: readonly Chunk[]
  readonly spoken: readonly Chunk[]
  readonly calls: readonly { readonly name: string; readonly input: JsonObject }[]
}

/** What Mistral may reply. */
export const mistralReplies: Mouth = {
  model: MODEL,
  replies: messages.map((message) => mistralReply(message)),
  ending: (reason) => mistralReply({ thoughts: [], spoken: [said('Hi.')], calls: [] }, reason),
  breaks: ['error'],
  original: ({ choices }) => gist(Array.isArray(choices) ? choices[0]?.message : undefined),
  again: gist,
}

/** A message with its one text as a chunk. */
function gist(message: unknown): unknown {
  const { content, tool_calls: calls } = isObject(message) ? message : {}
  const chunks = typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : content
  return { chunks, calls: calls ?? [] }
}

/** A thought. */
export function thinking(text: string, facts: JsonObject = {}): Chunk {
  const chunk = (text: string, facts: JsonObject): JsonObject => ({
    type: 'thinking',
    thinking: [{ type: 'text', text }],
    ...facts,
    closed: true,
  })
  const pieces = halves(text)
  return {
    whole: chunk(text, facts),
    pieces: pieces.map((piece, index) => chunk(piece, index === pieces.length - 1 ? facts : {})),
  }
}

/** Words. */
export function said(text: string): Chunk {
  return { whole: { type: 'text', text }, pieces: halves(text).map((piece) => ({ type: 'text', text: piece })) }
}

/** A reply of Mistral's, in both of its forms. */
export function mistralReply({ thoughts, spoken, calls }: Message, reason?: string): Native {
  const finish_reason = reason ?? (calls.length > 0 ? 'tool_calls' : 'stop')
  const head = { id: 'r1', created: 1767225600, model: MODEL }
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
  const chunks = [...thoughts, ...spoken]
  const content = chunks.map(({ whole }) => whole)
  const plain = content.length === 1 && content[0]?.['type'] === 'text' ? content[0]['text'] : undefined
  const tool_calls = calls.map(({ name, input }, index) => ({
    id: `call0000${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }))
  const event = (delta: JsonObject, ending: JsonObject = { finish_reason: null }): JsonObject => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, ...ending }],
  })
  const last =
    calls.length > 0 ? { tool_calls: tool_calls.map((call, index) => ({ ...call, index })) } : { content: '' }
  return {
    whole: {
      ...head,
      object: 'chat.completion',
      usage,
      choices: [
        {
          index: 0,
          finish_reason,
          message: {
            role: 'assistant',
            tool_calls: calls.length > 0 ? tool_calls : null,
            content: plain ?? (content.length > 0 ? content : ''),
          },
        },
      ],
    },
    frames: [
      event({ role: 'assistant', content: '' }),
      ...chunks.flatMap(({ pieces }) =>
        pieces.map((piece) => event({ content: plain === undefined ? [piece] : piece['text'] })),
      ),
      { ...event(last, { finish_reason }), usage },
    ],
  }
}
