/**
 * What a client may post to `/v1/chat/completions`: OpenAI's parameters and the extensions that have spread from other APIs.
 *
 * A request is loose, as its messages are; everything below is strict.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @module
 */
import { z } from 'zod'
import { cacheControl, json, message, text, ttl } from './conversation.ts'
import { verbatim } from '../present.ts'

/** A request as it passed the schema. */
export type ChatBody = z.output<typeof chatRequest>

/** A tool of it. */
export type ChatTool = NonNullable<ChatBody['tools']>[number]

const count = z.int().min(1).nullish()
const penalty = z.number().min(-2).max(2).nullish()
const named = z.strictObject({ name: z.string() })

/** A function as `functions` lists it. */
export const legacyFunction = z.strictObject({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: json.nullish(),
})

/** A tool that takes JSON. */
export const functionTool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ ...legacyFunction.shape, strict: z.boolean().nullish(), cache_control: cacheControl }),
  cache_control: cacheControl,
  // Models that may answer in place of the first: https://openrouter.ai/docs/features/model-routing
  models: z.array(z.string().min(1)).nullish(),
})

/** A tool that takes free text. */
export const customTool = z.strictObject({
  type: z.literal('custom'),
  custom: z.strictObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    format: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text') }),
        z.strictObject({
          type: z.literal('grammar'),
          grammar: z.strictObject({ definition: z.string(), syntax: z.enum(['lark', 'regex']) }),
        }),
      ])
      .nullish(),
  }),
  cache_control: cacheControl,
  // Models that may answer in place of the first: https://openrouter.ai/docs/features/model-routing
  models: z.array(z.string().min(1)).nullish(),
})

/** A tool of one provider, in that provider's words. */
const nativeTool = z.looseObject({ type: z.string().regex(/^(?!(?:function|custom)$)./u) }).transform((definition) => {
  const { name, type } = definition
  return { type: 'native' as const, name: typeof name === 'string' ? name : type, definition: verbatim(definition) }
})

const reference = z.strictObject({
  type: z.string(),
  name: z.string().optional(),
  function: named.optional(),
  custom: named.optional(),
})

/** A tool as `allowed_tools` refers to it, by name. The pipe starts wide, for OpenAI's type says no more than "an object". */
const allowedTool = z
  .any()
  .pipe(reference.transform((tool) => tool.function?.name ?? tool.custom?.name ?? tool.name ?? tool.type))

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('function'), function: named }),
    z.strictObject({ type: z.literal('custom'), custom: named }),
    z.strictObject({
      type: z.literal('allowed_tools'),
      allowed_tools: z.strictObject({
        mode: z.enum(['auto', 'required']),
        tools: z.array(allowedTool),
      }),
    }),
  ]),
])

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().min(1),
      description: z.string().nullish(),
      schema: json.nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
])

const place = z.string().nullish()
const webSearch = z.strictObject({
  search_context_size: z.enum(['low', 'medium', 'high']).nullish(),
  user_location: z
    .strictObject({
      type: z.literal('approximate'),
      approximate: z.strictObject({ city: place, country: place, region: place, timezone: place }),
    })
    .nullish(),
})

const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish()
const mode = z.strictObject({ mode: z.enum(['score', 'block']) }).nullish()

/** The whole request. */
export const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  audio: z
    .looseObject({ format: z.string(), voice: z.union([z.string(), z.looseObject({ id: z.string() })]) })
    .nullish(),
  frequency_penalty: penalty,
  function_call: z.union([z.enum(['none', 'auto']), named]).nullish(),
  functions: z.array(legacyFunction).nullish(),
  logit_bias: z.record(z.string(), z.number().min(-100).max(100)).nullish(),
  logprobs: z.boolean().nullish(),
  max_completion_tokens: count,
  max_tokens: count,
  metadata: z.record(z.string(), z.string()).nullish(),
  modalities: z.array(z.enum(['text', 'audio', 'image'])).nullish(),
  moderation: z
    .looseObject({ model: z.string(), policy: z.looseObject({ input: mode, output: mode }).nullish() })
    .nullish(),
  n: z.int().min(1).max(128).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  prediction: z.looseObject({ type: z.literal('content'), content: text }).nullish(),
  presence_penalty: penalty,
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: z.strictObject({ mode: z.enum(['implicit', 'explicit']).nullish(), ttl }).nullish(),
  prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
  reasoning_effort: effort,
  response_format: responseFormat.nullish(),
  safety_identifier: z.string().nullish(),
  seed: z.int().nullish(),
  // Open, because other providers have tiers of their own.
  service_tier: z.string().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  tool_choice: toolChoice.nullish(),
  tools: z.array(z.union([z.discriminatedUnion('type', [functionTool, customTool]), nativeTool])).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  web_search_options: webSearch.nullish(),
  // Extensions: https://openrouter.ai/docs/use-cases/reasoning-tokens, https://docs.claude.com/en/docs/build-with-claude/prompt-caching
  top_k: z.int().min(1).nullish(),
  reasoning: z
    .strictObject({ effort, max_tokens: count, exclude: z.boolean().nullish(), enabled: z.boolean().nullish() })
    .nullish(),
  cache_control: cacheControl,
  // Models that may answer in place of the first: https://openrouter.ai/docs/features/model-routing
  models: z.array(z.string().min(1)).nullish(),
})
