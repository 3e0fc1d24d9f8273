import { google } from '../../adapters/google.ts'
import { generateRequest } from '../../adapters/google/strict.ts'
import type { Adapter, ChatCodec } from '../../src/adapter.ts'
import type { ChatRequest, Json, ReplyEvent } from '../../src/canonical.ts'
import { fit } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { fold, type Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

/** Models that stand for the generations: one that wants signatures, one that thinks within a budget, the newest. */
export const G3 = 'gemini-3-pro-preview'
export const G2 = 'gemini-2.5-flash'
export const NEWEST = 'gemini-3.7-flash'

export const plain = google({ apiKey: 'test-key' })

export function codec(adapter: Adapter = plain): ChatCodec {
  if (!adapter.chat) throw new Error('The adapter has no chat.')
  return adapter.chat
}

export interface Sent {
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
  readonly text: string
  readonly path: string
  readonly undo: ConstructorParameters<typeof Reply>[0]['undo']
  readonly warnings: readonly string[]
}

/** What is sent for a body that a client posts. Everything sent is judged by the strict schema of the native API. */
export function sent(asked: Record<string, unknown>, adapter: Adapter = plain): Sent {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  const { request } = chat.parse({ model: G2, ...asked }, warn)
  return encoded(fit(request, adapter, warn).request, warnings, adapter)
}

/** What is sent for a request in canonical form. */
export function encoded(request: ChatRequest, warnings: string[] = [], adapter: Adapter = plain): Sent {
  const call = codec(adapter).encode(request, (param, reason) => void warnings.push(`${param}=${reason}`))
  const text = stringify(call.body as Json)
  const body = JSON.parse(text)
  const verdict = generateRequest.safeParse(body)
  if (!verdict.success) throw verdict.error
  return { body, text, path: call.path, undo: call.undo, warnings }
}

/** The failure a request is refused with. */
export function refused(
  asked: Record<string, unknown>,
  adapter: Adapter = plain,
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
export function told(frames: Iterable<unknown>, undo: Sent['undo'] = undefined, model = G3): Told {
  const events: ReplyEvent[] = []
  const { frame: schema, decode, format } = codec()
  let fresh = 0
  const reply = new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => (prefix === '' ? 'reply' : `${prefix}${++fresh}`),
    origin: { format, model },
    model,
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

/** A frame with one candidate. */
export const said = (parts: readonly unknown[], more: Record<string, unknown> = {}) => ({
  candidates: [{ content: { role: 'model', parts }, ...more }],
})
