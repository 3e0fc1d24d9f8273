/**
 * The way back: upstream bytes, through an adapter's decoder, into a reply.
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

/** Several replies read side by side, a network chunk at a time. */
export class Relay {
  readonly #intakes: readonly Intake[]
  /** The one there is, where there is but one. */
  readonly #only: Intake | undefined
  readonly #pending = new Map<Intake, Promise<Intake>>()

  constructor(courses: readonly Course[]) {
    this.#intakes = courses.map((course) => new Intake(course))
    this.#only = courses.length === 1 ? this.#intakes[0] : undefined
  }

  /** Whether every reply is complete, or one has failed. */
  get done(): boolean {
    return this.#only ? this.#only.done : this.#intakes.every(({ done }) => done) || this.#failed
  }

  /** Reads one network chunk of whichever reply has one. */
  next(): Promise<void> {
    return this.#only ? this.#only.next() : this.#first()
  }

  async #first(): Promise<void> {
    for (const intake of this.#intakes) {
      if (!intake.done && !this.#pending.has(intake))
        this.#pending.set(
          intake,
          intake.next().then(() => intake),
        )
    }
    this.#pending.delete(await Promise.race(this.#pending.values()))
    if (this.#failed) this.abort()
  }

  /** Gives up: the client is gone, or one of several replies has failed. */
  abort(): void {
    for (const intake of this.#intakes) intake.abort()
  }

  get #failed(): boolean {
    return this.#intakes.some(({ failed }) => failed)
  }
}

/** One course being read. */
class Intake {
  readonly #course: Course
  #leg: Leg
  #reader: Reader | undefined
  #splitter: Splitter | undefined
  #pauses = 0
  /** When the provider was last heard, and the timer that minds it. */
  #heard = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(course: Course) {
    this.#course = course
    this.#leg = course.leg
  }

  get done(): boolean {
    return this.#course.reply.done
  }

  get failed(): boolean {
    return this.#course.fold.failure !== undefined
  }

  async next(): Promise<void> {
    const { reply } = this.#course
    if (reply.done) return
    if (reply.paused) await this.#resume()
    else if (isStream(this.#leg)) await this.#readChunk()
    else await this.#readBody()
    if (reply.done) this.#part()
  }

  abort(): void {
    clearTimeout(this.#timer)
    this.#leg.abort()
    // Not every body hears of its request's end.
    this.#reader?.cancel().catch(() => {})
  }

  async #readChunk(): Promise<void> {
    const { reply } = this.#course
    const reader = (this.#reader ??= this.#leg.response.body?.getReader())
    if (!reader) return reply.end(false)
    const splitter = (this.#splitter ??= this.#split())
    this.#watch()
    let chunk: Awaited<ReturnType<Reader['read']>>
    try {
      chunk = await reader.read()
    } catch (error) {
      return this.#lose(error)
    }
    this.#heard = Date.now()
    const { value, done } = chunk
    if (value) {
      this.#understand(() => splitter.feed(value))
      reply.flush()
    }
    if (!done) return
    // Bytes that stop inside a frame were cut; the reply knows whether that matters.
    if (!reply.done) unlessSyntax(() => splitter.end())
    reply.flush()
    reply.end(false)
  }

  async #readBody(): Promise<void> {
    const { reply } = this.#course
    const { codec, response } = this.#leg
    this.#watch()
    let text: string
    try {
      text = await response.text()
    } catch (error) {
      return this.#lose(error)
    }
    this.#understand(() => {
      codec.begin?.(response.headers, reply)
      const body = codec.body.safeParse(parseJson(text))
      if (!body.success) throw new TypeError('The reply has an unknown form.')
      for (const frame of codec.frames(body.data)) codec.decode(frame, reply)
      reply.end()
    })
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
      done() {
        codec.end?.(reply)
        reply.end()
      },
    })
  }

  async #resume(): Promise<void> {
    const { reply, fold, resume } = this.#course
    this.#part()
    this.#pauses += 1
    reply.resume()
    if (this.#pauses > MOST_PAUSES) {
      reply.finish('length', { raw: 'pause' })
      return reply.end()
    }
    try {
      this.#leg = await resume(fold.blocks())
    } catch (error) {
      if (error instanceof GatewayError) return reply.fail(error.failure)
      throw error
    }
    this.#reader = undefined
    this.#splitter = undefined
  }

  #understand(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.#leg.abort()
      this.#course.reply.fail({
        status: 502,
        code: 'upstream_protocol_error',
        message: 'The provider sent a reply that cannot be read.',
        cause: error,
      })
    }
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
    if (this.#reader) void drain(this.#reader, this.#leg)
  }
}

/** Whether a reply comes in pieces. The provider says so; what was asked for does not matter. */
function isStream({ response }: Leg): boolean {
  return !/^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

function unlessSyntax(read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
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
