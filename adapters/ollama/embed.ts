/**
 * Embeddings.
 *
 * @see https://docs.ollama.com/api/embed
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import type { Settings } from './request.ts'

const reply = z.looseObject({
  model: z.string().nullish(),
  embeddings: z.array(z.array(z.number())),
  prompt_eval_count: z.number().nullish(),
})

/** The words for embeddings. Which models have them, only the server knows. */
export function embedder({ context, keepAlive }: Settings): EmbedCodec<z.output<typeof reply>> {
  return {
    // The server knows no limit; this is the most that clients may ask for.
    batch: 2048,
    tokens: false,
    dimensions: true,
    user: false,
    extensions: ['truncate', 'keep_alive', 'options'],
    body: reply,
    encode: ({ model, inputs, dimensions, extra = {} }) => ({
      path: '/api/embed',
      body: {
        model,
        // Tokens are refused before they get here.
        input: inputs.filter((input) => typeof input === 'string'),
        // Left out, a text that is too long would be cut without a word.
        truncate: extra['truncate'] ?? false,
        dimensions,
        options: optionsOf(extra, context),
        keep_alive: extra['keep_alive'] ?? keepAlive,
      },
    }),
    decode: ({ model, embeddings, prompt_eval_count: count }) => ({
      vectors: embeddings,
      model: model ?? undefined,
      input: count ?? undefined,
    }),
  }
}

function optionsOf({ options }: JsonObject, context: number | undefined): JsonObject | undefined {
  if (options != null && !isObject(options))
    throw badRequest('`options` must be an object.', 'options', 'invalid_value')
  if (options == null && context === undefined) return undefined
  return { num_ctx: context, ...options }
}
