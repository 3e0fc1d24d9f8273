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

const READS = ['text', 'image', 'file']
const seeing = { modalities: { input: READS, output: ['text'] } }

/** Models with the longest context, of which input may take 922,000. */
const long = { ...seeing, context: 1_050_000, output: 128_000 }
const five = { ...seeing, context: 400_000, output: 128_000 }
const omni = { context: 128_000, output: 16_384 }
const thinker = { ...seeing, context: 200_000, output: 100_000 }

/** What GPT-6.1 Terra costs; GPT-6.1 Sol is twice as much. */
const TERRA = { input: 1, cached: 0.05, cacheWrite: 1.25, output: 5, webSearch: 0.01 }
const TERRA_LONG = { tokens: 272_000, input: 2, cached: 0.1, cacheWrite: 2.5, output: 7.5 }
const SOL = { input: 2, cached: 0.1, cacheWrite: 2.5, output: 10, webSearch: 0.01 }
const SOL_LONG = { tokens: 272_000, input: 4, cached: 0.2, cacheWrite: 5, output: 15 }

/**
 * OpenAI's current models, for when its list cannot be had. OpenAI itself knows best what each can do, so that nothing
 * is refused on its behalf.
 *
 * @see `ChatModel` of the openai SDK
 * @see https://developers.openai.com/api/docs/models/compare
 * @see https://developers.openai.com/api/docs/pricing for the prices that the price list does not have
 */
export const facts: readonly ModelFact[] = [
  { match: 'gpt-6', ...long, ids: ['gpt-6-astra'] },
  { match: 'gpt-6.1-sol', ...long, price: { ...SOL, above: [SOL_LONG] }, ids: ['gpt-6.1-sol'] },
  { match: 'gpt-6.1-terra', ...long, price: { ...TERRA, above: [TERRA_LONG] }, ids: ['gpt-6.1-terra'] },
  { match: 'gpt-6-', ...long, ids: ['gpt-6-sol', 'gpt-6-luna'] },
  { match: 'gpt-5.6', ...long, ids: ['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'] },
  { match: 'gpt-5.5', ...long, ids: ['gpt-5.5'] },
  { match: 'gpt-5.4', ...long, ids: ['gpt-5.4'] },
  { match: 'gpt-5.4-mini', ...five, ids: ['gpt-5.4-mini'] },
  { match: 'gpt-5.4-nano', ...five, ids: ['gpt-5.4-nano'] },
  { match: 'gpt-5', ...five, ids: ['gpt-5', 'gpt-5-mini', 'gpt-5-nano'] },
  {
    match: 'gpt-4.1',
    ...seeing,
    context: 1_047_576,
    output: 32_768,
    ids: ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano'],
  },
  { match: 'gpt-4o', ...seeing, ...omni, ids: ['gpt-4o', 'gpt-4o-mini'] },
  {
    match: 'gpt-4o-audio',
    ...omni,
    modalities: { input: ['text', 'audio'], output: ['text', 'audio'] },
    price: { input: 2.5, output: 10, audioInput: 40, audioOutput: 80 },
    ids: ['gpt-4o-audio-preview'],
  },
  {
    match: 'gpt-4o-search',
    ...omni,
    modalities: { input: ['text'], output: ['text'] },
    ids: ['gpt-4o-search-preview'],
  },
  { match: 'o3', ...thinker, ids: ['o3'] },
  { match: 'o3-mini', ...thinker, modalities: { input: ['text'], output: ['text'] }, ids: ['o3-mini'] },
  { match: 'o4', ...thinker, ids: ['o4-mini'] },
]
