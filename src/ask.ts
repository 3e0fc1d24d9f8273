/**
 * One call whose reply is read at once.
 *
 * @module
 */
import type { Call, ReplyHeaders, Schema } from './adapter.ts'
import { failure, GatewayError } from './errors.ts'
import type { Circumstances, Surroundings } from './exchange.ts'
import { send, tooLate } from './upstream.ts'
import { isObject } from './wire/json.ts'

/** How a reply is understood. */
export interface Reading<Body, Said> {
  readonly body: Schema<Body>
  /** What it says. Throws where that cannot be read. */
  decode(body: Body, headers: ReplyHeaders): Said
  /** What the client is told of a reply that cannot be read. */
  readonly unreadable: string
}

/** Asks, and reads the reply. All of it has to be there in the time in which replies begin. */
export async function ask<Body, Said>(
  call: Call,
  { body: schema, decode, unreadable }: Reading<Body, Said>,
  shared: Pick<Surroundings, 'now'>,
  own: Pick<Circumstances, 'target' | 'headers' | 'clientKey' | 'fetch' | 'signal' | 'timeouts'>,
): Promise<{ readonly said: Said; readonly headers: ReplyHeaders }> {
  const { adapter } = own.target
  const { headers, clientKey, fetch } = own
  own.signal.throwIfAborted()
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLate(adapter.name)), own.timeouts.firstByte)
  const signal = AbortSignal.any([own.signal, late.signal])
  try {
    const { response, disclose } = await send(call, { adapter, headers, clientKey, fetch, signal, now: shared.now })
    const text = await response.text().catch((error: unknown) => lose(error, late.signal))
    const body: unknown = understood(() => JSON.parse(text), unreadable)
    const known = schema.safeParse(body)
    if (!known.success) {
      // Some report in a 200 that they failed.
      const reported = isObject(body) && 'error' in body ? adapter.failure?.(502, body, response.headers) : undefined
      throw new GatewayError(disclose({ ...garbled(unreadable).failure, ...reported }))
    }
    return { said: understood(() => decode(known.data, response.headers), unreadable), headers: response.headers }
  } finally {
    clearTimeout(timer)
  }
}

/** The error for a reply that does not say what it should. */
export function garbled(message: string, cause?: unknown): GatewayError {
  return new GatewayError(failure({ status: 502, code: 'upstream_protocol_error', message, cause }))
}

function understood<T>(read: () => T, unreadable: string): T {
  try {
    return read()
  } catch (cause) {
    throw garbled(unreadable, cause)
  }
}

function lose(cause: unknown, late: AbortSignal): never {
  if (late.aborted) throw late.reason
  const message = 'The connection to the provider broke before the reply was complete.'
  throw new GatewayError(failure({ status: 502, code: 'upstream_stream_truncated', message, cause }))
}
