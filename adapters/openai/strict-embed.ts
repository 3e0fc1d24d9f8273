/**
 * What OpenAI's embeddings API accepts, as strictly as OpenAI itself: the judge of what we send.
 *
 * @see `EmbeddingCreateParams` of the openai SDK, https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */
import { z } from 'zod'

const text = z.string().min(1)
const tokens = z.array(z.int().min(0)).min(1).max(2048)

/** A request that OpenAI accepts. */
export const embedRequest = z.strictObject({
  model: z.string().min(1),
  input: z.union([text, tokens, z.array(text).min(1).max(2048), z.array(tokens).min(1).max(2048)]),
  dimensions: z.int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
  user: z.string().optional(),
})
