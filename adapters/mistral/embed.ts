/**
 * Embeddings.
 *
 * @see https://docs.mistral.ai/api/endpoint/embeddings
 * @module
 */
import type { EmbedCodec } from '../../src/adapter.ts'
import { badRequest } from '../../src/errors.ts'
import { embeddingList, type WireEmbeddings } from './wire.ts'

/** The words for embeddings with a model. Only those of code come in several sizes. */
export function embed(model: string): EmbedCodec<WireEmbeddings> | undefined {
  return model.includes('embed') ? { ...embeddings, dimensions: model.startsWith('codestral-embed') } : undefined
}

/** Types that have a number for each dimension. Those of bits have not, so there is no place for them in a list of numbers. */
const NUMBERS: ReadonlySet<unknown> = new Set(['float', 'int8', 'uint8'])

const embeddings: EmbedCodec<WireEmbeddings> = {
  // As many as the AI SDK sends at once: the API limits their tokens, not their number.
  batch: 32,
  tokens: false,
  dimensions: true,
  user: false,
  extensions: ['output_dtype', 'metadata'],
  body: embeddingList,
  encode({ model, inputs, dimensions, encoding, extra = {} }) {
    const type = extra['output_dtype'] ?? undefined
    if (type !== undefined && !NUMBERS.has(type)) {
      const message =
        '`output_dtype` must be float, int8 or uint8: embeddings of bits have no place in a list of numbers.'
      throw badRequest(message, 'output_dtype', 'unsupported_value')
    }
    return {
      path: '/v1/embeddings',
      body: {
        model,
        // Tokens are refused before they get here.
        input: inputs.filter((input) => typeof input === 'string'),
        output_dimension: dimensions,
        output_dtype: type,
        // Base64 is of the type that is asked for, and that of floats is what clients read.
        encoding_format: type === undefined || type === 'float' ? encoding : 'float',
        metadata: extra['metadata'] ?? undefined,
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
