/**
 * What Mistral's embeddings API accepts, as strictly as it does itself: the judge of what we send.
 *
 * @see `EmbeddingRequest` of the @mistralai/mistralai SDK
 * @module
 */
import { z } from 'zod'

/** A request that Mistral accepts. */
export const embedRequest = z
  .strictObject({
    model: z.string().min(1),
    input: z.union([z.string(), z.array(z.string()).min(1)]),
    output_dimension: z.int().min(1).nullish(),
    output_dtype: z.enum(['float', 'int8', 'uint8', 'binary', 'ubinary']).nullish(),
    encoding_format: z.enum(['float', 'base64']).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(({ model, output_dimension: size }) => size == null || model.startsWith('codestral-embed'), {
    path: ['output_dimension'],
    message: 'This model does not support output_dimension',
  })
