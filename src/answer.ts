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
  let text = ''
  let begun = false
  let spoke = Date.now()
  const exchange = await start((event) => {
    begun ||= event.type === 'start'
    if (begun) text += render(event)
  })
  while (!begun && !exchange.done) await exchange.next()
  if (exchange.whole.failure && !begun) throw new GatewayError(exchange.whole.failure)
  const poll = (): string | Promise<void> => {
    while (text === '' && !exchange.done) {
      const waiting = exchange.next()
      if (waiting) return waiting
      if (text === '' && Date.now() - spoke > QUIET) text = PING
    }
    const piece = text
    text = ''
    spoke = Date.now()
    if (exchange.done) over(exchange, false)
    return piece
  }
  const pieces = {
    get done() {
      return exchange.done && text === ''
    },
    poll,
    async next() {
      let piece = poll()
      while (typeof piece !== 'string') {
        await piece
        piece = poll()
      }
      return piece
    },
    cancel() {
      exchange.abort()
      over(exchange, true)
    },
  }
  return { exchange, pieces }
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
