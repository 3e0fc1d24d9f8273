/**
 * Embeddings in OpenAI's words.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec } from '../../src/adapter.ts'

const list = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().nullish(), embedding: z.union([z.array(z.number()), z.string()]) })),
  model: z.string().nullish(),
  usage: z.looseObject({ prompt_tokens: z.number().nullish() }).nullish(),
})

/** OpenAI's own embeddings. */
export const embeddings: EmbedCodec<z.output<typeof list>> = {
  batch: 2048,
  tokens: true,
  dimensions: true,
  extensions: ['*'],
  body: list,
  encode: ({ model, inputs, dimensions, encoding, user, extra }) => {
    const [only] = inputs
    return {
      path: '/embeddings',
      body: {
        ...extra,
        model,
        input: inputs.length === 1 && only !== undefined ? only : inputs,
        ...(dimensions !== undefined && { dimensions }),
        encoding_format: encoding,
        ...(user !== undefined && { user }),
      },
    }
  },
  decode: ({ data, model, usage }) => ({
    // Servers answer in order, but it is the index that counts.
    vectors: data.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0)).map(({ embedding }) => embedding),
    model: model ?? undefined,
    input: usage?.prompt_tokens ?? undefined,
  }),
}
