/**
 * Recordings nobody recorded, and gateways nobody should ship: to see that the judge can tell.
 *
 * @module
 */
import type { ChatCodec } from '../../src/adapter.ts'
import type { Reply } from '../../src/reply.ts'
import type { Recording } from './recordings.ts'
import { type Route, ROUTES } from './routes.ts'

const USAGE = { input_tokens: 7, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 5 }
const BLOCKS = [
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'text', text: 'Grüße, ' },
  {
    type: 'text',
    text: 'wörld 🌍',
    citations: [{ type: 'web_search_result_location', url: 'https://example.com', title: 'Example', cited_text: 'x' }],
  },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
  { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} },
  { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Oslo', days: 2 } },
]
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: BLOCKS,
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: USAGE,
}

/** A recording of a body. */
export function made(protocol: string, provider: string, body: unknown, status = 200): Recording {
  const kind = typeof body === 'string' ? 'sse' : 'json'
  return {
    name: 'made-up',
    provider,
    protocol,
    operation: 'chat',
    core: true,
    response: { status, headers: {}, kind, body },
  }
}

/** Server-sent events. */
export function lines(...events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

/** A whole reply with every kind of block. */
export const whole = made('anthropic-messages', 'anthropic', MESSAGE)
/** A streamed reply. */
export const streamed = made(
  'anthropic-messages',
  'anthropic',
  lines(
    { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße, ' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '🌍' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"city": ' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"Oslo"}' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ),
)
/** A stream that stops midway. */
export const cut = made('anthropic-messages', 'anthropic', String(streamed.response?.body).slice(0, 600))
/** A reply whose provider paused. */
export const paused = made('anthropic-messages', 'anthropic', {
  ...MESSAGE,
  content: BLOCKS.slice(0, 5),
  stop_reason: 'pause_turn',
})
/** An error in place of a reply. */
export const refused = made(
  'anthropic-messages',
  'anthropic',
  { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  529,
)
/** A stream that ends in an error. */
export const brokenOff = made(
  'anthropic-messages',
  'anthropic',
  lines(
    { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  ),
)
/** A reply of OpenAI's own, and the request for it. */
export const chat = {
  ...made('openai-chat', 'openai', {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'gpt-4.1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, prompt_tokens_details: { cached_tokens: 0 } },
    system_fingerprint: 'fp_1',
  }),
  request: {
    path: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5 },
  },
}

/** The routes, with one adapter's chat changed. */
export function tampered(provider: string, change: (chat: ChatCodec) => Partial<ChatCodec>): readonly Route[] {
  return ROUTES.map((route) => {
    const { adapter } = route
    if (route.provider !== provider || !adapter.chat) return route
    // What is changed is what decodes, so every piece has to pass it.
    const { quick: _, ...chat } = adapter.chat
    return { ...route, adapter: { ...adapter, chat: { ...chat, ...change(adapter.chat) } } }
  })
}

/** A pen with some of its methods changed. */
export function bent(reply: Reply, change: (reply: Reply) => Partial<Reply>): Reply {
  const changed = change(reply)
  return new Proxy(reply, {
    get(target, name) {
      const found: unknown = Reflect.get(Reflect.has(changed, name) ? changed : target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}
