/**
 * Server-sent events, a network chunk at a time.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * @module
 */

/** One event may not grow larger than this many bytes or characters. */
const LIMIT = 64 * 1024 * 1024

const LINE_FEED = 10
const RETURN = 13
const SPACE = 32
const COLON = 58
/** What a line of data begins with. */
const DATA = 100
const BYTE_ORDER_MARK = '\uFEFF'

/** A part of a text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Told what events say. */
export interface EventSink {
  data(text: string): void
  /** Where data just told has words between quotes, and all that is else like it nothing but other words. */
  words?(text: string): Span | undefined
  /** Told the words of events that are else like the one before. `false` where these are to be told one by one. */
  repeats?(words: readonly string[]): boolean
}

/** Reads the bytes of one stream, and tells the data of each event. What else events have is skipped. */
export class EventReader {
  readonly #sink: EventSink
  /** The beginning of a line whose end has not come. As no character has a line's end among its bytes, none is cut here. */
  #held: Uint8Array[] = []
  #size = 0
  /** The data of the event under way; nothing where it has none so far. */
  #data: string | undefined
  #begun = false
  /** Whether the last line ended with a return, which a line feed may still belong to. */
  #returned = false
  /** Where in the text being read the event under way begins, and where its data; -1 where it began before, or has none on one line. */
  #event = -1
  #value = -1

  constructor(sink: EventSink) {
    this.#sink = sink
  }

  /** Takes more bytes. */
  feed(bytes: Uint8Array): void {
    const end = endOfLines(bytes)
    const start = end > 0 && this.#size > 0 ? this.#complete(bytes) : 0
    if (end > start) this.#read(decoder.decode(bytes.subarray(start, end)))
    if (end < bytes.length) {
      this.#held.push(bytes.subarray(end))
      this.#size += bytes.length - end
    }
    if (this.#size + (this.#data?.length ?? 0) > LIMIT) throw new RangeError('An event is too large.')
  }

  /** Tells the last event where no blank line follows it: a server that closes without one still meant it. */
  end(): void {
    this.#read(`${decoder.decode(this.#with(NOTHING))}\n\n`)
  }

  /** Reads the line that was held, whose rest begins the bytes. Returns where that ends. */
  #complete(bytes: Uint8Array): number {
    const end = endOfLine(bytes)
    this.#read(decoder.decode(this.#with(bytes.subarray(0, end))))
    return end
  }

  #with(bytes: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.#size + bytes.length)
    let at = 0
    for (const piece of [...this.#held, bytes]) {
      whole.set(piece, at)
      at += piece.length
    }
    this.#held = []
    this.#size = 0
    return whole
  }

  /** Reads whole lines. They end with a line feed, a return, or both. */
  #read(text: string): void {
    let at = this.#start(text)
    let feed = -1
    let back = -1
    let isFirst = true
    this.#event = -1
    while (at < text.length) {
      const first = text.charCodeAt(at)
      if (feed < at) feed = first === LINE_FEED ? at : find('\n', text, at)
      if (back < at) back = find('\r', text, at)
      const end = feed < back ? feed : back
      const isOver = end === at
      if (first === DATA && text.startsWith('data', at)) this.#take(text, at + 4, end)
      at = end + 1
      if (end === back && text.charCodeAt(at) === LINE_FEED) at += 1
      if (!isOver) continue
      const data = this.#dispatch()
      // Once for what was read together: where it is of no use, it should not be looked for again and again.
      if (isFirst && at < text.length && data !== undefined && this.#event >= 0 && this.#value >= 0) {
        const next = this.#repeat(text, data, at)
        isFirst = next === undefined
        at = next ?? at
      }
      this.#event = at
      this.#value = -1
    }
    this.#returned = text.charCodeAt(text.length - 1) === RETURN
  }

  /** Where the first line begins. */
  #start(text: string): number {
    const isMarked = !this.#begun && text.startsWith(BYTE_ORDER_MARK)
    this.#begun = true
    return isMarked || (this.#returned && text.charCodeAt(0) === LINE_FEED) ? 1 : 0
  }

  /** Takes the value of a line of data, where it is one. One space after the colon does not belong to it. */
  #take(text: string, at: number, end: number): void {
    const mark = at < end ? text.charCodeAt(at) : COLON
    if (mark !== COLON) return
    const start = text.charCodeAt(at + 1) === SPACE ? at + 2 : at + 1
    const value = text.slice(start, end)
    this.#value = this.#data === undefined ? start : -1
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
  }

  #dispatch(): string | undefined {
    const data = this.#data
    this.#data = undefined
    if (data !== undefined) this.#sink.data(data)
    return data
  }

  /**
   * Tells all together the events that follow and are like the one just told but for its words, the last of them excepted.
   * Returns where that one begins; nothing where there was nothing to look for.
   */
  #repeat(text: string, data: string, end: number): number | undefined {
    const words = this.#sink.words?.(data)
    if (!words) return undefined
    const head = text.slice(this.#event, this.#value + words.start)
    const tail = text.slice(this.#value + words.end, end)
    const start = end + head.length
    if (text.slice(end, start) !== head) return end
    const pieces = text.slice(start).split(tail + head)
    const last = pieces.pop() ?? ''
    if (pieces.length === 0 || !this.#sink.repeats?.(pieces)) return end
    return text.length - last.length - head.length
  }
}

// A byte order mark is one only where the stream begins.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const NOTHING = new Uint8Array()

/** Where the first line ends, or where its return and its line feed part. */
function endOfLine(bytes: Uint8Array): number {
  const feed = bytes.indexOf(LINE_FEED)
  const back = bytes.subarray(0, feed < 0 ? bytes.length : feed).indexOf(RETURN)
  return (back < 0 ? feed : back) + 1
}

/** Where the last line ends whose end is there; 0 where there is none. */
function endOfLines(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(LINE_FEED) + 1
  return end === bytes.length ? end : end + bytes.subarray(end).lastIndexOf(RETURN) + 1
}

/** Where a character comes next; behind the text where it does not. */
function find(character: string, text: string, from: number): number {
  const found = text.indexOf(character, from)
  return found < 0 ? text.length : found
}
