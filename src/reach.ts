/**
 * Reaching providers with undici, without the platform's streams: what arrives is handed on as it is.
 *
 * @module
 */
import type { Dispatcher } from 'undici'
import Agent from 'undici/lib/dispatcher/agent.js'
import type { ReplyHeaders } from './adapter.ts'
import type { Reach, Received } from './upstream.ts'

/** Bytes of a reply that may wait to be read before its provider has to. */
const MOST_WAITING = 1024 * 1024

/** Reaches providers over connections that are kept. How long to wait for a reply is for the gateway to say; `connect` is in milliseconds. */
export function createReach(connect = 10_000): Reach {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connect } })
  return ({ origin, pathname, search }, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const reply = new Reply(signal, resolve, reject)
      agent.dispatch({ origin, path: pathname + search, method, headers, body: body ?? null }, reply)
    })
}

/** One reply as it arrives. */
class Reply implements Dispatcher.DispatchHandler, Received {
  status = 0
  headers = NO_HEADERS
  readonly #signal: AbortSignal
  readonly #resolve: (reply: Received) => void
  readonly #reject: (error: unknown) => void
  #controller: Dispatcher.DispatchController | undefined
  #waiting: Uint8Array[] = []
  #size = 0
  #ended = false
  #error: Error | undefined
  #wake: (() => void) | undefined

  constructor(signal: AbortSignal, resolve: (reply: Received) => void, reject: (error: unknown) => void) {
    this.#signal = signal
    this.#resolve = resolve
    this.#reject = reject
  }

  get body(): this {
    return this
  }

  getReader(): this {
    return this
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal.aborted) this.handleEvent()
    else this.#signal.addEventListener('abort', this, ONCE)
  }

  /** Hears that the signal is aborted. */
  handleEvent(): void {
    this.#controller?.abort(asError(this.#signal.reason))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Fields): void {
    // What comes before the reply itself says nothing to us.
    if (status < 200) return
    this.status = status
    this.headers = new ReceivedHeaders(headers)
    this.#resolve(this)
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#waiting.push(piece)
    this.#size += piece.byteLength
    if (this.#size > MOST_WAITING) controller.pause()
    this.#stir()
  }

  onResponseEnd(): void {
    this.#ended = true
    this.#signal.removeEventListener('abort', this)
    this.#stir()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#error = error
    this.#signal.removeEventListener('abort', this)
    this.#reject(error)
    this.#stir()
  }

  /** All that has arrived since the last time, in one piece: one read is one write to the client. */
  poll(): Uint8Array | Promise<void> | undefined {
    if (this.#waiting.length > 0) return this.#take()
    if (this.#error) throw this.#error
    return this.#ended ? undefined : this.#arrival()
  }

  async read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }> {
    let polled = this.poll()
    while (polled instanceof Promise) {
      await polled
      polled = this.poll()
    }
    return polled ? { done: false, value: polled } : { done: true }
  }

  async text(): Promise<string> {
    const pieces: Uint8Array[] = []
    for (let next = await this.read(); next.value; next = await this.read()) pieces.push(next.value)
    return decoder.decode(joined(pieces))
  }

  async cancel(): Promise<void> {
    if (!this.#ended && !this.#error) this.#controller?.abort(new Error('The reply is no longer wanted.'))
  }

  #take(): Uint8Array {
    const pieces = this.#waiting
    this.#waiting = []
    this.#size = 0
    if (this.#controller?.paused) this.#controller.resume()
    return joined(pieces)
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #stir(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

type Fields = Readonly<Record<string, string | string[] | undefined>>

/** Headers as undici has them: by names in lower case. */
class ReceivedHeaders implements ReplyHeaders {
  readonly #fields: Fields

  constructor(fields: Fields) {
    this.#fields = fields
  }

  get(name: string): string | null {
    const value = this.#fields[name.toLowerCase()]
    return value === undefined ? null : typeof value === 'string' ? value : value.join(', ')
  }

  has(name: string): boolean {
    return this.#fields[name.toLowerCase()] !== undefined
  }

  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    for (const name of Object.keys(this.#fields)) yield [name, this.get(name) ?? '']
  }
}

const NO_HEADERS: ReplyHeaders = new ReceivedHeaders({})
const ONCE = { once: true }
const decoder = new TextDecoder()

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  return only && pieces.length === 1 ? only : Buffer.concat(pieces)
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was aborted.')
}
