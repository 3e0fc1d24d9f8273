/**
 * Embeddings.
 *
 * @see https://docs.mistral.ai/api/endpoint/embeddings
 * @module
 */
import type { EmbedCodec } from '../../src/adapter.ts'
import { embeddingList, type WireEmbeddings } from './wire.ts'

/** The words for embeddings with a model. Only those of code come in several sizes. */
export function embed(model: string): EmbedCodec<WireEmbeddings> | undefined {
  return model.includes('embed') ? { ...embeddings, dimensions: model.startsWith('codestral-embed') } : undefined
}

const embeddings: EmbedCodec<WireEmbeddings> = {
  // As many as the AI SDK sends at once: the API limits their tokens, not their number.
  batch: 32,
  tokens: false,
  dimensions: true,
  extensions: ['output_dtype'],
  body: embeddingList,
  encode({ model, inputs, dimensions, encoding, user, extra }, warn) {
    if (user !== undefined) warn('user', 'unsupported')
    return {
      path: '/v1/embeddings',
      body: {
        model,
        // Tokens are refused before they get here.
        input: inputs.filter((input) => typeof input === 'string'),
        ...(dimensions !== undefined && { output_dimension: dimensions }),
        ...(extra?.['output_dtype'] != null && { output_dtype: extra['output_dtype'] }),
        encoding_format: encoding,
      },
    }
  },
  decode: ({ data, model, usage }) => ({
    // It is the index that counts, not the place.
    vectors: data.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0)).map(({ embedding }) => embedding),
    model: model ?? undefined,
    input: usage?.prompt_tokens ?? undefined,
  }),
}
