/**
 * Embeddings.
 *
 * @see https://docs.cohere.com/reference/embed
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'

const reply = z.looseObject({
  embeddings: z.looseObject({ float: z.array(z.array(z.number())) }),
  meta: z
    .looseObject({
      billed_units: z.looseObject({ input_tokens: z.number().nullish(), image_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
})

/** The most texts of one call. */
export const BATCH = 96

/** The dimensions that newer models come in. */
export const SIZES: readonly number[] = [256, 512, 1024, 1536]

/** The words for embeddings with a model, where it has any. The older ones come in one size. */
export function embed(model: string): EmbedCodec<z.output<typeof reply>> | undefined {
  return model.includes('embed') ? { ...embeddings, dimensions: isOld(model) ? false : SIZES } : undefined
}

/** Whether a model is one of version 3 or before. */
export function isOld(model: string): boolean {
  return /embed-(?:english|multilingual)/u.test(model)
}

/** Members of a request that pass as they are. */
const PASSED = ['input_type', 'truncate', 'max_tokens', 'priority']

const embeddings: EmbedCodec<z.output<typeof reply>> = {
  batch: BATCH,
  tokens: false,
  dimensions: SIZES,
  user: false,
  extensions: PASSED,
  body: reply,
  encode: ({ model, inputs, dimensions, extra = {} }) => ({
    path: '/v2/embed',
    body: { model, ...textsIn(inputs), output_dimension: dimensions, embedding_types: ['float'], ...passed(extra) },
  }),
  decode({ embeddings: { float }, meta }) {
    const { input_tokens: texts, image_tokens: pictures } = meta?.billed_units ?? {}
    return { vectors: float, input: texts == null ? undefined : texts + (pictures ?? 0) }
  },
}

/** What is to be embedded, and how, unless the client says otherwise. */
export function textsIn(inputs: readonly unknown[]): JsonObject {
  return {
    // Tokens are refused before they get here.
    texts: inputs.filter((input) => typeof input === 'string'),
    // It must be said. What is embedded without a word about it is mostly to be found later.
    input_type: 'search_document',
    // Left out, a text that is too long would be cut without a word.
    truncate: 'NONE',
  }
}

/** What the client says in the provider's own words. */
export function passed(extra: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== null))
}
