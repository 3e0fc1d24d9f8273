/**
 * Embeddings on Vertex AI: most models predict them, and Gemini's second generation embeds a content.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec } from '../../src/adapter.ts'
import { embedExtensions, inLength, tasksOf } from '../google/embed.ts'
import { methodPath, type Place } from './address.ts'

const count = z.number().nullish()
const numbers = z.array(z.number())

const predicted = z.looseObject({
  predictions: z.array(
    z.looseObject({
      embeddings: z.looseObject({ values: numbers, statistics: z.looseObject({ token_count: count }).nullish() }),
    }),
  ),
})

const embedded = z.looseObject({
  embedding: z.looseObject({ values: numbers }),
  usageMetadata: z.looseObject({ promptTokenCount: count }).nullish(),
})

/** The version of the API, as `@google/genai` has it. */
const VERSION = 'v1beta1'

const common = { tokens: false, dimensions: true, user: false, extensions: embedExtensions } as const

/** The words for embeddings with a model, where it has any. */
export function embedderOn(place: Place, normalize: boolean): (model: string) => EmbedCodec | undefined {
  const prediction: EmbedCodec<z.output<typeof predicted>> = {
    ...common,
    batch: 250,
    body: predicted,
    encode(request, warn) {
      const { taskType, title, autoTruncate = false } = tasksOf(request, warn)
      return {
        path: methodPath(VERSION, place, 'google', request.model, 'predict'),
        body: {
          instances: request.inputs.map((input) => ({ content: String(input), task_type: taskType, title })),
          // Left out, a text that is too long would be cut without a word.
          parameters: { outputDimensionality: request.dimensions, autoTruncate },
        },
      }
    },
    decode({ predictions }, { request }) {
      const counts = predictions.map(({ embeddings }) => embeddings.statistics?.token_count)
      const known = counts.filter((counted) => typeof counted === 'number')
      return {
        vectors: inLength(
          predictions.map(({ embeddings }) => embeddings.values),
          normalize && request.dimensions !== undefined,
        ),
        input: known.length < counts.length ? undefined : known.reduce((sum, counted) => sum + counted, 0),
      }
    },
  }
  const content: EmbedCodec<z.output<typeof embedded>> = {
    ...common,
    batch: 1,
    body: embedded,
    encode(request, warn) {
      const { autoTruncate = false, ...task } = tasksOf(request, warn)
      return {
        path: methodPath(VERSION, place, 'google', request.model, 'embedContent'),
        body: {
          content: { parts: request.inputs.map((input) => ({ text: String(input) })) },
          embedContentConfig: { ...task, outputDimensionality: request.dimensions, autoTruncate },
        },
      }
    },
    decode: ({ embedding, usageMetadata }, { request }) => ({
      vectors: inLength([embedding.values], normalize && request.dimensions !== undefined),
      input: usageMetadata?.promptTokenCount ?? undefined,
    }),
  }
  // The first of Gemini's takes one text at a time.
  const single = { ...prediction, batch: 1 }
  return (model) => {
    if (!/embed|maas|(?:^|\/)endpoints\//u.test(model) || model.includes('multimodalembedding')) return undefined
    if (model.includes('gemini-embedding-001')) return single
    // Which is which, `@google/genai` tells by the same signs.
    return /gemini|maas/u.test(model) ? content : prediction
  }
}
