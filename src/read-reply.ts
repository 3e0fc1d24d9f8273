/**
 * Reading a captured reply of a provider, whole or streamed, without a provider.
 *
 * @module
 */
import { type Adapter, codecFor } from './adapter.ts'
import type { Completion } from './canonical.ts'
import { badRequest, GatewayError } from './errors.ts'
import { Fold } from './fold.ts'
import { Relay } from './relay.ts'
import { Reply } from './reply.ts'

/** What a reply came to. */
export interface ReadReply {
  readonly completion: Completion
  /** What of it has no place in a completion. */
  readonly warnings: Reply['warnings']
}

const STREAMS = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
}

/** Reads the bytes of a provider's reply. Throws a `GatewayError` where they are an error, or cannot be read. */
export async function readReply(
  adapter: Adapter,
  model: string,
  bytes: Uint8Array<ArrayBuffer>,
  now = Date.now,
): Promise<ReadReply> {
  const codec = codecFor(adapter, model)
  if (!codec) throw badRequest(`${adapter.name} has no chat.`)
  const type = isJson(bytes) ? 'application/json' : STREAMS[codec.framing]
  const fold = new Fold()
  const reply = new Reply({
    write: (event) => fold.write(event),
    now: () => Math.floor(now() / 1000),
    newId: (prefix) => prefix + crypto.randomUUID().replaceAll('-', ''),
    origin: { format: codec.format, model },
    model,
  })
  const leg = {
    response: new Response(bytes, { headers: { 'content-type': type } }),
    codec,
    abort: () => {},
    disclose: same,
  }
  // A captured reply that pauses has no continuation: it ends there.
  const relay = new Relay([{ leg, reply, fold, idle: 60_000, resume: () => Promise.reject(new GatewayError(paused)) }])
  while (!relay.done) await relay.next()
  if (fold.completion) return { completion: fold.completion, warnings: reply.warnings }
  throw new GatewayError(fold.failure ?? paused)
}

const paused = badRequest('The reply is a pause: the provider waits to be asked to go on.').failure

function same<T>(value: T): T {
  return value
}

/** Whether bytes are one JSON text, rather than a stream of them. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}
