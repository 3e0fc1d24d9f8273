/**
 * Counting the tokens of a request.
 *
 * @see https://ai.google.dev/api/tokens
 * @module
 */
import { z } from 'zod'
import type { CountCodec } from '../../src/adapter.ts'

const wire = z.object({ totalTokens: z.int().nonnegative() })

/** What was counted. What is in a cache is part of it. */
export type WireCount = z.infer<typeof wire>

/** Counting, in Gemini's words, as one of the places that serve it wants to be asked. */
export function counter(encode: CountCodec['encode']): CountCodec<WireCount> {
  return { body: wire, encode, decode: ({ totalTokens }) => totalTokens }
}
