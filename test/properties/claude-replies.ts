/**
 * Replies of Claude, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { calls, halves, type Mouth, sealed, words } from './mouth.ts'
import type { Native } from './rig.ts'

const thought = fc.record({
  type: fc.constant('thinking'),
  thinking: fc.oneof(words, fc.constant('')),
  signature: sealed,
})
const hidden = fc.record({ type: fc.constant('redacted_thinking'), data: sealed })
const text = fc.record({ type: fc.constant('text'), text: words })
const searched = fc.constant([
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
])

const contents = fc
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

/** What Claude may reply, wherever it is served. */
export function claudeReplies(model: string): Mouth {
  return {
    model,
    replies: contents.map((content) => claudeMessage(model, content)),
    ending: (reason) => claudeMessage(model, [{ type: 'text', text: 'Hi.' }], reason),
    breaks: ['pause_turn'],
    original: ({ content }) => content,
    again: ({ content }) => content,
  }
}

/** A message of Claude's, in both of its forms. */
export function claudeMessage(model: string, content: readonly JsonObject[], reason?: string): Native {
  const stop_reason = reason ?? (content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn')
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model }
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
