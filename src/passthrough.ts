/**
 * Requests that go to a provider as they came, because it serves the same endpoint itself.
 *
 * @module
 */
import type { Call, ReplyHeaders } from './adapter.ts'
import type { Pieces } from './answer.ts'
import type { Failure, JsonObject, Usage } from './canonical.ts'
import { failure, GatewayError } from './errors.ts'
import type { Circumstances, Surroundings } from './exchange.ts'
import { type Reader, type Received, send } from './upstream.ts'
import { splitter } from './wire/framing.ts'
import { isObject, parseObject } from './wire/json.ts'

/** A provider's reply on its way to the client, byte for byte. */
export interface Passed {
  readonly headers: ReplyHeaders
  readonly status: number
  readonly body: string | Pieces
}

/** What was overheard of a reply that passed through. */
export interface Overheard {
  /** The reply, as far as its last event tells; nothing where none was told. */
  readonly response?: JsonObject
  readonly usage?: Usage
  /** Whether the client left before the end. */
  readonly gone: boolean
  /** Whether the provider stopped before it had told the end. */
  readonly cut: boolean
}

/** Passes a call on. Throws a `GatewayError` where the provider refuses it. `over` hears once how it ended. */
export async function passThrough(
  call: Call,
  shared: Pick<Surroundings, 'now'>,
  own: Pick<Circumstances, 'target' | 'headers' | 'clientKey' | 'fetch' | 'signal' | 'timeouts'>,
  over: (overheard: Overheard) => void,
): Promise<Passed> {
  const { target, headers, clientKey, fetch, signal, timeouts } = own
  const sending = { adapter: target.adapter, headers, clientKey, fetch, signal, now: shared.now }
  const { response, abort } = await send(call, sending, timeouts.firstByte)
  const { status } = response
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const timer = setTimeout(abort, timeouts.idle)
    const body = await response.text().catch((cause: unknown) => {
      throw new GatewayError({ ...CUT, cause })
    })
    clearTimeout(timer)
    const told = parseObject(body)
    over({ ...(told && overhear(told)), gone: false, cut: false })
    return { headers: response.headers, status, body }
  }
  return { headers: response.headers, status, body: new Relayed(response, timeouts.idle, abort, over) }
}

/** The failure of a reply that stopped before its end. */
export const CUT = failure({
  status: 502,
  code: 'upstream_stream_truncated',
  message: 'The provider ended the reply before it was complete.',
})

/** The failure of a reply whose provider fell silent. */
const SILENT = failure({
  status: 504,
  code: 'upstream_timeout',
  message: 'The provider fell silent before the reply was complete.',
})

/** The bytes of a stream as they come, event by event; where they stop before the end, an event says so. */
class Relayed implements Pieces {
  done = false
  readonly #reader: Reader | undefined
  readonly #idle: number
  readonly #abort: () => void
  readonly #over: (overheard: Overheard) => void
  readonly #events = new Events()
  #failed: Failure | undefined

  constructor(response: Received, idle: number, abort: () => void, over: (overheard: Overheard) => void) {
    this.#reader = response.body?.getReader()
    this.#idle = idle
    this.#abort = abort
    this.#over = over
  }

  async next(): Promise<string | Uint8Array> {
    const events = this.#events
    for (;;) {
      const timer = setTimeout(() => this.#fallSilent(), this.#idle)
      const piece = await this.#reader?.read().catch(() => undefined)
      clearTimeout(timer)
      if (!piece?.value) break
      const whole = events.feed(piece.value)
      if (whole.length > 0) return whole
    }
    events.end()
    if (events.last) this.#failed = undefined
    else this.#failed ??= CUT
    this.#finish(false)
    return this.#failed ? events.broken(this.#failed) : events.rest
  }

  cancel(): void {
    this.#stop()
    this.#finish(true)
  }

  #fallSilent(): void {
    this.#failed = SILENT
    this.#stop()
  }

  #stop(): void {
    this.#abort()
    // Not every body hears of its request's end.
    this.#reader?.cancel().catch(() => {})
  }

  #finish(gone: boolean): void {
    if (this.done) return
    this.done = true
    const { last } = this.#events
    this.#over({ ...(last && overhear(last)), gone, cut: !gone && this.#failed !== undefined })
  }
}

