/**
 * The native request for embeddings of texts, judged as strictly as the provider does.
 *
 * @see https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
 * @module
 */
import { z } from 'zod'

/** What embeddings can be wanted for. */
export const taskType = z.enum([
  'RETRIEVAL_QUERY',
  'RETRIEVAL_DOCUMENT',
  'SEMANTIC_SIMILARITY',
  'CLASSIFICATION',
  'CLUSTERING',
  'QUESTION_ANSWERING',
  'FACT_VERIFICATION',
  'CODE_RETRIEVAL_QUERY',
])

/** One content, which becomes one embedding. */
export const content = z.strictObject({
  role: z.literal('user').optional(),
  parts: z.array(z.strictObject({ text: z.string().min(1) })).min(1),
})

const request = z
  .strictObject({
    model: z.string().regex(/^(?:models|tunedModels)\/[\w.-]+$/u),
    content,
    taskType: taskType.optional(),
    title: z.string().optional(),
    outputDimensionality: z.int().min(1).max(3072).optional(),
  })
  .refine(({ model, outputDimensionality: size }) => size === undefined || model !== 'models/embedding-001', {
    path: ['outputDimensionality'],
    message: 'Reduced output dimensions are not supported by this model',
  })

/** A request that the Gemini API accepts. */
export const embedRequest = z
  .strictObject({ requests: z.array(request).min(1).max(100, 'at most 100 requests can be in one batch') })
  .refine(({ requests }) => new Set(requests.map(({ model }) => model)).size === 1, {
    path: ['requests'],
    message: 'all requests must be for the same model',
  })
