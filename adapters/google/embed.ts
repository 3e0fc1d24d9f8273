/**
 * Embeddings of the Gemini API.
 *
 * @see https://ai.google.dev/api/embeddings
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec, Warn } from '../../src/adapter.ts'
import type { EmbedRequest } from '../../src/canonical.ts'
import { unit } from '../../src/wire/floats.ts'
import { wished } from './extension.ts'

const count = z.number().nullish()

const reply = z.looseObject({
  embeddings: z.array(z.looseObject({ values: z.array(z.number()) })),
  usageMetadata: z.looseObject({ promptTokenCount: count }).nullish(),
})

/** What the setting does that keeps vectors as they come. */
export const NORMALIZE =
  'Whether embeddings of fewer dimensions than the model has are given the length 1, as those of OpenAI have.'

/** Extension members of requests for embeddings. */
export const embedExtensions: readonly string[] = ['google', 'extra_body', 'task_type', 'title', 'auto_truncate']

/** How the embeddings of one place differ from those of another. */
export interface EmbedPlace {
  path(model: string): string
  /** Whether vectors are to have the length 1. */
  readonly normalize: boolean
}

/** The words for embeddings with a model, where it has any. */
export function embedder({ path, normalize }: EmbedPlace): (model: string) => EmbedCodec | undefined {
  const codec: EmbedCodec<z.output<typeof reply>> = {
    batch: 100,
    tokens: false,
    dimensions: true,
    user: false,
    extensions: embedExtensions,
    body: reply,
    encode(request, warn) {
      const { model, inputs, dimensions } = request
      const { taskType, title, autoTruncate } = tasksOf(request, warn)
      if (autoTruncate !== undefined) warn('google.auto_truncate', 'unsupported')
      const requests = inputs.map((input) => ({
        model: model.includes('/') ? model : `models/${model}`,
        // One content each: several parts of one would come back as one vector.
        content: { parts: [{ text: String(input) }] },
        taskType,
        title,
        outputDimensionality: dimensions,
      }))
      return { path: path(model), body: { requests } }
    },
    decode: ({ embeddings, usageMetadata }, { request }) => ({
      vectors: inLength(
        embeddings.map(({ values }) => values),
        normalize && request.dimensions !== undefined,
      ),
      input: usageMetadata?.promptTokenCount ?? undefined,
    }),
  }
  return (model) =>
    model.includes('embed') ? { ...codec, dimensions: !/(?:^|\/)embedding-001$/u.test(model) } : undefined
}

/** Vectors that were cut have lost some of their length, which whoever multiplies them counts on. */
export function inLength(vectors: readonly (readonly number[])[], normalize: boolean): readonly (readonly number[])[] {
  return normalize ? vectors.map(unit) : vectors
}

const tasks = z.strictObject({
  taskType: z.string().optional(),
  title: z.string().optional(),
  autoTruncate: z.boolean().optional(),
})

/** What the client wants the embeddings for. The second generation of models does not listen to that: it is told in the text. */
export function tasksOf({ model, extra = {} }: EmbedRequest, warn: Warn): z.output<typeof tasks> {
  const { task_type, title, auto_truncate } = extra
  const said = wished(extra, { task_type, title, auto_truncate }, tasks)
  const isDeaf = /gemini-embedding-[2-9]/u.test(model)
  if (isDeaf && said.taskType !== undefined) warn('google.task_type', 'ignored by the model')
  if (isDeaf && said.title !== undefined) warn('google.title', 'ignored by the model')
  return said
}
