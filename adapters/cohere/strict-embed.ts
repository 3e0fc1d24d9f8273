/**
 * The native request for embeddings of texts, judged as strictly as the provider does.
 *
 * @see https://docs.cohere.com/reference/embed
 * @module
 */
import { z } from 'zod'
import { isOld } from './embed.ts'

/** What every way to Cohere's models takes. */
export const texts = {
  texts: z.array(z.string().min(1)).min(1).max(96),
  input_type: z.enum(['search_document', 'search_query', 'classification', 'clustering']),
  truncate: z.enum(['NONE', 'START', 'END']).optional(),
  embedding_types: z
    .array(z.enum(['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64']))
    .min(1)
    .optional(),
  output_dimension: z.literal([256, 512, 1024, 1536]).nullish(),
  max_tokens: z.int().min(1).nullish(),
}

/** A request that Cohere accepts. */
export const embedRequest = z
  .strictObject({ model: z.string().min(1), ...texts, priority: z.int().min(0).max(999).optional() })
  .refine(({ model, output_dimension: size }) => size == null || !isOld(model), {
    path: ['output_dimension'],
    message: 'is only supported by embed-v4.0 and newer models',
  })
