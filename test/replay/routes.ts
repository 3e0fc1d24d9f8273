/**
 * What can be replayed, and how. A new provider is a row here.
 *
 * @module
 */
import type { Adapter, Schema } from '../../src/adapter.ts'
import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { converseRequest } from '../../adapters/bedrock/strict.ts'
import { cohere } from '../../adapters/cohere.ts'
import { chatRequest as cohereRequest } from '../../adapters/cohere/strict.ts'
import { deepseek } from '../../adapters/deepseek.ts'
import { google } from '../../adapters/google.ts'
import { generateRequest } from '../../adapters/google/strict.ts'
import { groq } from '../../adapters/groq.ts'
import { mistral } from '../../adapters/mistral.ts'
import { chatRequest as mistralRequest } from '../../adapters/mistral/strict.ts'
import { ollama } from '../../adapters/ollama.ts'
import { chatRequest as ollamaRequest } from '../../adapters/ollama/strict.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import { vertex } from '../../adapters/vertex.ts'
import { vertexRequest } from '../../adapters/vertex/strict.ts'
import { xai } from '../../adapters/xai.ts'
import { anthropicOracle } from './anthropic-oracle.ts'
import { bedrockOracle } from './bedrock-oracle.ts'
import { cohereOracle } from './cohere-oracle.ts'
import { besides, dialectOracle } from './dialect-oracle.ts'
import { DIALECT_ROUTES } from './dialect-routes.ts'
import { googleOracle } from './google-oracle.ts'
import { mistralOracle } from './mistral-oracle.ts'
import { ollamaOracle } from './ollama-oracle.ts'
import { openaiOracle } from './openai-oracle.ts'
import type { Oracle } from './oracle.ts'
import { members, type Members, number } from './reading.ts'
import type { Recording } from './recordings.ts'

/** How one provider's recordings are replayed. */
export interface Route {
  readonly protocol: string
  readonly provider: string
  readonly adapter: Adapter
  readonly oracle: Oracle
  /** What the provider's API accepts. */
  readonly request: Schema<unknown>
  /** What it accepts besides, and we never send. */
  readonly native?: Schema<unknown>
  /** Models to encode other people's requests for: a plain one and, where they differ, one with rules of its own. */
  readonly models: readonly string[]
  /** Whether it speaks the protocol in words of its own, so that it is not sent what was asked. */
  readonly translates?: boolean
}

/** Everything that can be replayed. */
export const ROUTES: readonly Route[] = [
  {
    protocol: 'openai-chat',
    provider: 'openai',
    adapter: openai({ apiKey: 'test' }),
    oracle: openaiOracle,
    request: chatRequest,
    models: ['gpt-4.1'],
  },
  {
    protocol: 'anthropic-messages',
    provider: 'anthropic',
    adapter: anthropic({ apiKey: 'test' }),
    oracle: anthropicOracle,
    request: messagesRequest,
    models: ['claude-sonnet-4-5', 'claude-opus-5-5'],
  },
  {
    protocol: 'gemini',
    provider: 'google',
    adapter: google({ apiKey: 'test' }),
    oracle: googleOracle,
    request: generateRequest,
    models: ['gemini-2.5-flash', 'gemini-3.7-flash'],
  },
  {
    protocol: 'cohere-v2',
    provider: 'cohere',
    adapter: cohere({ apiKey: 'test' }),
    oracle: cohereOracle,
    request: cohereRequest,
    models: ['command-a-plus-05-2026', 'command-a-03-2025'],
  },
  {
    protocol: 'ollama',
    provider: 'ollama',
    adapter: ollama({}),
    oracle: ollamaOracle,
    request: ollamaRequest,
    models: ['qwen3:8b'],
  },
  {
    protocol: 'openai-chat',
    provider: 'mistral',
    adapter: mistral({ apiKey: 'test' }),
    oracle: mistralOracle,
    request: mistralRequest,
    models: ['mistral-large-latest', 'mistral-small-latest'],
    translates: true,
  },
  {
    protocol: 'openai-chat',
    provider: 'deepseek',
    adapter: deepseek({ apiKey: 'test' }),
    oracle: dialectOracle({ name: 'deepseek' }),
    request: besides(chatRequest.loose(), ['reasoning', 'reasoning_content', 'prefix']),
    models: ['deepseek-v4-pro'],
    translates: true,
  },
  {
    protocol: 'openai-chat',
    provider: 'groq',
    adapter: groq({ apiKey: 'test' }),
    oracle: dialectOracle({
      name: 'groq',
      usage: ({ usage, x_groq }) => members(usage ?? members(x_groq)['usage']),
      broken: 400,
    }),
    // Tiers and efforts of its own.
    request: besides(chatRequest.loose(), [], ['service_tier', 'reasoning_effort']),
    models: ['openai/gpt-oss-120b', 'meta-llama/llama-4-scout-17b-16e-instruct'],
    translates: true,
  },
  {
    protocol: 'openai-chat',
    provider: 'xai',
    adapter: xai({ apiKey: 'test' }),
    oracle: dialectOracle({ name: 'xai', usage: withThoughts }),
    request: besides(chatRequest.loose(), ['prefix']),
    models: ['grok-4.5', 'grok-3-mini'],
    translates: true,
  },
  {
    protocol: 'gemini',
    provider: 'google-vertex',
    adapter: vertex({ project: 'test', apiKey: 'test' }),
    oracle: googleOracle,
    request: vertexRequest,
    models: ['gemini-2.5-flash', 'gemini-3-flash-preview'],
  },
  {
    protocol: 'anthropic-messages',
    provider: 'google-vertex',
    adapter: vertex({ project: 'test', apiKey: 'test' }),
    oracle: anthropicOracle,
    request: vertexRequest,
    models: ['claude-sonnet-4-5@20250929', 'claude-opus-5-5'],
  },
  {
    protocol: 'bedrock-converse',
    provider: 'bedrock',
    adapter: bedrock({ apiKey: 'test' }),
    oracle: bedrockOracle,
    request: converseRequest,
    models: [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.amazon.nova-2-lite-v1:0',
      'us.meta.llama4-maverick-17b-instruct-v1:0',
    ],
  },
  ...DIALECT_ROUTES,
]

/** Operations that a model answers with words. */
const CHAT = new Set(['chat', 'responses'])

/** How a recording's reply is replayed, or why it is not. */
export function routeOf(recording: Recording, routes: readonly Route[]): Route | string {
  const { protocol, provider, operation, response } = recording
  if (!CHAT.has(operation)) return `operation ${operation}: not a chat reply`
  const speakers = routes.filter((route) => route.protocol === protocol)
  if (speakers.length === 0) return `protocol ${protocol}: no adapter yet`
  const route = speakers.find((one) => one.provider === provider)
  if (!route) {
    const isKnown = routes.some((one) => one.provider === provider)
    return `provider ${provider} (${protocol}): ${isKnown ? 'an endpoint its adapter does not call' : 'no adapter yet'}`
  }
  if (!response) return 'no reply was recorded'
  return response.status < 400 && response.kind === 'json' && typeof response.body === 'string'
    ? 'the recorded body is not JSON'
    : route
}

/** xAI counts thoughts beside the answer, and what it cost in ten billionths of a dollar. */
function withThoughts({ usage }: Members): Members {
  const { completion_tokens: completion, completion_tokens_details: details, cost_in_usd_ticks: ticks } = members(usage)
  return {
    ...members(usage),
    ...(number(ticks) !== undefined && { cost: Number(ticks) / 1e10 }),
    completion_tokens: (number(completion) ?? 0) + (number(members(details)['reasoning_tokens']) ?? 0),
  }
}
