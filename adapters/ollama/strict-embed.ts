/**
 * The native request for embeddings, judged as strictly as the server reads it.
 *
 * @see `EmbedRequest` in api/types.go of https://github.com/ollama/ollama
 * @module
 */
import { z } from 'zod'

/** A request that the server accepts. */
export const embedRequest = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string())], 'invalid input type'),
  truncate: z.boolean().optional(),
  dimensions: z.int().min(1).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
})