/** Events that matter to more than the client. */
const TELLING = /"type":\s*"(?:response\.(?:created|completed|incomplete|failed)|error)"/u
const LAST = /^response\.(?:completed|incomplete|failed)$/u

/** The events of a stream, overheard. Half an event waits for its other half: what is cut within one must not look like it. */
class Events {
  /** The response as it ended; empty where all that was told of its end was an error. */
  last: JsonObject | undefined
  /** The response as it began. */
  #begun: JsonObject | undefined
  #next = 0
  #half: Uint8Array[] = []
  #blank = false
  readonly #splitter = splitter('sse', { frame: (text) => this.#hear(text), done() {} })

  /** Takes bytes in, and gives back those of events that are whole now. */
  feed(bytes: Uint8Array): Uint8Array {
    this.#splitter.feed(bytes)
    const end = this.#endOf(bytes)
    const whole = end > 0 ? joined([...this.#half, bytes.subarray(0, end)]) : NOTHING
    if (end > 0) this.#half = []
    if (end < bytes.length) this.#half.push(bytes.subarray(end))
    return whole
  }

  /** Hears what the bytes ended with: it may be the last event, only without the blank line behind it. */
  end(): void {
    const next = this.#next
    this.#splitter.end()
    this.#next = next
  }

  /** What came after the last whole event. */
  get rest(): Uint8Array {
    return joined(this.#half)
  }

  /** What says that a stream broke, in the form of OpenAI's own errors. */
  broken({ type, code, message, param }: Failure): string {
    const told = { code, message, param }
    const error = { type: 'error', sequence_number: this.#next, ...told, error: { type, ...told } }
    if (!this.#begun) return written(error)
    const response = { ...this.#begun, status: 'failed', error: { code, message } }
    return written(error) + written({ type: 'response.failed', sequence_number: this.#next + 1, response })
  }

  #hear(text: string): void {
    this.#next = Number(/"sequence_number":\s*(\d+)/u.exec(text)?.[1] ?? this.#next - 1) + 1
    // Few events tell anything of the whole; the others need not be parsed.
    const event = TELLING.test(text) ? parseObject(text) : undefined
    const type = String(event?.['type'])
    const response = isObject(event?.['response']) ? event['response'] : {}
    if (type === 'response.created') this.#begun = response
    else if (LAST.test(type)) this.last = response
    else if (type === 'error') this.last ??= {}
  }

  /** Where the last event ends: behind a line with nothing on it. */
  #endOf(bytes: Uint8Array): number {
    let end = 0
    for (const [index, byte] of bytes.entries()) {
      if (byte === NEWLINE) {
        if (this.#blank) end = index + 1
        this.#blank = true
      } else if (byte !== RETURN) this.#blank = false
    }
    return end
  }
}

const NEWLINE = 10
const RETURN = 13
const NOTHING = new Uint8Array()

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only = NOTHING, ...others] = pieces
  if (others.length === 0) return only
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function written(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
}

function overhear(response: JsonObject): Pick<Overheard, 'response' | 'usage'> {
  const { usage } = response
  if (!isObject(usage)) return { response }
  const { input_tokens: input, output_tokens: output } = usage
  if (typeof input !== 'number' || typeof output !== 'number') return { response }
  const cached = detail(usage, 'input_tokens_details', 'cached_tokens')
  const cacheWrite = detail(usage, 'input_tokens_details', 'cache_write_tokens')
  const reasoning = detail(usage, 'output_tokens_details', 'reasoning_tokens')
  return { response, usage: { input, output, ...cached, ...cacheWrite, ...reasoning } }
}

const NAMES = { cached_tokens: 'cached', cache_write_tokens: 'cacheWrite', reasoning_tokens: 'reasoning' } as const

function detail(usage: JsonObject, group: string, name: keyof typeof NAMES): Partial<Usage> {
  const details = usage[group]
  const count = isObject(details) ? details[name] : undefined
  return typeof count === 'number' ? { [NAMES[name]]: count } : {}
}
