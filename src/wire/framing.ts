/**
 * Bytes on the wire, cut into frames.
 *
 * @module
 */
import type { Framing } from '../adapter.ts'
import { eventstream } from './eventstream.ts'
import { EventReader, type Span } from './sse.ts'

/** Cuts the bytes of one streamed reply into frames. */
export interface Splitter {
  /** Takes more bytes and tells every frame they complete. */
  feed(bytes: Uint8Array): void
  /** Tells what is left where the bytes end without the usual mark. */
  end(): void
}

/** Told what a splitter finds: the JSON text of a frame, or the mark that ends the stream. */
export interface FrameSink {
  frame(text: string): void
  /** Where a frame just told has words and nothing else; nothing where it has more, or is not known well enough. */
  words?(text: string): Span | undefined
  /** Told the words of frames that are else like the one before. `false` where these are to be told one by one. */
  repeats?(words: readonly string[]): boolean
  done(): void
}

const SPLITTERS: Readonly<Record<Framing, (sink: FrameSink) => Splitter>> = { sse, ndjson, eventstream }

/** The splitter for a framing. */
export function splitter(framing: Framing, sink: FrameSink): Splitter {
  return SPLITTERS[framing](sink)
}

/** Cuts server-sent events. Only `data` counts: the events of every provider name themselves inside it. */
function sse(sink: FrameSink): Splitter {
  return new EventReader({
    data(text) {
      if (text === '[DONE]') sink.done()
      else if (text !== '') sink.frame(text)
    },
    words: (text) => sink.words?.(text),
    repeats: (words) => sink.repeats?.(words) ?? false,
  })
}

/** Cuts JSON texts that stand on lines of their own. */
function ndjson(sink: FrameSink): Splitter {
  const decoder = new TextDecoder()
  const pending: string[] = []
  const tell = (line: string): void => {
    const text = line.trim()
    if (text !== '') sink.frame(text)
  }
  const take = (text: string): void => {
    const lines = text.split('\n')
    const rest = lines.pop() ?? ''
    if (lines.length > 0) {
      const [first = '', ...others] = lines
      tell(pending.join('') + first)
      pending.length = 0
      others.forEach(tell)
    }
    if (rest !== '') pending.push(rest)
  }
  return {
    feed: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end: () => take(`${decoder.decode()}\n`),
  }
}
