/**
 * What the API of Sample accepts and nothing else, to judge what we send.
 *
 * @see https://docs.sample.test/api/chat
 * @module
 */
import { z } from 'zod'

/** The body of a call. */
export const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), text: z.string() })).min(1),
  max_tokens: z.int().positive().optional(),
  stream: z.literal(true).optional(),
})
