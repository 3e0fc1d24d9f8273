/**
 * Recorded streams, taken apart and tampered with.
 *
 * @module
 */
import type { Framing } from '../adapter.ts'
import { eventstream, sealFrame } from '../wire/eventstream.ts'
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
  if (framing === 'eventstream') return sealFrame(`{"stranger":${json}}`)
  return encoder.encode(framing === 'sse' ? `: still here\n\nevent: stranger\ndata: ${json}\n\n` : `${json}\n`)
}

/** A reply that tells a secret with every message. */
export function spoiled(framing: Framing, { whole, streamed, ...reply }: Recorded, secret: string): Recorded {
  const spoil = (text: string): string =>
    JSON.stringify(JSON.parse(text), (key, value: unknown) =>
      key === 'message' && typeof value === 'string' ? `${value} ${secret}` : value,
    )
  const lines = (text: string): string => text.replaceAll(/(?<=^(?:data:)?[^\S\n]*)\{.*\}/gmu, spoil)
  const stream = (bytes: Uint8Array): Uint8Array =>
    framing === 'eventstream' ? resealed(bytes, spoil) : encoder.encode(lines(new TextDecoder().decode(bytes)))
  return {
    ...reply,
    ...(whole !== undefined && { whole: spoil(whole) }),
    ...(streamed && { streamed: stream(streamed) }),
  }
}

/** Binary frames that say something else. */
function resealed(bytes: Uint8Array, change: (json: string) => string): Uint8Array {
  const frames: Uint8Array[] = []
  eventstream({ frame: (json) => frames.push(sealFrame(change(json))), done: () => {} }).feed(bytes)
  return Buffer.concat(frames)
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
