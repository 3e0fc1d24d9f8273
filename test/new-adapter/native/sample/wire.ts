/**
 * What Sample sends, as far as we read it. Loose: whatever else it sends is passed over.
 *
 * @module
 */
import { z } from 'zod'

const tokens = z.object({ input: z.number(), output: z.number() })

/** What is said in place of a reply that fails. */
export const error = z.object({ message: z.string() })

/** One piece of a streamed reply. */
export const frame = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  text: z.string().optional(),
  stop: z.string().optional(),
  tokens: tokens.optional(),
  error: error.optional(),
})

/** A whole reply. */
export const body = z.object({ id: z.string(), model: z.string(), text: z.string(), stop: z.string(), tokens })

/** The body of a reply that is none. */
export const errorBody = z.object({ error })

/** One piece of a streamed reply. */
export type Frame = z.infer<typeof frame>
/** A whole reply. */
export type Body = z.infer<typeof body>
