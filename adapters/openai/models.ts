/**
 * The models of a provider, and what is known of OpenAI's own.
 *
 * @module
 */
import type { ModelFact, ModelsCodec } from '../../src/adapter.ts'
import { unknownIn } from './usage.ts'
import { modelList, type ModelList } from './wire.ts'

/** Reads `GET /models`. */
export const models: ModelsCodec<ModelList> = {
  path: '/models',
  body: modelList,
  decode: ({ data }) =>
    data.map((model) => {
      const extra = unknownIn(model, SHOWN)
      return { id: model.id, ...(model.created != null && { created: model.created }), ...(extra && { extra }) }
    }),
}

const SHOWN = new Set(['id', 'object', 'created'])

/**
 * OpenAI's current models, for when its list cannot be had. OpenAI itself knows best what each can do, so that nothing
 * is refused on its behalf.
 *
 * @see `ChatModel` of the openai SDK
 */
export const facts: readonly ModelFact[] = [
  { match: 'gpt-6', ids: ['gpt-6-astra', 'gpt-6.1-sol', 'gpt-6.1-terra', 'gpt-6-sol', 'gpt-6-luna'] },
  {
    match: 'gpt-5',
    ids: [
      'gpt-5.6-sol',
      'gpt-5.6-terra',
      'gpt-5.6-luna',
      'gpt-5.5',
      'gpt-5.4',
      'gpt-5.4-mini',
      'gpt-5.4-nano',
      'gpt-5',
      'gpt-5-mini',
      'gpt-5-nano',
    ],
  },
  { match: 'gpt-4.1', ids: ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano'] },
  { match: 'gpt-4o', ids: ['gpt-4o', 'gpt-4o-mini', 'gpt-4o-audio-preview', 'gpt-4o-search-preview'] },
  { match: 'o3', ids: ['o3', 'o3-mini'] },
  { match: 'o4', ids: ['o4-mini'] },
]
