/**
 * Groq.
 *
 * @see https://console.groq.com/docs/api-reference#chat-create
 * @module
 */
import type { Warn } from '../src/adapter.ts'
import type { ChatRequest, JsonObject } from '../src/canonical.ts'
import { badRequest } from '../src/errors.ts'
import { isObject } from '../src/wire/json.ts'
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import type { Chunk, WireUsage } from './openai/wire.ts'

/** Groq. It refuses every member it does not know, in messages too, so past thoughts are not sent. */
export const groq = dialect({
  ...COMPATIBLE,
  name: 'groq',
  baseURL: 'https://api.groq.com/openai/v1',
  rename: {},
  extensions: [
    'citation_options',
    'compound_custom',
    'disable_tool_validation',
    'documents',
    'exclude_domains',
    'include_domains',
    'include_reasoning',
    'reasoning_format',
    'search_settings',
  ],
  supports: {
    ...LACKING,
    serviceTier: true,
    frequencyPenalty: false,
    presencePenalty: false,
    logitBias: false,
    logprobs: false,
    choices: false,
    schema: false,
    reasoning: false,
  },
  facts: [
    {
      match: 'gpt-oss',
      supports: { images: false, schema: true, reasoning: true },
      differs: { efforts: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' } },
    },
    {
      match: 'qwen3',
      supports: { images: false, reasoning: true },
      differs: {
        efforts: {
          minimal: 'default',
          low: 'default',
          medium: 'default',
          high: 'default',
          xhigh: 'default',
          max: 'default',
        },
      },
    },
    { match: 'llama-4', supports: { schema: true } },
    { match: 'llama-3', supports: { images: false } },
  ],
  // Some models think aloud unless `reasoning_format` says otherwise.
  thinkTags: true,
  tweak: settled,
  usage: ({ usage, x_groq }: Chunk) => usage ?? (isObject(x_groq) ? countsIn(x_groq) : undefined),
  complaint: ({ message, failed_generation: said }) =>
    typeof said === 'string' && said !== '' ? `${String(message)} The model said: ${said}` : undefined,
  embeddings: false,
})

const TIERS: ReadonlySet<unknown> = new Set(['auto', 'on_demand', 'flex', 'performance'])

/** Form and tools exclude each other, and tiers have other names. */
function settled(body: JsonObject, { tools = [], format }: ChatRequest, warn: Warn): JsonObject {
  if (tools.length > 0 && format !== undefined && format.type !== 'text') {
    throw badRequest(
      'This provider takes no response_format beside tools. Leave out one of them.',
      'response_format',
      'unsupported_value',
    )
  }
  const { service_tier: tier, ...rest } = body
  if (tier === undefined || TIERS.has(tier)) return body
  if (tier === 'default') return { ...rest, service_tier: 'on_demand' }
  warn('service_tier', 'unsupported')
  return rest
}

/** The counts that end older streams. */
function countsIn({ usage }: JsonObject): WireUsage | undefined {
  // What the schema of a frame let pass unread is JSON, and counts are read with care.
  return isObject(usage) ? (usage as WireUsage) : undefined
}
