/**
 * One reply being read: upstream bytes, through an adapter's decoder.
 *
 * @module
 */
import type { ChatCodec } from './adapter.ts'
import type { Block } from './canonical.ts'
import { GatewayError } from './errors.ts'
import type { Fold } from './fold.ts'
import type { Reply } from './reply.ts'
import type { Reader, Sent } from './upstream.ts'
import { type Splitter, splitter } from './wire/framing.ts'
import { parseJson } from './wire/json.ts'

/** One call under way: where its bytes come from, and how they are read. */
export interface Leg extends Sent {
  readonly codec: ChatCodec
}

/** One reply under way. A provider that pauses makes it several legs long. */
export interface Course {
  readonly leg: Leg
  readonly reply: Reply
  readonly fold: Fold
  /** Milliseconds to wait for a provider that says nothing. */
  readonly idle: number
  /** Asks the provider to go on after a pause, from the blocks so far. */
  resume(blocks: readonly Block[]): Promise<Leg>
}

/** How often a provider may pause one reply. */
const MOST_PAUSES = 5

/** Milliseconds to wait for the end of a body whose reply is complete, so that its connection can be used again. */
const PARTING = 1000

/** One course being read. */
export class Intake {
  readonly #course: Course
  #leg: Leg
  #isStream: boolean
  #reader: Reader | undefined
  #splitter: Splitter | undefined
  /** Understands what was waited for. */
  #arrived: (() => void) | undefined
  #pauses = 0
  /** When the provider was last heard, and the timer that minds it. */
  #heard = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(course: Course) {
    this.#course = course
    this.#leg = course.leg
    this.#isStream = isStream(course.leg)
  }

  get done(): boolean {
    return this.#course.reply.done
  }

  get failed(): boolean {
    return this.#course.fold.failure !== undefined
  }

  /** Understands what has arrived. Returns what to wait for where nothing has. */
  next(): Promise<void> | undefined {
    const { reply } = this.#course
    if (reply.done) return undefined
    const waiting = this.#step()
    if (reply.done) this.#part()
    return waiting
  }

  abort(): void {
    clearTimeout(this.#timer)
    this.#leg.abort()
    // Not every body hears of its request's end.
    this.#reader?.cancel().catch(() => {})
  }

  #step(): Promise<void> | undefined {
    const arrived = this.#arrived
    if (arrived) {
      this.#arrived = undefined
      return void arrived()
    }
    if (this.#course.reply.paused) return this.#resume()
    const waiting = this.#read()
    // What is there with the head needs no minding.
    if (waiting) this.#watch()
    return waiting
  }

  #wait<T>(promise: Promise<T>, understand: (value: T) => void, lose = this.#lose.bind(this)): Promise<void> {
    return promise.then(
      // A function that is written down where a member is assigned outlives all collections but the big ones: V8 takes it
      // for a method. With it lives all that it knows.
      (value) => {
        const arrived = (): void => understand(value)
        this.#arrived = arrived
      },
      (error: unknown) => {
        const arrived = (): void => lose(error)
        this.#arrived = arrived
      },
    )
  }

  #read(): Promise<void> | undefined {
    const reader = (this.#reader ??= this.#leg.response.body?.getReader())
    if (!reader) return void this.#take(undefined)
    if (!reader.poll)
      return this.#wait(reader.read(), ({ done, value = NOTHING }) => this.#take(done ? undefined : value))
    let polled: ReturnType<typeof reader.poll>
    try {
      polled = reader.poll()
    } catch (error) {
      return void this.#lose(error)
    }
    if (polled instanceof Promise) return polled
    return void this.#take(polled)
  }

  /** Understands a piece of a body, or its end where there is none. */
  #take(bytes: Uint8Array | undefined): void {
    const { reply } = this.#course
    const splitter = (this.#splitter ??= this.#isStream ? this.#split() : this.#gather())
    this.#heard = Date.now()
    try {
      if (bytes) splitter.feed(bytes)
      else if (!reply.done) splitter.end()
    } catch (error) {
      // Bytes that stop inside a frame were cut; the reply knows whether that matters.
      if (bytes || !(error instanceof SyntaxError)) this.#giveUp(error)
    }
    reply.flush()
    if (!bytes) reply.end(false)
  }

  #readBody(text: string): void {
    const { reply } = this.#course
    const { codec, response } = this.#leg
    this.#understand(() => {
      codec.begin?.(response.headers, reply)
      const body = codec.body.safeParse(parseJson(text))
      if (!body.success) throw new TypeError('The reply has an unknown form.')
      for (const frame of codec.frames(body.data)) codec.decode(frame, reply)
      reply.end()
    })
  }

  /** Reads a body that does not stream when all of it is there. */
  #gather(): Splitter {
    const pieces: Uint8Array[] = []
    return {
      feed: (bytes) => void pieces.push(bytes),
      end: () => this.#readBody(decoded(pieces)),
    }
  }

  #split(): Splitter {
    const { codec, response } = this.#leg
    const { reply } = this.#course
    this.#understand(() => codec.begin?.(response.headers, reply))
    return splitter(codec.framing, {
      frame(text) {
        if (reply.done || reply.paused || codec.quick?.(text, reply)) return
        const frame = codec.frame.safeParse(parseJson(text))
        // Providers add events: one we do not know says nothing to us.
        if (frame.success) codec.decode(frame.data, reply)
      },
      words: (text) => codec.words?.(text, reply),
      repeats: (words) => !reply.done && !reply.paused && (codec.repeats?.(words, reply) ?? reply.literals(words)),
      done() {
        codec.end?.(reply)
        reply.end()
      },
    })
  }

  #resume(): Promise<void> | undefined {
    const { reply, fold, resume } = this.#course
    this.#part()
    this.#pauses += 1
    reply.resume()
    if (this.#pauses > MOST_PAUSES) {
      reply.finish('length', { raw: 'pause' })
      return void reply.end()
    }
    const goOn = (leg: Leg): void => {
      this.#leg = leg
      this.#isStream = isStream(leg)
      this.#reader = undefined
      this.#splitter = undefined
    }
    return this.#wait(resume(fold.blocks()), goOn, (error) => {
      if (!(error instanceof GatewayError)) throw error
      reply.fail(error.failure)
    })
  }

  #understand(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  #giveUp(error: unknown): void {
    this.#leg.abort()
    this.#course.reply.fail({
      status: 502,
      code: 'upstream_protocol_error',
      message: 'The provider sent a reply that cannot be read.',
      cause: error,
    })
  }

  #lose(error: unknown): void {
    this.#course.reply.fail({
      status: 502,
      code: 'upstream_stream_truncated',
      message: 'The connection to the provider broke before the reply was complete.',
      cause: error,
    })
  }

  /** Fails a reply whose provider goes silent. One timer for all its chunks, set anew only when it rings. */
  #watch(): void {
    if (this.#timer !== undefined) return
    this.#heard = Date.now()
    const ring = (): void => {
      const left = this.#heard + this.#course.idle - Date.now()
      if (left > 0) {
        this.#timer = setTimeout(ring, left)
        return
      }
      this.#course.reply.fail({
        status: 504,
        code: 'upstream_timeout',
        message: 'The provider fell silent before the reply was complete.',
      })
      this.abort()
    }
    this.#timer = setTimeout(ring, this.#course.idle)
  }

  /** Lets go of a leg that has said all it has to say. */
  #part(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#reader && !isRead(this.#reader)) void drain(this.#reader, this.#leg)
  }
}

const NOTHING = new Uint8Array()

function decoded(pieces: readonly Uint8Array[]): string {
  if (pieces.length < 2) return decoder.decode(pieces[0])
  const joining = new TextDecoder()
  return pieces.map((piece) => joining.decode(piece, { stream: true })).join('') + joining.decode()
}

const decoder = new TextDecoder()

/** Whether a reply comes in pieces. The provider says so; what was asked for does not matter. */
function isStream({ response }: Leg): boolean {
  const type = response.headers.get('content-type') ?? ''
  return type !== 'application/json' && !/^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(type)
}

/** Whether a body has ended already, or broke. Most have. */
function isRead(reader: Reader): boolean {
  try {
    return reader.poll !== undefined && reader.poll() === undefined
  } catch {
    return true
  }
}

/** Reads a body to its end, so that its connection can be used again; gives up where the end does not come. */
async function drain(reader: Reader, leg: Leg): Promise<void> {
  const timer = setTimeout(() => leg.abort(), PARTING)
  try {
    while (!(await reader.read()).done);
  } catch {
    // Whatever happens to the connection now, the reply is complete.
  } finally {
    clearTimeout(timer)
  }
}
