/**
 * The native requests for embeddings of texts, judged as strictly as Vertex AI does.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
 * @module
 */
import { z } from 'zod'
import { content, taskType } from '../google/strict-embed.ts'

const size = z.int().min(1).max(3072).optional()
const autoTruncate = z.boolean().optional()

/** A request that models accept that predict. */
export const predictRequest = z.strictObject({
  instances: z
    .array(z.strictObject({ content: z.string().min(1), task_type: taskType.optional(), title: z.string().optional() }))
    .min(1)
    .max(250),
  parameters: z.strictObject({ outputDimensionality: size, autoTruncate }).optional(),
})

/** A request that models accept that embed a content. */
export const contentRequest = z.strictObject({
  content,
  embedContentConfig: z
    .strictObject({
      taskType: taskType.optional(),
      title: z.string().optional(),
      outputDimensionality: size,
      autoTruncate,
      documentOcr: z.boolean().optional(),
      audioTrackExtraction: z.boolean().optional(),
    })
    .optional(),
})

/** A request that one or the other accepts. */
export const embedRequest = z.union([predictRequest, contentRequest])
