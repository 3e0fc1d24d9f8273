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

/** What nobody knows: the price list means an older model by the same name. */
const unpriced = (): undefined => undefined

/** Mistral Small 4. @see https://mistral.ai/pricing/api */
const SMALL_4 = { context: 262_144, price: { input: 0.15, cached: 0.015, output: 0.6 } }
const MINISTRAL_3B = { input: 0.1, cached: 0.01, output: 0.1 }

/**
 * One row for each family. Which of them take an effort is known from the AI SDK, whose tests recorded it; the context
 * from the cards of the models. Most of them have no limit of output of their own.
 */
export const facts: readonly MistralFact[] = [
  { match: 'mistral-large' },
  // Mistral Large 2, which the list prices by this name, is gone.
  { match: 'mistral-large-latest', price: unpriced, ids: ['mistral-large-latest'] },
  { match: 'mistral-large-4', context: 1_048_576, output: 262_144, thinks: 'effort' },
  { match: 'mistral-medium' },
  { match: 'mistral-medium-latest', context: 262_144, ids: ['mistral-medium-latest'] },
  { match: 'mistral-medium-3', thinks: 'effort' },
  { match: 'mistral-medium-3.5', context: 262_144, thinks: 'effort', ids: ['mistral-medium-3.5'] },
  { match: 'mistral-small' },
  { match: 'mistral-small-latest', ...SMALL_4, thinks: 'effort', ids: ['mistral-small-latest'] },
  { match: 'mistral-small-2603', ...SMALL_4, thinks: 'effort' },
  {
    match: 'magistral',
    context: 131_072,
    thinks: 'prompt',
    ids: ['magistral-medium-latest', 'magistral-small-latest'],
  },
  { match: 'ministral' },
  { match: 'ministral-8b-latest', context: 262_144, ids: ['ministral-8b-latest'] },
  { match: 'ministral-3b-latest', context: 131_072, price: MINISTRAL_3B, ids: ['ministral-3b-latest'] },
  { match: 'codestral', context: 256_000, ids: ['codestral-latest'] },
  { match: 'devstral', ids: ['devstral-medium-latest', 'devstral-small-latest'] },
  { match: 'pixtral', context: 131_072, ids: ['pixtral-large-latest'] },
  { match: 'voxtral', context: 32_768, ids: ['voxtral-small-latest'] },
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
