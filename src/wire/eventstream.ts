/**
 * AWS's binary event stream, cut into frames.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 * @module
 */
import { BEGIN, finish, update } from './crc32.ts'
import type { FrameSink, Splitter } from './framing.ts'

/** Bytes before the headers: two lengths and their checksum. */
const PRELUDE = 12
/** Bytes after the payload: the checksum of all before. */
const TRAILER = 4
const CHECKSUM = 4
/** The longest frame AWS allows, and then some. */
const LIMIT = 32 * 1024 * 1024

/**
 * Cuts an event stream. Each frame is told as a JSON object with one member: the event's or exception's type, holding
 * its payload. A frame whose checksums do not match throws.
 */
export function eventstream(sink: FrameSink): Splitter {
  /** The beginning of a frame that is not whole. */
  let held: Uint8Array[] = []
  let size = 0
  /** How many bytes it takes to go on. */
  let wanted = PRELUDE
  let heading: Heading = { bytes: new DataView(new ArrayBuffer()), before: '', error: undefined }

  const tell = (bytes: DataView, at: number, end: number): void => {
    const start = at + PRELUDE + bytes.getUint32(at + CHECKSUM)
    if (start > end - TRAILER) throw new SyntaxError('The headers of a frame are longer than it.')
    // Frames of one type have the same headers, and nearly all frames of a stream are of one.
    if (!isSame(bytes, at + PRELUDE, start, heading.bytes)) heading = headingOf(copied(bytes, at + PRELUDE, start))
    sink.frame(heading.error ?? `${heading.before}${textOf(bytes, start, end - TRAILER) || '{}'}}`)
  }

  return {
    feed(bytes) {
      held.push(bytes)
      size += bytes.length
      if (size < wanted) return
      const whole = held.length === 1 ? bytes : join(held, size)
      const view = viewOf(whole)
      let at = 0
      while ((wanted = lengthAt(view, at)) <= whole.length - at) {
        tell(view, at, at + wanted)
        at += wanted
      }
      size = whole.length - at
      held = size > 0 ? [whole.subarray(at)] : []
    },
    // A frame that is not whole was cut; the reply knows whether that matters.
    end: () => {},
  }
}

/** How long the frame is that begins here, or the part of it that tells. Whole frames are checked. */
function lengthAt(bytes: DataView, at: number): number {
  const size = bytes.byteLength - at
  if (size < PRELUDE) return PRELUDE
  const prelude = update(BEGIN, bytes, at, at + PRELUDE - CHECKSUM)
  if (finish(prelude) !== bytes.getUint32(at + PRELUDE - CHECKSUM))
    throw new SyntaxError('The checksum of a frame’s prelude does not match.')
  const length = bytes.getUint32(at)
  if (length < PRELUDE + TRAILER || length > LIMIT) throw new SyntaxError(`A frame cannot be ${length} bytes long.`)
  if (length > size) return length
  const end = at + length - TRAILER
  if (finish(update(prelude, bytes, at + PRELUDE - CHECKSUM, end)) !== bytes.getUint32(end))
    throw new SyntaxError('The checksum of a frame does not match.')
  return length
}

/** Headers, and what they make of the payload behind them. */
interface Heading {
  readonly bytes: DataView
  /** The JSON before the payload. */
  readonly before: string
  /** The JSON of an error, which is all in its headers. */
  readonly error: string | undefined
}

function headingOf(bytes: DataView): Heading {
  const headers = readHeaders(bytes)
  const code = headers.get(':error-code')
  const type = headers.get(':exception-type') ?? headers.get(':event-type') ?? ''
  return {
    bytes,
    before: `{${JSON.stringify(type)}:`,
    error:
      code === undefined ? undefined : JSON.stringify({ [code]: { message: headers.get(':error-message') ?? '' } }),
  }
}

/** Bytes of a header's value by its type; types 6 and 7 begin with their length. */
const WIDTHS = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const STRING = 7

/** The headers that are strings. */
function readHeaders(view: DataView): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < view.byteLength;) {
    const nameEnd = at + 1 + view.getUint8(at)
    const name = textOf(view, at + 1, nameEnd)
    const type = view.getUint8(nameEnd)
    const fixed = WIDTHS[type]
    const start = nameEnd + 1 + (fixed === undefined ? 2 : 0)
    const end = start + (fixed ?? view.getUint16(nameEnd + 1))
    if (type === STRING) headers.set(name, textOf(view, start, end))
    at = end
  }
  return headers
}

const decoder = new TextDecoder()

function textOf(bytes: DataView, start: number, end: number): string {
  return decoder.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start))
}

function isSame(bytes: DataView, start: number, end: number, others: DataView): boolean {
  const size = others.byteLength
  if (end - start !== size) return false
  let at = 0
  for (; at <= size - 4; at += 4) if (bytes.getInt32(start + at) !== others.getInt32(at)) return false
  for (; at < size; at += 1) if (bytes.getUint8(start + at) !== others.getUint8(at)) return false
  return true
}

/** Bytes of one's own: those that were read may be written over. */
function copied({ buffer, byteOffset }: DataView, start: number, end: number): DataView {
  return new DataView(buffer.slice(byteOffset + start, byteOffset + end))
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

const encoder = new TextEncoder()

/**
 * Makes a frame of a JSON text in the form that frames are told in. A type that ends in `Exception` is one; other types
 * that begin with a capital are codes of errors nobody modelled.
 */
export function sealFrame(json: string): Uint8Array {
  const [[type, payload] = ['', {}]] = Object.entries<unknown>(JSON.parse(json))
  const content = { ':content-type': 'application/json' }
  if (/exception$/iu.test(type))
    return seal({ ':exception-type': type, ...content, ':message-type': 'exception' }, JSON.stringify(payload))
  if (!/^[A-Z]/u.test(type))
    return seal({ ':event-type': type, ...content, ':message-type': 'event' }, JSON.stringify(payload))
  const message = typeof payload === 'object' && payload !== null && 'message' in payload ? payload.message : ''
  return seal({ ':message-type': 'error', ':error-code': type, ':error-message': String(message) }, '')
}

function seal(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const named = Object.entries(headers).flatMap(([name, value]) => {
    const [key, text] = [encoder.encode(name), encoder.encode(value)]
    return [key.length, ...key, STRING, text.length >> 8, text.length & 255, ...text]
  })
  const body = encoder.encode(payload)
  const frame = new Uint8Array(PRELUDE + named.length + body.length + TRAILER)
  const view = viewOf(frame)
  view.setUint32(0, frame.length)
  view.setUint32(4, named.length)
  view.setUint32(PRELUDE - CHECKSUM, checksum(view, 0, PRELUDE - CHECKSUM))
  frame.set(named, PRELUDE)
  frame.set(body, PRELUDE + named.length)
  view.setUint32(frame.length - TRAILER, checksum(view, 0, frame.length - TRAILER))
  return frame
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** The CRC-32 of some bytes. */
function checksum(bytes: DataView, start: number, end: number): number {
  return finish(update(BEGIN, bytes, start, end))
}
