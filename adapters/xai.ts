/**
 * xAI's Grok.
 *
 * @see https://docs.x.ai/docs/api-reference#chat-completions
 * @module
 */
import type { Json, JsonObject } from '../src/canonical.ts'
import { isObject } from '../src/wire/json.ts'
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import type { Chunk, WireUsage } from './openai/wire.ts'

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
})

/** Efforts for models that can leave thinking be. */
function below(most: string): Readonly<Record<string, string>> {
  return { minimal: 'low', xhigh: most, max: most }
}

/** Efforts for models that always think. */
function between(
  least: string,
  most: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { none: least, minimal: least, xhigh: most, max: most, ...more }
}

/** Thoughts are counted beside the answer, and what is cached may be counted beside the prompt. */
function thoughtful({ usage }: Chunk): WireUsage | null | undefined {
  if (!usage) return usage
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage
  const thoughts = usage.completion_tokens_details?.reasoning_tokens ?? 0
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const apart = (total ?? 0) > (prompt ?? 0) + (completion ?? 0)
  return {
    ...usage,
    ...(prompt != null && cached > prompt && { prompt_tokens: prompt + cached }),
    ...(completion != null && apart && { completion_tokens: completion + thoughts }),
  }
}

/** A schema of which no part says that it is closed: the provider refuses that in tools. */
function open(schema: JsonObject): JsonObject {
  const members = Object.entries(schema).map(([name, value]) => [name, opened(value)] as const)
  return Object.fromEntries(members.filter(([name, value]) => name !== 'additionalProperties' || value !== false))
}

function opened(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => opened(item) ?? null)
  return isObject(value) ? open(value) : value
}
