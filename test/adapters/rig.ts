import type { Adapter, ChatCodec, Schema } from '../../src/adapter.ts'
import type { Json, JsonObject, ReplyEvent } from '../../src/canonical.ts'
import { fit } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { fold, type Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

export interface Sent {
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
  readonly text: string
  readonly warnings: readonly string[]
  readonly undo: NonNullable<ReturnType<ChatCodec['encode']>['undo']>
}

export interface Told extends Fold {
  readonly events: readonly ReplyEvent[]
  readonly reply: Reply
}

export interface Rig {
  /** What is sent for a body that a client posts. Everything sent is judged by the strict schema of the native API. */
  sent(asked: Record<string, unknown>): Sent
  /** The failure a request is refused with. */
  refused(asked: Record<string, unknown>): { param: string | null; code: string | null }
  /** What the frames of a stream tell. */
  told(frames: Iterable<unknown>, undo?: Sent['undo']): Told
  /** What a whole body tells. */
  toldWhole(body: unknown): Told
}

/** The parts of an adapter that a test turns by hand. */
export function rig(adapter: Adapter, native: Schema<unknown>, model: string): Rig {
  const codec = adapter.chat
  if (!codec) throw new Error('The adapter has no chat.')

  const sent: Rig['sent'] = (asked) => {
    const warnings: string[] = []
    const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
    const { request } = chat.parse({ model, ...asked }, warn)
    const fitted = fit(request, adapter, warn)
    const call = codec.encode(fitted.request, warn)
    const text = stringify(call.body as Json)
    const body = JSON.parse(text)
    const verdict = native.safeParse(body)
    if (!verdict.success) throw verdict.error
    return { body, text, warnings, undo: { ...fitted.undo, ...call.undo } }
  }

  const told: Rig['told'] = (frames, undo) => {
    const events: ReplyEvent[] = []
    let ids = 0
    const reply = new Reply({
      write: (event) => events.push(event),
      now: () => 1,
      newId: (prefix) => `${prefix}${++ids}`,
      origin: { format: codec.format, model },
      model,
      undo,
    })
    for (const one of frames) {
      const parsed = codec.frame.safeParse(one)
      if (parsed.success) codec.decode(parsed.data, reply)
    }
    reply.end()
    return Object.assign(fold(events), { events, reply })
  }

  return {
    sent,
    told,
    refused(asked) {
      try {
        sent(asked)
      } catch (error) {
        if (error instanceof GatewayError) return { param: error.failure.param, code: error.failure.code }
        throw error
      }
      throw new Error('The request was not refused.')
    },
    toldWhole(body) {
      const parsed = codec.body.safeParse(body)
      if (!parsed.success) throw parsed.error
      return told(codec.frames(parsed.data))
    },
  }
}

// Pieces of what a client posts.

export const user = (content: unknown): JsonObject => ({ role: 'user', content: content as Json })
export const assistant = (content: unknown, rest = {}) => ({ role: 'assistant', content, ...rest })
export const system = (content: unknown) => ({ role: 'system', content })
export const tool = (id: string, content: unknown, rest = {}) => ({ role: 'tool', tool_call_id: id, content, ...rest })
export const call = (id: string, args = '{}', name = 'f') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
export const calls = (...tool_calls: unknown[]) => assistant(null, { tool_calls })
export const named = (name: string, rest = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} }, ...rest },
})
export const hello = { messages: [user('Hello')] }
