/**
 * What every made-up reply is made of.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import type { Native } from './rig.ts'

/** What a model of one provider may say, in its provider's words, and how to tell it again from a native request. */
export interface Mouth {
  readonly model: string
  readonly replies: fc.Arbitrary<Native>
  /** A reply that ends for the reason given. */
  ending(reason: string): Native
  /** Reasons that end no reply: something broke, or is to go on. */
  readonly breaks?: readonly string[]
  /** The member of a native request that holds its turns. `messages` unless said otherwise. */
  readonly turns?: string
  /** What a whole reply says, as its model is to be told it again. */
  original(whole: JsonObject): unknown
  /** A turn of the model's in a native request, to be compared with the original. */
  again(turn: JsonObject): unknown
}

/** Something to read. */
export const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')

/** The input of a call. */
export const input = fc.dictionary(
  fc.constantFrom('city', 'n', 'deep'),
  fc.oneof(words, fc.integer(), fc.constant({ a: [1, null, 'x'] })),
)

/** Calls, of which there may be none. */
export const calls = fc.array(fc.record({ name: fc.constantFrom('get_weather', 'get_time'), input }), { maxLength: 3 })

/** Bytes nobody but their provider can read. */
export const sealed = fc.base64String({ minLength: 4, maxLength: 12 })

/** A text in the two pieces a stream tells it in, neither of them empty. */
export function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '')
}
