/**
 * AWS's binary event stream, cut into frames.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 * @module
 */
import type { FrameSink, Splitter } from './framing.ts'

/** Bytes before the headers: two lengths and their checksum. */
const PRELUDE = 12
/** Bytes after the payload: the checksum of all before. */
const TRAILER = 4
/** The longest frame AWS allows, and then some. */
const LIMIT = 32 * 1024 * 1024

/**
 * Cuts an event stream. Each frame is told as a JSON object with one member: the event's or exception's type, holding
 * its payload. A frame whose checksums do not match throws.
 */
export function eventstream(sink: FrameSink): Splitter {
  const pending: Uint8Array[] = []
  let size = 0

  const take = (length: number): Uint8Array => {
    const whole = pending.length === 1 && pending[0] ? pending[0] : join(pending, size)
    pending.length = 0
    size -= length
    if (size > 0) pending.push(whole.subarray(length))
    return whole.subarray(0, length)
  }
  /** Length of the frame that begins the pending bytes, or nothing while too few are there to tell. */
  const nextLength = (): number | undefined => {
    if (size < PRELUDE) return undefined
    if ((pending[0]?.length ?? 0) < PRELUDE) pending.splice(0, pending.length, join(pending, size))
    const [first] = pending
    if (!first) return undefined
    const view = viewOf(first)
    if (checksum(first.subarray(0, PRELUDE - 4)) !== view.getUint32(PRELUDE - 4))
      throw new SyntaxError('The checksum of a frame’s prelude does not match.')
    const length = view.getUint32(0)
    if (length < PRELUDE + TRAILER || length > LIMIT) throw new SyntaxError(`A frame cannot be ${length} bytes long.`)
    return length
  }

  return {
    feed(bytes) {
      if (bytes.length === 0) return
      pending.push(bytes)
      size += bytes.length
      for (let length = nextLength(); length !== undefined && size >= length; length = nextLength()) {
        sink.frame(read(take(length)))
      }
    },
    // A frame that is not whole was cut; the reply knows whether that matters.
    end: () => {},
  }
}

const decoder = new TextDecoder()

/** A frame as JSON text. */
function read(frame: Uint8Array): string {
  const view = viewOf(frame)
  const end = frame.length - TRAILER
  if (checksum(frame.subarray(0, end)) !== view.getUint32(end))
    throw new SyntaxError('The checksum of a frame does not match.')
  const start = PRELUDE + view.getUint32(4)
  if (start > end) throw new SyntaxError('The headers of a frame are longer than it.')
  const headers = readHeaders(frame.subarray(PRELUDE, start))
  const code = headers.get(':error-code')
  if (code !== undefined) return JSON.stringify({ [code]: { message: headers.get(':error-message') ?? '' } })
  const type = headers.get(':exception-type') ?? headers.get(':event-type') ?? ''
  const payload = decoder.decode(frame.subarray(start, end))
  return `{${JSON.stringify(type)}:${payload === '' ? '{}' : payload}}`
}

/** Bytes of a header's value by its type; types 6 and 7 begin with their length. */
const WIDTHS = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const STRING = 7

/** The headers that are strings. */
function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const view = viewOf(bytes)
  const headers = new Map<string, string>()
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + view.getUint8(at)
    const name = decoder.decode(bytes.subarray(at + 1, nameEnd))
    const type = view.getUint8(nameEnd)
    const fixed = WIDTHS[type]
    const start = nameEnd + 1 + (fixed === undefined ? 2 : 0)
    const end = start + (fixed ?? view.getUint16(nameEnd + 1))
    if (type === STRING) headers.set(name, decoder.decode(bytes.subarray(start, end)))
    at = end
  }
  return headers
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
  view.setUint32(PRELUDE - 4, checksum(frame.subarray(0, PRELUDE - 4)))
  frame.set(named, PRELUDE)
  frame.set(body, PRELUDE + named.length)
  view.setUint32(frame.length - TRAILER, checksum(frame.subarray(0, frame.length - TRAILER)))
  return frame
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32, as in Ethernet and zip. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}
