/**
 * The models, and what is known of them.
 *
 * @see https://docs.mistral.ai/getting-started/models/models_overview/
 * @module
 */
import type { Model, ModelFact, ModelsCodec } from '../../src/adapter.ts'
import { modelList, type WireModel, type WireModelList } from './wire.ts'

/** What is known of one family. */
export interface MistralFact extends ModelFact {
  /** How it is asked to think: with an effort, or with the prompt it was trained on. Others cannot be asked. */
  readonly thinks?: 'effort' | 'prompt'
}

/** One row for each family. Which of them take an effort is known from the AI SDK, whose tests recorded it. */
export const facts: readonly MistralFact[] = [
  { match: 'mistral-large', ids: ['mistral-large-latest'] },
  { match: 'mistral-large-4', thinks: 'effort' },
  { match: 'mistral-medium', ids: ['mistral-medium-latest'] },
  { match: 'mistral-medium-3', thinks: 'effort', ids: ['mistral-medium-3.5'] },
  { match: 'mistral-small' },
  { match: 'mistral-small-latest', thinks: 'effort', ids: ['mistral-small-latest'] },
  { match: 'mistral-small-2603', thinks: 'effort' },
  { match: 'magistral', thinks: 'prompt', ids: ['magistral-medium-latest', 'magistral-small-latest'] },
  { match: 'ministral', ids: ['ministral-8b-latest', 'ministral-3b-latest'] },
  { match: 'codestral', ids: ['codestral-latest'] },
  { match: 'devstral', ids: ['devstral-medium-latest', 'devstral-small-latest'] },
  { match: 'pixtral', ids: ['pixtral-large-latest'] },
  { match: 'voxtral', ids: ['voxtral-small-latest'] },
]

/** Lists the models. */
export const models: ModelsCodec<WireModelList> = {
  path: '/v1/models',
  body: modelList,
  decode: ({ data }) => (data ?? []).map(describe),
}

function describe({ id, created, ...model }: WireModel): Model {
  const facts = {
    name: model.name,
    description: model.description,
    context_length: model.max_context_length,
    capabilities: model.capabilities,
    aliases: model.aliases,
    // OpenAI's member for the day a model goes away.
    shutdown_date: model.deprecation?.slice(0, 10),
  }
  const extra = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact != null))
  return { id, ...(created != null && { created }), extra }
}
