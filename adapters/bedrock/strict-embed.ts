/**
 * The native requests for embeddings, judged as strictly as each family of models does. They are told apart by their own
 * members, as the model stands in the path.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 * @module
 */
import { z } from 'zod'
import { texts } from '../cohere/strict-embed.ts'

const inputText = z.string().min(1)

/** A request that Titan's embeddings of text accept. The first version has no settings. */
export const titanRequest = z.strictObject({
  inputText,
  dimensions: z.literal([256, 512, 1024]).optional(),
  normalize: z.boolean().optional(),
  embeddingTypes: z
    .array(z.enum(['float', 'binary']))
    .min(1)
    .optional(),
})

/** A request that Titan's multimodal embeddings accept, of text alone. */
export const titanMultimodalRequest = z.strictObject({
  inputText,
  embeddingConfig: z.strictObject({ outputEmbeddingLength: z.literal([256, 384, 1024]) }).optional(),
})

/** A request that Cohere's embeddings accept here. The older models have no members that came later. */
export const cohereRequest = z.strictObject(texts)

/** A request that Nova's embeddings accept, of text alone. */
export const novaRequest = z.strictObject({
  taskType: z.literal('SINGLE_EMBEDDING'),
  singleEmbeddingParams: z.strictObject({
    embeddingPurpose: z.enum([
      'GENERIC_INDEX',
      'GENERIC_RETRIEVAL',
      'TEXT_RETRIEVAL',
      'IMAGE_RETRIEVAL',
      'VIDEO_RETRIEVAL',
      'DOCUMENT_RETRIEVAL',
      'AUDIO_RETRIEVAL',
      'CLASSIFICATION',
      'CLUSTERING',
    ]),
    embeddingDimension: z.literal([256, 384, 1024, 3072]).optional(),
    text: z.strictObject({ value: z.string().min(1), truncationMode: z.enum(['NONE', 'START', 'END']) }),
  }),
})

/** A request that one of them accepts. */
export const embedRequest = z.union([titanRequest, titanMultimodalRequest, cohereRequest, novaRequest])
