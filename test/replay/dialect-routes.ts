/**
 * Providers that are like OpenAI, as they were recorded: under names of their own, through the adapter that speaks to them.
 *
 * @module
 */
import { azure } from '../../adapters/azure.ts'
import { cerebras } from '../../adapters/cerebras.ts'
import { huggingface } from '../../adapters/huggingface.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import { openrouter } from '../../adapters/openrouter.ts'
import { perplexity } from '../../adapters/perplexity.ts'
import { qwen } from '../../adapters/qwen.ts'
import { together } from '../../adapters/together.ts'
import { vllm } from '../../adapters/vllm.ts'
import { zhipu } from '../../adapters/zhipu.ts'
import type { Adapter, Schema } from '../../src/adapter.ts'
import { dialects } from '../contract/dialects.ts'
import { besides, dialectOracle, type Habits } from './dialect-oracle.ts'
import { isMembers, list, members, type Members, text } from './reading.ts'
import type { Route } from './routes.ts'

const apiKey = 'test'
const local = vllm({ baseURL: 'http://127.0.0.1:8000' })
const elsewhere = openai({ apiKey, baseURL: 'http://127.0.0.1:8000/v1' })

/** Their recordings, and how they are replayed. */
export const DIALECT_ROUTES: readonly Route[] = [
  route('azure', azure({ apiKey, baseURL: 'https://acme.openai.azure.com' }), ['gpt-4.1']),
  route('cerebras', cerebras({ apiKey }), ['gpt-oss-120b', 'zai-glm-4.7']),
  route('zai', zhipu({ apiKey }), ['glm-4.7', 'glm-5.3']),
  route('alibaba', qwen({ apiKey }), ['qwen3-max']),
  route('together', together({ apiKey }), ['zai-org/GLM-4.7'], { reasons: { eos: 'stop' } }),
  route('openrouter', openrouter({ apiKey }), ['anthropic/claude-sonnet-4.5'], { failure: original, details: true }),
  route('perplexity', perplexity({ apiKey }), ['sonar'], { sources: searched, failure: tooLong, usage: summedUp }),
  route('huggingface', huggingface({ apiKey }), ['zai-org/GLM-4.7']),
  route('gpustack', local, ['qwen3']),
  route('lmstudio', local, ['qwen3']),
  route('openai-compatible', local, ['gpt-4o']),
  // Nothing is known of these but that they are like OpenAI.
  route('crusoe', elsewhere, ['zai/GLM-5.2']),
  route('heroku', elsewhere, ['claude-3-7-sonnet']),
  route(
    'snowflake',
    openai({ apiKey, baseURL: 'http://127.0.0.1:8000/v1', unexplained: true }),
    ['claude-sonnet-4-6'],
    {
      unexplained: true,
    },
  ),
  route('bedrock-mantle', elsewhere, ['mistral.voxtral-mini-3b-2507']),
]

function route(provider: string, adapter: Adapter, models: readonly string[], habits: Partial<Habits> = {}): Route {
  const request = dialects.find(({ definition }) => definition.id === adapter.name)?.request ?? chatRequest
  return {
    protocol: 'openai-chat',
    provider,
    adapter,
    oracle: dialectOracle({ name: adapter.name, ...habits }),
    request,
    native: tolerant(request),
    models,
    translates: adapter.name !== 'openai' && adapter.name !== 'azure',
  }
}

/** Accepts what says nothing, as all of them do: `null`, and lists without items; and what was recorded without its body. */
function tolerant(schema: Schema<unknown>): Schema<unknown> {
  const spoken = besides(schema, ['reasoning', 'reasoning_content'])
  return { safeParse: (body) => (isMembers(body) ? spoken.safeParse(sayings(body)) : { success: true, data: body }) }
}

/** Tools and content that OpenRouter alone has. */
const OWN = /^(?:openrouter:|video_url$)/u

function sayings(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !OWN.test(text(members(item)['type']))).map(sayings)
  if (!isMembers(value)) return value
  const { eager_input_streaming: _, ...known } = value
  const said = Object.entries(known).map(([name, member]) => [name, sayings(member)] as const)
  return Object.fromEntries(
    said.filter(([, member]) => member != null && !(Array.isArray(member) && member.length === 0)),
  )
}

/** OpenRouter tells what the provider behind it said. */
function original({ metadata }: Members): { message?: string } {
  const raw = members(metadata)['raw']
  return typeof raw === 'string' ? { message: raw } : {}
}

/** Perplexity has a type of error of its own for a prompt that is too long. */
function tooLong({ type }: Members): { type?: string; code?: string } {
  return type === 'too_many_prompt_tokens' ? { type: 'invalid_request_error', code: 'context_length_exceeded' } : {}
}

/** Perplexity says what the cost of a reply is made of; elsewhere a cost is a number, and that stands beside it. */
function summedUp({ usage }: Members): Members {
  const { cost, ...counts } = members(usage)
  return isMembers(cost) ? { ...counts, cost: cost['total_cost'], cost_details: cost } : members(usage)
}

/** Perplexity's sources: pages with their titles, or addresses alone. */
function searched({ search_results: results, citations }: Members): readonly unknown[] {
  const pages = list(results).map(members)
  if (pages.length > 0) return pages.map(({ url, title }) => ({ url, title: text(title) || url }))
  return list(citations).map((url) => ({ url, title: url }))
}
