/**
 * xAI's Grok.
 *
 * @see https://docs.x.ai/docs/api-reference#chat-completions
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { below, between } from './xai/efforts.ts'
import { open } from './xai/schema.ts'
import { thoughtful } from './xai/usage.ts'

const thinker = { supports: { stop: false } } as const

/**
 * xAI. Which efforts a model takes is known from the AI SDK and Pydantic AI, which keep the same lists; the context from
 * https://docs.x.ai/docs/models, which knows no limit of output.
 */
export const xai = dialect({
  ...COMPATIBLE,
  name: 'xai',
  pricedAs: 'x-ai',
  baseURL: 'https://api.x.ai/v1',
  patterns: ['grok-*'],
  rename: {},
  // Penalties are refused by every model, even where they are 0.
  supports: { ...LACKING, frequencyPenalty: false, presencePenalty: false, choices: false },
  limits: { top_logprobs: [0, 8] },
  schema: (schema, of) => (of === 'tool' ? open(schema) : schema),
  // Messages without content are refused; thoughts are not heard again.
  replay: ({ content, ...message }) => ({ ...message, content: content ?? '' }),
  echoes: true,
  facts: [
    { ...thinker, match: 'grok-3-mini', differs: { efforts: between('low', 'high', { medium: 'high' }) } },
    { match: 'grok-3', differs: { efforts: below('high') } },
    { ...thinker, match: 'grok-4', differs: { efforts: below('high') } },
    { ...thinker, match: 'grok-4.3', context: 1_000_000, ids: ['grok-4.3'], differs: { efforts: below('high') } },
    { match: 'grok-4.20', supports: { stop: false, reasoning: false } },
    {
      ...thinker,
      match: 'grok-4.5',
      context: 500_000,
      ids: ['grok-4.5'],
      differs: { efforts: between('low', 'high') },
    },
    {
      ...thinker,
      match: 'grok-4.6',
      context: 500_000,
      ids: ['grok-4.6'],
      differs: { efforts: { ...between('low', 'xhigh'), xhigh: 'xhigh' } },
    },
  ],
  usage: thoughtful,
  // In ten-billionths of a dollar.
  cost: ({ cost_in_usd_ticks: ticks }) => (typeof ticks === 'number' ? ticks / 1e10 : undefined),
  sources: ({ citations }) =>
    Array.isArray(citations) ? citations.map((url) => ({ type: 'url', url: String(url), start: 0, end: 0 })) : [],
  errors: {
    'Client specified an invalid argument': [400],
    'The model does not exist': [404, 'model_not_found'],
    'The service is currently unavailable': [503],
  },
  embeddings: false,
  // https://docs.x.ai/docs/guides/chat: replies are kept for 30 days.
  serves: ['/responses'],
})
