/**
 * Native replies made up by fast-check, each in both of its forms.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { subjects } from '../contract/subjects.ts'
import { bedrockReplies } from './bedrock-replies.ts'
import { cohereReplies } from './cohere-replies.ts'
import { ollamaReplies } from './ollama-replies.ts'
import type { Native } from './rig.ts'

/** An adapter, a model of its provider, and whatever that may reply. */
export interface Correspondent {
  readonly name: string
  readonly adapter: (typeof subjects)[number]['adapter']
  readonly model: string
  readonly replies: fc.Arbitrary<Native>
  /** A reply that ends for the reason given. */
  ending(reason: string): Native
}

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')
const input = fc.dictionary(
  fc.constantFrom('city', 'n', 'deep'),
  fc.oneof(words, fc.integer(), fc.constant({ a: [1, null, 'x'] })),
)
const calls = fc.array(fc.record({ name: fc.constantFrom('get_weather', 'get_time'), input }), { maxLength: 3 })

// ------------------------------------------------------------------------------------------------------------ anthropic

const thought = fc.record({
  type: fc.constant('thinking'),
  thinking: fc.oneof(words, fc.constant('')),
  signature: fc.base64String({ minLength: 4, maxLength: 12 }),
})
const hidden = fc.record({
  type: fc.constant('redacted_thinking'),
  data: fc.base64String({ minLength: 4, maxLength: 12 }),
})
const text = fc.record({ type: fc.constant('text'), text: words })
const searched = fc.constant([
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
])

const content = fc
  .record({
    thoughts: fc.array(fc.oneof(thought, hidden), { maxLength: 2 }),
    search: fc.option(searched),
    texts: fc.array(text, { maxLength: 3 }),
    calls,
  })
  .map(({ thoughts, search, texts, calls }): readonly JsonObject[] => [
    ...thoughts,
    ...(search ?? []),
    ...texts,
    ...calls.map(({ name, input }, index) => ({ type: 'tool_use', id: `toolu_${index}`, name, input })),
  ])
  .filter((blocks) => blocks.length > 0)

function message(content: readonly JsonObject[], reason?: string): Native {
  const stop_reason = reason ?? (content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn')
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' }
  const usage = { input_tokens: 3, output_tokens: 4 }
  return {
    whole: { ...head, content, stop_reason, stop_sequence: null, usage },
    frames: [
      { type: 'message_start', message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage } },
      ...content.flatMap(blockFrames),
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 4 } },
      { type: 'message_stop' },
    ],
  }
}

function blockFrames(block: JsonObject, index: number): readonly JsonObject[] {
  const delta = (delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta })
  const start = (content_block: JsonObject): JsonObject => ({ type: 'content_block_start', index, content_block })
  const stop = { type: 'content_block_stop', index }
  switch (block['type']) {
    case 'text':
      return [
        start({ ...block, text: '' }),
        ...halves(String(block['text'])).map((text) => delta({ type: 'text_delta', text })),
        stop,
      ]
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...halves(String(block['thinking'])).map((thinking) => delta({ type: 'thinking_delta', thinking })),
        delta({ type: 'signature_delta', signature: block['signature'] }),
        stop,
      ]
    case 'tool_use':
    case 'server_tool_use': {
      const json = JSON.stringify(block['input'])
      const pieces = json === '{}' ? [''] : ['', ...halves(json)]
      return [
        start({ ...block, input: {} }),
        ...pieces.map((partial_json) => delta({ type: 'input_json_delta', partial_json })),
        stop,
      ]
    }
    default:
      return [start(block), stop]
  }
}

// --------------------------------------------------------------------------------------------------------------- openai

const said = fc
  .record({ content: fc.option(words), refusal: fc.option(words), calls })
  .filter(({ content, refusal, calls }) => Boolean(content ?? refusal) || calls.length > 0)
const choices = fc.array(said, { minLength: 1, maxLength: 2 })

type Said = typeof said extends fc.Arbitrary<infer T> ? T : never

function completion(all: readonly Said[], reason?: string): Native {
  const head = { id: 'chatcmpl-1', created: 1767225600, model: 'gpt-4o-mini-2024-07-18' }
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
  const pieces = all.map(({ content, refusal, calls }, index) => {
    const finish_reason = reason ?? (calls.length > 0 ? 'tool_calls' : 'stop')
    const tool_calls = calls.map(({ name, input }, order) => ({
      id: `call_${index}_${order}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    }))
    const message = { role: 'assistant', content, refusal, ...(calls.length > 0 && { tool_calls }) }
    const deltas: readonly JsonObject[] = [
      { role: 'assistant', content: null },
      ...halves(content ?? '').map((content) => ({ content })),
      ...halves(refusal ?? '').map((refusal) => ({ refusal })),
      ...tool_calls.flatMap((call, order) => [
        { tool_calls: [{ ...call, index: order, function: { name: call.function.name, arguments: '' } }] },
        ...halves(call.function.arguments).map((piece) => ({
          tool_calls: [{ index: order, function: { arguments: piece } }],
        })),
      ]),
    ]
    const frames = deltas.map((delta) => ({ index, delta, logprobs: null, finish_reason: null }))
    return {
      choice: { index, message, logprobs: null, finish_reason },
      frames: [...frames, { index, delta: {}, logprobs: null, finish_reason }],
    }
  })
  const chunk = (choices: readonly JsonObject[], usage: JsonObject | null): JsonObject => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    usage,
  })
  return {
    whole: { ...head, object: 'chat.completion', choices: pieces.map(({ choice }) => choice), usage },
    frames: [...pieces.flatMap(({ frames }) => frames.map((frame) => chunk([frame], null))), chunk([], usage)],
  }
}

function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '')
}

const plain = { content: 'Hi.', refusal: null, calls: [] }

const mouths: Readonly<Record<string, Omit<Correspondent, 'name' | 'adapter'>>> = {
  anthropic: {
    model: 'claude-sonnet-4-5',
    replies: content.map((blocks) => message(blocks)),
    ending: (reason) => message([{ type: 'text', text: 'Hi.' }], reason),
  },
  bedrock: bedrockReplies,
  cohere: cohereReplies,
  ollama: ollamaReplies,
  openai: {
    model: 'gpt-4o-mini',
    replies: choices.map((all) => completion(all)),
    ending: (reason) => completion([plain], reason),
  },
}

/** The adapters for which replies can be made up. Of the others the contract and the recordings are the proof. */
export const correspondents: readonly Correspondent[] = subjects.flatMap(({ adapter }) => {
  const mouth = mouths[adapter.name]
  return mouth ? [{ name: adapter.name, adapter, ...mouth }] : []
})
