/**
 * Encoding: a chat request as a call of Mistral's chat API. It refuses members it does not know, so only known ones are sent.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import { type Call, factFor, type Warn } from '../../src/adapter.ts'
import {
  type CacheMark,
  type ChatRequest,
  type Format,
  type Json,
  type JsonObject,
  type Message,
  type Part,
  parts,
  type TextBlock,
} from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { renamed } from '../openai/names.ts'
import { converse } from './messages.ts'
import { facts } from './models.ts'
import type { Native, Settings, Task } from './native.ts'
import { toolbox } from './tools.ts'

/** Extension members that are sent as the client words them. Nobody gets them who did not ask: self-hosted servers refuse them. */
const PASSED = ['guardrails', 'prompt_mode', 'safe_prompt'] as const

/** Extension members that are understood. */
export const extensions: readonly string[] = [...PASSED, 'messages[].prefix']

/** Says a request in the provider's words. */
export function encode(request: ChatRequest, settings: Settings, warn: Warn): Call {
  const task: Task = { request, settings, fact: factFor(facts, request.model), warn }
  const { messages, echo } = converse(task)
  const names = renamed(request.tools ?? [])
  caching(task)
  return {
    path: '/v1/chat/completions',
    body: {
      model: request.model,
      messages,
      ...(request.stream && { stream: true }),
      ...toolbox(task),
      ...(request.maxTokens !== undefined && { max_tokens: request.maxTokens }),
      ...sampling(task),
      ...(request.stop?.length && { stop: request.stop }),
      ...(request.choices !== undefined && { n: request.choices }),
      ...seed(task),
      ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
      ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
      ...(request.format && { response_format: formatOf(request.format, warn) }),
      ...think(task),
      ...(request.prediction && { prediction: predicted(request.prediction) }),
      ...(request.metadata && { metadata: request.metadata }),
      ...(request.cache?.key !== undefined && { prompt_cache_key: request.cache.key }),
      ...tier(task),
      ...passed(request),
    },
    undo: { ...(names.size > 0 && { names }), ...(echo && { echo }) },
  }
}

/** The provider's temperatures end at 1.5, and at 0 it wants all tokens to choose from. */
function sampling({ request, warn }: Task): Native {
  const { temperature, topP } = request
  if (temperature === 0) {
    if (topP !== undefined && topP !== 1) warn('top_p', 'must be 1 where temperature is 0')
    return { temperature, top_p: 1 }
  }
  const hot = temperature !== undefined && temperature > HOTTEST
  if (hot) warn('temperature', `clamped to ${HOTTEST}`)
  return {
    ...(temperature !== undefined && { temperature: hot ? HOTTEST : temperature }),
    ...(topP !== undefined && { top_p: topP }),
  }
}

const HOTTEST = 1.5

function seed({ request, warn }: Task): Native {
  if (request.seed === undefined) return {}
  if (request.seed >= 0) return { random_seed: request.seed }
  warn('seed', 'must not be negative')
  return {}
}

function formatOf(format: Format, warn: Warn): Native {
  if (format.type !== 'schema') return { type: format.type === 'json' ? 'json_object' : 'text' }
  const { name, description, schema, strict } = format
  if (!schema) {
    warn('response_format.json_schema', 'has no schema, any JSON object is asked for')
    return { type: 'json_object' }
  }
  return {
    type: 'json_schema',
    json_schema: {
      name,
      ...(description !== undefined && { description }),
      schema,
      ...(strict !== undefined && { strict }),
    },
  }
}

/** How much to think. Models that can be asked know only two efforts, or a prompt that makes them think. */
function think({ request, fact, warn }: Task): Native {
  const { effort, maxTokens } = request.reasoning ?? {}
  if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
  if (effort === undefined && maxTokens === undefined) return {}
  if (fact?.thinks === undefined) {
    if (effort !== undefined && effort !== 'none') warn('reasoning_effort', 'unsupported')
    return {}
  }
  if (effort !== undefined && effort !== 'none' && effort !== 'high') warn('reasoning_effort', 'sent as high')
  if (fact.thinks === 'effort') return { reasoning_effort: effort === 'none' ? 'none' : 'high' }
  if (effort !== 'none') return { prompt_mode: 'reasoning' }
  warn('reasoning_effort', 'this model may think all the same')
  return { prompt_mode: null }
}

/** OpenAI takes the expected text in parts as well. */
function predicted({ content }: JsonObject): Native {
  const text = (part: Json): string => (isObject(part) ? String(part['text'] ?? '') : '')
  return { type: 'content', content: Array.isArray(content) ? content.map(text).join('') : String(content ?? '') }
}

/** The provider caches by itself, and takes a key to tell conversations apart; nothing more can be asked for. */
function caching({ request, warn }: Task): void {
  const { retention, mode, ttl, mark } = request.cache ?? {}
  if (retention !== undefined) warn('prompt_cache_retention', 'unsupported')
  if (mode !== undefined) warn('prompt_cache_options.mode', 'unsupported')
  if (ttl !== undefined) warn('prompt_cache_options.ttl', 'unsupported')
  const { messages, tools = [] } = request
  const marked: readonly { readonly cache?: CacheMark }[] = [...messages, ...messages.flatMap(within), ...tools]
  for (const { cache } of mark ? [{ cache: mark }, ...marked] : marked) if (cache) warn(cache.field, 'unsupported')
}

/** The pieces of a message that can be marked. */
function within(message: Message): readonly (Part | TextBlock)[] {
  return message.role === 'assistant' ? message.blocks.filter((block) => block.type === 'text') : parts(message.content)
}

function tier({ request, warn }: Task): Native {
  const { serviceTier } = request
  if (serviceTier === undefined) return {}
  const told = TIERS[serviceTier]
  if (told === undefined) warn('service_tier', 'unsupported')
  return told === undefined ? {} : { service_tier: told }
}

/** @see `RequestedServiceTier` of the @mistralai/mistralai SDK */
const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
}

function passed({ extra = {} }: ChatRequest): Native {
  return Object.fromEntries(PASSED.flatMap((name) => (extra[name] === undefined ? [] : [[name, extra[name]]])))
}
