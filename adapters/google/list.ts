/**
 * The list of models.
 *
 * @see https://ai.google.dev/api/models#method:-models.list
 * @module
 */
import type { Model, ModelsCodec } from '../../src/adapter.ts'
import { modelPage, type WireModelPage } from './wire.ts'

const PATH = '/v1beta/models?pageSize=1000'

/** Lists the models, a thousand at a time. Those that can only be spoken to live, or only predict, are left out. */
export const list: ModelsCodec<WireModelPage> = {
  path: PATH,
  body: modelPage,
  decode: ({ models }) => (models ?? []).filter(isUsable).map(describe),
  next: ({ nextPageToken }) => (nextPageToken ? `${PATH}&pageToken=${encodeURIComponent(nextPageToken)}` : undefined),
}

type WireModel = NonNullable<WireModelPage['models']>[number]

const METHODS: ReadonlySet<string> = new Set(['generateContent', 'embedContent', 'batchEmbedContents'])

function isUsable({ supportedGenerationMethods }: WireModel): boolean {
  return supportedGenerationMethods?.some((method) => METHODS.has(method)) ?? true
}

function describe({ name, ...model }: WireModel): Model {
  const facts = {
    display_name: model.displayName,
    context_length: model.inputTokenLimit,
    max_output_tokens: model.outputTokenLimit,
    supports_thinking: model.thinking,
  }
  const extra = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact != null))
  return { id: name.replace(/^models\//u, ''), extra }
}
