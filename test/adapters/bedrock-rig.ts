import { bedrock } from '../../adapters/bedrock.ts'
import { converseRequest } from '../../adapters/bedrock/strict.ts'
import type { Adapter, ChatCodec } from '../../src/adapter.ts'
import type { ChatRequest, Json, ReplyEvent } from '../../src/canonical.ts'
import { fit } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { fold, type Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const NOVA = 'us.amazon.nova-2-lite-v1:0'
export const LLAMA = 'us.meta.llama4-maverick-17b-instruct-v1:0'

/** The adapter under test, without cache points of its own unless a test is about them. */
export const quiet = bedrock({ apiKey: 'test-key', cache: 'off' })

export function codec(adapter: Adapter = quiet): ChatCodec {
  if (!adapter.chat) throw new Error('The adapter has no chat.')
  return adapter.chat
}

export interface Sent {
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
  readonly path: string
  readonly text: string
  readonly names: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
}

/** What is sent for a body that a client posts. Everything sent is judged by the strict schema of the native API. */
export function sent(asked: Record<string, unknown>, adapter: Adapter = quiet): Sent {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  const { request } = chat.parse({ model: CLAUDE, max_tokens: 1000, ...asked }, warn)
  return encoded(fit(request, adapter, warn).request, warnings, adapter)
}

/** What is sent for a request in canonical form. */
export function encoded(request: ChatRequest, warnings: string[] = [], adapter: Adapter = quiet): Sent {
  const call = codec(adapter).encode(request, (param, reason) => void warnings.push(`${param}=${reason}`))
  const text = stringify(call.body as Json)
  const body = JSON.parse(text)
  const verdict = converseRequest.safeParse(body)
  if (!verdict.success) throw verdict.error
  return { body, text, path: call.path, names: call.undo?.names ?? new Map(), warnings }
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
  const { frame: schema, decode } = codec()
  const reply = newReply(events, undo)
  for (const one of frames) {
    const parsed = schema.safeParse(one)
    if (parsed.success) decode(parsed.data, reply)
  }
  reply.end()
  return Object.assign(fold(events), { events, reply })
}

/** What a whole body tells. */
export function toldWhole(body: unknown): Told {
  const parsed = codec().body.safeParse(body)
  if (!parsed.success) throw parsed.error
  const events: ReplyEvent[] = []
  const reply = newReply(events)
  for (const frame of codec().frames(parsed.data)) codec().decode(frame, reply)
  reply.end()
  return Object.assign(fold(events), { events, reply })
}

function newReply(events: ReplyEvent[], undo?: ConstructorParameters<typeof Reply>[0]['undo']): Reply {
  return new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => `${prefix}1`,
    origin: { format: codec().format, model: CLAUDE },
    model: CLAUDE,
    undo,
  })
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
