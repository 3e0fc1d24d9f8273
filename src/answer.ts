/**
 * Answering a client: as a stream, as a whole, or with an error.
 *
 * @module
 */
import type { Failure, Json, ReplyEvent } from './canonical.ts'
import { GatewayError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Asked } from './surfaces/surface.ts'

/** Starts an exchange that is heard as it comes in. */
type Start = (tell?: (event: ReplyEvent) => void) => Promise<Exchange>

/** Hears how a reply ended, `gone` where the client did not wait for it. */
type Over = (exchange: Exchange, gone: boolean) => void

/** A streamed answer, piece by piece. */
export interface Pieces {
  /** Whether it is over: the piece told last was the last. */
  readonly done: boolean
  /** The next piece, which may be empty. Asks the provider for no more than it takes, so that a slow client slows it down. */
  next(): Promise<string | Uint8Array>
  /** The same at once, for those who can be asked: or what to wait for before asking again. */
  poll?(): string | Promise<void>
  /** Gives up: the client is gone. */
  cancel(): void
}

/** A streamed answer, begun: its provider has said something. */
export interface StreamedAnswer {
  readonly exchange: Exchange
  readonly pieces: Pieces
}

// A comment keeps proxies awake and is skipped by every reader of server-sent events.
const PING = ': ping\n\n'
/** Milliseconds of silence towards the client after which a sign of life from the provider is passed on. */
const QUIET = 5000

/** Answers as a stream. Resolves with the provider's first event; fails with a `GatewayError` where that is an error. */
export async function answerStream(asked: Asked, start: Start, over: Over): Promise<StreamedAnswer> {
  const render = asked.stream((choice) => exchange.whole.blocks(choice))
  const text = new Text(render)
  const exchange = await start((event) => text.write(event))
  while (!text.begun && !exchange.done) await exchange.next()
  if (exchange.whole.failure && !text.begun) throw new GatewayError(exchange.whole.failure)
  return { exchange, pieces: new Told(exchange, text, over) }
}

/** What is rendered and waits to be told. Nothing is before the reply begins. */
class Text {
  begun = false
  waiting = ''
  readonly #render: (event: ReplyEvent) => string

  constructor(render: (event: ReplyEvent) => string) {
    this.#render = render
  }

  write(event: ReplyEvent): void {
    this.begun ||= event.type === 'start'
    if (this.begun) this.waiting += this.#render(event)
  }
}

/** The pieces of an exchange as they are told. */
class Told implements Pieces {
  readonly #exchange: Exchange
  readonly #text: Text
  readonly #over: Over
  #spoke = Date.now()

  constructor(exchange: Exchange, text: Text, over: Over) {
    this.#exchange = exchange
    this.#text = text
    this.#over = over
  }

  get done(): boolean {
    return this.#exchange.done && this.#text.waiting === ''
  }

  poll(): string | Promise<void> {
    const exchange = this.#exchange
    const text = this.#text
    while (text.waiting === '' && !exchange.done) {
      const waiting = exchange.next()
      if (waiting) return waiting
      if (text.waiting === '' && Date.now() - this.#spoke > QUIET) text.waiting = PING
    }
    const piece = text.waiting
    text.waiting = ''
    this.#spoke = Date.now()
    if (exchange.done) this.#over(exchange, false)
    return piece
  }

  async next(): Promise<string> {
    let piece = this.poll()
    while (typeof piece !== 'string') {
      await piece
      piece = this.poll()
    }
    return piece
  }

  cancel(): void {
    this.#exchange.abort()
    this.#over(this.#exchange, true)
  }
}

/** The whole answer that an exchange amounts to when it is done. Throws a `GatewayError` where that is none. */
export function wholeAnswer({ body }: Asked, { whole: { completion, failure } }: Exchange): Json {
  if (failure || !completion) throw new GatewayError(failure ?? missing)
  return body(completion)
}

const missing: Failure = {
  status: 502,
  type: 'server_error',
  code: 'upstream_protocol_error',
  param: null,
  message: 'The provider gave no reply.',
}

/** Seconds after which OpenAI's clients no longer wait as told. */
const LONGEST_WAIT = 60

/** What a failure says in headers: when to try again, or not to. */
export function failureHeaders({ retryAfter, retry }: Failure): Readonly<Record<string, string>> {
  const hopeless = retry === false || (retryAfter ?? 0) > LONGEST_WAIT
  return {
    ...(retryAfter !== undefined && {
      'retry-after': String(Math.ceil(retryAfter)),
      'retry-after-ms': String(Math.ceil(retryAfter * 1000)),
    }),
    // openai-node ignores a longer wait and tries again at once.
    ...(hopeless && { 'x-should-retry': 'false' }),
  }
}
