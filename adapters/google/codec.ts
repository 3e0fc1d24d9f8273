/**
 * Chat in Gemini's words, wherever they are spoken.
 *
 * @module
 */
import type { ChatCodec, CountCodec } from '../../src/adapter.ts'
import { amend } from './amend.ts'
import { FORMAT, type GeminiPlace } from './native.ts'
import { quick, repeats, words } from './refrain.ts'
import { decode, frames } from './reply.ts'
import { encode } from './request.ts'
import { body, frame, glance, type WireBody, type WireFrame } from './wire.ts'

/** The codec for one of the places that serve Gemini models, and count in their own way. */
export function geminiCodec(place: GeminiPlace, count: CountCodec): ChatCodec<WireBody, WireFrame> {
  return {
    framing: 'sse',
    format: FORMAT,
    body: glance(body),
    frame: glance(frame),
    encode: (request, warn) => encode(request, place, warn),
    takes: (url) => place.reads(url),
    frames,
    decode,
    quick,
    words,
    repeats,
    amend,
    count,
  }
}
