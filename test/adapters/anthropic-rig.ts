import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import type { Adapter, ChatCodec } from '../../src/adapter.ts'
import type { ChatRequest, Json, ReplyEvent } from '../../src/canonical.ts'
import { fit } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { fold, type Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

/** The adapter under test, without breakpoints of its own unless a test is about them. */
export const quiet = anthropic({ apiKey: 'test-key', cache: 'off' })

export function codec(adapter: Adapter = quiet): ChatCodec {
  if (!adapter.chat) throw new Error('The adapter has no chat.')
  return adapter.chat
}

export interface Sent {
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

/** What is sent for a body that a client posts. Everything sent is judged by the strict schema of the native API. */
export function sent(asked: Record<string, unknown>, adapter: Adapter = quiet): Sent {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  const { request } = chat.parse({ model: 'claude-opus-4-8', max_tokens: 1000, ...asked }, warn)
  return encoded(fit(request, adapter, warn).request, warnings, adapter)
}

/** What is sent for a request in canonical form. */
export function encoded(request: ChatRequest, warnings: string[] = [], adapter: Adapter = quiet): Sent {
  const call = codec(adapter).encode(request, (param, reason) => void warnings.push(`${param}=${reason}`))
  const text = stringify(call.body as Json)
  const body = JSON.parse(text)
  const verdict = messagesRequest.safeParse(body)
  if (!verdict.success) throw verdict.error
  return { body, text, headers: call.headers ?? {}, warnings }
}

/** The failure a request is refused with. */
export function refused(
  asked: Record<string, unknown>,
  adapter: Adapter = quiet,
): { param: string | null; code: string | null } {
  try {
    sent(asked, adapter)
  } catch (error) {
    if (error instanceof GatewayError) return { param: error.failure.param, code: error.failure.code }
    throw error
  }
  throw new Error('The request was not refused.')
}

export interface Told extends Fold {
  readonly events: readonly ReplyEvent[]
  readonly reply: Reply
}

/** What frames tell: those of a stream, or of a whole body. */
export function told(
  frames: Iterable<unknown>,
  undo: ConstructorParameters<typeof Reply>[0]['undo'] = undefined,
): Told {
  const events: ReplyEvent[] = []
  const { frame: schema, decode, format } = codec()
  const reply = new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => `${prefix}1`,
    origin: { format, model: 'claude-opus-5' },
    model: 'claude-opus-5',
    undo,
  })
  for (const one of frames) {
    const parsed = schema.safeParse(one)
    if (parsed.success) decode(parsed.data, reply)
  }
  reply.end()
  return Object.assign(fold(events), { events, reply })
}

/** The frames that a whole body unfolds into. */
export function unfolded(body: unknown): Iterable<unknown> {
  const parsed = codec().body.safeParse(body)
  if (!parsed.success) throw parsed.error
  return codec().frames(parsed.data)
}

// Pieces of what a client posts.

export const user = (content: unknown) => ({ role: 'user', content })
export const assistant = (content: unknown, rest = {}) => ({ role: 'assistant', content, ...rest })
export const system = (content: unknown) => ({ role: 'system', content })
export const tool = (id: string, content: unknown, rest = {}) => ({ role: 'tool', tool_call_id: id, content, ...rest })
export const call = (id: string, args = '{}', name = 'f') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
export const calls = (...tool_calls: unknown[]) => assistant(null, { tool_calls })
export const text = (words: string) => ({ type: 'text', text: words })
export const f = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
export const hello = { messages: [user('Hello')] }
