/**
 * Recorded streams, taken apart and tampered with.
 *
 * @module
 */
import { crc32 } from 'node:zlib'
import type { Framing } from '../adapter.ts'
import type { Recorded } from './fixture.ts'

const encoder = new TextEncoder()

/** A recording, frame by frame: up to each blank line, each line, or as far as each frame says it goes. */
export function frames(framing: Framing, bytes: Uint8Array): readonly Uint8Array[] {
  if (framing === 'eventstream') return prefixed(bytes)
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const ends = framing === 'sse' ? /(?<=\r\n\r\n|\n\n|\r\r)/u : /(?<=\n)/u
  return text.split(ends).map((frame) => encoder.encode(frame))
}

/** What providers may add at any time: events of a new kind, and comments where there are such. */
export function stranger(framing: Framing): Uint8Array {
  const json = '{"object":"stranger"}'
  if (framing === 'eventstream') return sealed({ ':message-type': 'event', ':event-type': 'stranger' }, json)
  return encoder.encode(framing === 'sse' ? `: still here\n\nevent: stranger\ndata: ${json}\n\n` : `${json}\n`)
}

/** A reply that tells a secret with every message. Sealed frames stay as they are. */
export function spoiled(framing: Framing, { whole, streamed, ...reply }: Recorded, secret: string): Recorded {
  const spoil = (text: string): string =>
    JSON.stringify(JSON.parse(text), (key, value: unknown) =>
      key === 'message' && typeof value === 'string' ? `${value} ${secret}` : value,
    )
  const lines = (text: string): string => text.replaceAll(/(?<=^(?:data:)?[^\S\n]*)\{.*\}/gmu, spoil)
  const isText = framing !== 'eventstream'
  return {
    ...reply,
    ...(whole !== undefined && { whole: spoil(whole) }),
    ...(streamed && { streamed: isText ? encoder.encode(lines(new TextDecoder().decode(streamed))) : streamed }),
  }
}

/** Frames that begin with their length in four bytes. */
function prefixed(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = Math.min(at + Math.max(view.getUint32(at), 4), bytes.length)
    found.push(bytes.subarray(at, end))
    at = end
  }
  return found
}

/**
 * A frame with its lengths and checksums.
 *
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
function sealed(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const named = Object.entries(headers).flatMap(([name, value]) => {
    const [key, text] = [encoder.encode(name), encoder.encode(value)]
    // 7 is the type of strings.
    return [key.length, ...key, 7, text.length >> 8, text.length & 255, ...text]
  })
  const body = encoder.encode(payload)
  const frame = new Uint8Array(16 + named.length + body.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, frame.length)
  view.setUint32(4, named.length)
  view.setUint32(8, crc32(frame.subarray(0, 8)))
  frame.set([...named, ...body], 12)
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)))
  return frame
}
