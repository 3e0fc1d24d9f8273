/**
 * HTTP/1.1 as far as the two ends of a benchmark need it. Node's own client and server cost more than the gateways that
 * are to be measured between them, and hide where one chunk of a body ends.
 *
 * @module
 */

/** Hears of the messages on a connection. */
export interface MessageSink {
  /** The first line and the headers. */
  head(text: string): void
  /** Some of the body. */
  body(bytes: Buffer): void
  /** The message is complete. */
  end(): void
}

const BLANK = Buffer.from('\r\n\r\n')

/** Reads one message after the other. */
export class MessageReader {
  readonly #sink: MessageSink
  #state: 'head' | 'fixed' | 'size' | 'chunk' | 'gap' | 'last' = 'head'
  /** Bytes of the body, or of its chunk, still to come. */
  #left = 0
  #pending: Buffer | undefined

  constructor(sink: MessageSink) {
    this.#sink = sink
  }

  /** Takes more bytes. */
  feed(more: Buffer): void {
    const bytes = this.#pending ? Buffer.concat([this.#pending, more]) : more
    this.#pending = undefined
    let at = 0
    while (at < bytes.length) {
      const next = this.#step(bytes, at)
      if (next === undefined) {
        this.#pending = bytes.subarray(at)
        return
      }
      at = next
    }
  }

  /** Reads on from a place. Returns the next one; nothing where more bytes are needed. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#head(bytes, at)
      case 'fixed':
      case 'chunk':
        return this.#some(bytes, at)
      case 'size': {
        const end = bytes.indexOf(10, at)
        if (end < 0) return undefined
        this.#left = Number.parseInt(bytes.toString('latin1', at, end), 16)
        this.#state = this.#left === 0 ? 'last' : 'chunk'
        return end + 1
      }
      case 'gap':
      case 'last': {
        if (bytes.length < at + 2) return undefined
        if (this.#state === 'last') this.#finish()
        else this.#state = 'size'
        return at + 2
      }
    }
    return this.#state satisfies never
  }

  #head(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(BLANK, at)
    if (end < 0) return undefined
    const head = bytes.toString('latin1', at, end)
    this.#sink.head(head)
    const length = /\r\ncontent-length: *(\d+)/iu.exec(head)?.[1]
    this.#left = Number(length ?? 0)
    if (/\r\ntransfer-encoding: *chunked/iu.test(head)) this.#state = 'size'
    else if (this.#left > 0) this.#state = 'fixed'
    else this.#sink.end()
    return end + BLANK.length
  }

  #some(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    this.#sink.body(bytes.subarray(at, end))
    if (this.#left > 0) return end
    if (this.#state === 'chunk') this.#state = 'gap'
    else this.#finish()
    return end
  }

  #finish(): void {
    this.#state = 'head'
    this.#sink.end()
  }
}

/** One chunk of a chunked body. */
export function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** What ends a chunked body. */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n')
