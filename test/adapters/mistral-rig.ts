import { mistral } from '../../adapters/mistral.ts'
import { chatRequest } from '../../adapters/mistral/strict.ts'
import type { Adapter, ChatCodec } from '../../src/adapter.ts'
import type { ChatRequest, Json, ReplyEvent } from '../../src/canonical.ts'
import { fit } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { fold, type Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

/** The adapter under test. */
export const adapter = mistral({ apiKey: 'test-key' })

function codec({ chat }: Adapter = adapter): ChatCodec {
  if (!chat) throw new Error('The adapter has no chat.')
  return chat
}

export interface Sent {
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
  readonly warnings: readonly string[]
}

/** What is sent for a body that a client posts. Everything sent is judged by the strict schema of the native API. */
export function sent(asked: Record<string, unknown>, by: Adapter = adapter): Sent {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  const { request } = chat.parse({ model: 'mistral-small-latest', ...asked }, warn)
  return encoded(fit(request, by, warn).request, warnings, by)
}

/** What is sent for a request in canonical form. */
export function encoded(request: ChatRequest, warnings: string[] = [], by: Adapter = adapter): Sent {
  const { body } = codec(by).encode(request, (param, reason) => void warnings.push(`${param}=${reason}`))
  const told = JSON.parse(stringify(body as Json))
  const verdict = chatRequest.safeParse(told)
  if (!verdict.success) throw verdict.error
  return { body: told, warnings }
}

/** The failure a request is refused with. */
export function refused(asked: Record<string, unknown>): { param: string | null; code: string | null } {
  try {
    sent(asked)
  } catch (error) {
    if (error instanceof GatewayError) return { param: error.failure.param, code: error.failure.code }
    throw error
  }
  throw new Error('The request was not refused.')
}

/** What chunks tell: those of a stream, or of a whole body. */
export function told(frames: Iterable<unknown>): Fold & { readonly reply: Reply } {
  const events: ReplyEvent[] = []
  const { frame, decode, format } = codec()
  const reply = new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => `${prefix}1`,
    origin: { format, model: 'm' },
    model: 'm',
  })
  for (const one of frames) {
    const parsed = frame.safeParse(one)
    if (parsed.success) decode(parsed.data, reply)
  }
  reply.end()
  return Object.assign(fold(events), { reply })
}

/** The chunks that a whole body unfolds into. */
export function unfolded(body: unknown): Iterable<unknown> {
  const parsed = codec().body.safeParse(body)
  if (!parsed.success) throw parsed.error
  return codec().frames(parsed.data)
}

// Pieces of what a client posts.

export const user = (content: unknown, rest = {}) => ({ role: 'user', content, ...rest })
export const assistant = (content: unknown, rest = {}) => ({ role: 'assistant', content, ...rest })
export const system = (content: unknown) => ({ role: 'system', content })
export const tool = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })
export const call = (id: string, name = 'f', args = '{}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
export const calls = (...tool_calls: unknown[]) => assistant(null, { tool_calls })
export const f = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
