/**
 * What a client may post to `/v1/responses`: OpenAI's parameters and the extensions that have spread from other APIs.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @module
 */
import { z } from 'zod'
import { cacheControl, json, ttl } from '../chat/conversation.ts'
import { verbatim } from '../present.ts'
import { inputItem } from './items.ts'

/** A request as it passed the schema. */
export type ResponsesBody = z.output<typeof responsesRequest>

/** A tool of it. */
export type ResponsesTool = NonNullable<ResponsesBody['tools']>[number]

/** Tools that OpenAI itself runs. Their names say what is wanted; nobody else takes them as they are. */
const HOSTED: ReadonlySet<string> = new Set([
  'file_search',
  'computer',
  'computer_use',
  'computer_use_preview',
  'code_interpreter',
  'image_generation',
  'local_shell',
  'shell',
  'apply_patch',
  'mcp',
  'tool_search',
  'programmatic_tool_calling',
])

const count = z.int().min(1).nullish()

/** Members about who may call a tool, and when it is shown: they concern OpenAI's own tools. */
const handling = {
  allowed_callers: z.array(z.string()).nullish(),
  async: z.boolean().nullish(),
  defer_loading: z.boolean().nullish(),
  cache_control: cacheControl,
}

const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: json.nullish(),
  strict: z.boolean().nullish(),
  output_schema: json.nullish(),
  ...handling,
})

const customTool = z.strictObject({
  type: z.literal('custom'),
  name: z.string().min(1),
  description: z.string().nullish(),
  format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('grammar'), definition: z.string(), syntax: z.enum(['lark', 'regex']) }),
    ])
    .nullish(),
  ...handling,
})

const namespaceTool = z.strictObject({
  type: z.literal('namespace'),
  name: z.string().min(1),
  description: z.string().nullish(),
  tools: z.array(z.discriminatedUnion('type', [functionTool, customTool])).min(1),
})

const place = z.string().nullish()
const webSearchTool = z.strictObject({
  type: z.enum(['web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11']),
  search_context_size: z.enum(['low', 'medium', 'high']).nullish(),
  user_location: z
    .strictObject({
      type: z.literal('approximate').nullish(),
      city: place,
      country: place,
      region: place,
      timezone: place,
    })
    .nullish(),
  filters: z.unknown().optional(),
  external_web_access: z.boolean().nullish(),
  search_content_types: z.array(z.string()).nullish(),
})

const hostedTool = z
  .looseObject({ type: z.string().refine((type) => HOSTED.has(type)) })
  .transform(({ type }) => ({ type: 'hosted' as const, name: type }))

/** A tool of one provider, in that provider's words. */
const nativeTool = z
  .looseObject({ type: z.string().regex(/^(?!(?:function|custom|namespace|web_search(?:_preview)?)$)./u) })
  .transform((definition) => {
    const { name, type } = definition
    return { type: 'native' as const, name: typeof name === 'string' ? name : type, definition: verbatim(definition) }
  })

const tool = z.union([
  z.discriminatedUnion('type', [functionTool, customTool, namespaceTool, webSearchTool]),
  hostedTool,
  nativeTool,
])

const named = { name: z.string().min(1) }
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('allowed_tools'),
      mode: z.enum(['auto', 'required']),
      tools: z.array(z.strictObject({ type: z.string(), name: z.string().optional() })),
    }),
    z.strictObject({ type: z.literal('function'), ...named }),
    z.strictObject({ type: z.literal('custom'), ...named }),
  ]),
  z
    .strictObject({ type: z.string().regex(/^(?!(?:allowed_tools|function|custom)$)/u) })
    .transform(({ type }) => ({ type: 'hosted' as const, name: type })),
])

const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: z.string().min(1),
    description: z.string().nullish(),
    schema: json.nullish(),
    strict: z.boolean().nullish(),
  }),
])

const summary = z.enum(['auto', 'concise', 'detailed']).nullish()

/** The whole request. */
export const responsesRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(inputItem)]).nullish(),
  instructions: z.string().nullish(),
  access_programs: z.unknown().optional(),
  background: z.boolean().nullish(),
  context_management: z.array(z.unknown()).nullish(),
  conversation: z.unknown().optional(),
  image: z.unknown().optional(),
  include: z.array(z.string()).nullish(),
  max_output_tokens: count,
  max_tool_calls: count,
  metadata: z.record(z.string(), z.string()).nullish(),
  moderation: json.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  prompt: z.unknown().optional(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: z
    .strictObject({
      mode: z.enum(['implicit', 'explicit']).nullish(),
      ttl,
      comparison_response_id: z.string().nullish(),
      prewarm: z.boolean().nullish(),
    })
    .nullish(),
  prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary,
      generate_summary: summary,
      context: z.string().nullish(),
      mode: z.string().nullish(),
      max_tokens: count,
    })
    .nullish(),
  safety_identifier: z.string().nullish(),
  // Open, because other providers have tiers of their own.
  service_tier: z.string().nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  text: z.strictObject({ format: format.nullish(), verbosity: z.enum(['low', 'medium', 'high']).nullish() }).nullish(),
  tool_choice: toolChoice.nullish(),
  tools: z.array(tool).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  user: z.string().nullish(),
  // Extensions, as on chat completions.
  top_k: z.int().min(1).nullish(),
  cache_control: cacheControl,
  // Models that may answer in place of the first: https://openrouter.ai/docs/features/model-routing
  models: z.array(z.string().min(1)).nullish(),
})
