/**
 * Embeddings in OpenAI's words, and in those of everything that is like it except for a table of differences.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec } from '../../src/adapter.ts'
import type { Vector } from '../../src/canonical.ts'

/** How one provider's embeddings differ from OpenAI's. What is left out is as OpenAI has it. */
export interface EmbedTable {
  /** Where they are. `/embeddings` unless said otherwise. */
  readonly path?: string
  /** The most inputs of one call. 2048 unless said otherwise. */
  readonly batch?: number
  /** Whether inputs may be tokens. */
  readonly tokens?: boolean
  /** Whether the number of dimensions can be asked for, or which numbers. */
  readonly dimensions?: EmbedCodec['dimensions']
  /** Whether the provider is told who the person is. */
  readonly user?: boolean
  /** Whether base64 can be asked for. Where it is `false`, the provider is not told of any form. */
  readonly base64?: boolean
  /** Members beyond OpenAI's that the provider takes. All of them, unless said otherwise. */
  readonly extensions?: readonly string[]
  /** Reads an embedding that is neither numbers nor base64 of floats. */
  readonly read?: (embedding: string) => Vector
}

const list = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().nullish(), embedding: z.union([z.array(z.number()), z.string()]) })),
  model: z.string().nullish(),
  usage: z.looseObject({ prompt_tokens: z.number().nullish(), total_tokens: z.number().nullish() }).nullish(),
})

/** The words for embeddings that a table makes. */
export function embeddings(table: EmbedTable = {}): EmbedCodec<z.output<typeof list>> {
  const {
    path = '/embeddings',
    batch = 2048,
    tokens = true,
    dimensions = true,
    user = true,
    extensions = ['*'],
  } = table
  const { base64 = true, read = (embedding) => embedding } = table
  return {
    batch,
    tokens,
    dimensions,
    user,
    extensions,
    body: list,
    encode: ({ model, inputs, dimensions, encoding, user, extra }) => {
      const [only] = inputs
      return {
        path,
        body: {
          ...extra,
          model,
          input: inputs.length === 1 && only !== undefined ? only : inputs,
          dimensions,
          ...(base64 && { encoding_format: encoding }),
          user,
        },
      }
    },
    decode: ({ data, model, usage }) => ({
      // Servers answer in order, but it is the index that counts.
      vectors: data
        .toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))
        .map(({ embedding }) => (typeof embedding === 'string' ? read(embedding) : embedding)),
      model: model ?? undefined,
      // Nothing is generated, so some tell the total alone.
      input: usage?.prompt_tokens ?? usage?.total_tokens ?? undefined,
    }),
  }
}
