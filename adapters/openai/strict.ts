/**
 * What OpenAI's API accepts, as strictly as OpenAI itself: the judge of what we send.
 *
 * A member that is not here is refused. Where a case sends one on purpose, `chatRequest.loose()` lets it pass at the top.
 *
 * @see `ChatCompletionCreateParams` of the openai SDK, https://platform.openai.com/docs/api-reference/chat/create
 * @module
 */
import { z } from 'zod'

type Context = z.core.$RefinementCtx

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u)
const callId = z.string().min(1).max(40)
const schema = z.looseObject({})
const penalty = z.number().min(-2).max(2)
const breakpoint = z.strictObject({ mode: z.literal('explicit'), ttl: z.enum(['30m', '12h']).optional() }).optional()

const textPart = z.strictObject({ type: z.literal('text'), text: z.string(), prompt_cache_breakpoint: breakpoint })
const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() })
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^(?:https?:\/\/|data:image\/[\w.+-]+;base64,)/u),
    detail: z.enum(['auto', 'low', 'high', 'original']).optional(),
  }),
  prompt_cache_breakpoint: breakpoint,
})
const audioPart = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({ data: z.base64(), format: z.enum(['wav', 'mp3']) }),
  prompt_cache_breakpoint: breakpoint,
})
const filePart = z.strictObject({
  type: z.literal('file'),
  file: z
    .strictObject({
      file_data: z
        .string()
        .regex(/^data:[\w.+-]+\/[\w.+-]+;base64,/u)
        .optional(),
      file_id: z.string().optional(),
      filename: z.string().optional(),
    })
    .refine(({ file_data, file_id }) => (file_data === undefined) !== (file_id === undefined), 'either data or an id'),
  prompt_cache_breakpoint: breakpoint,
})

const text = z.union([z.string(), z.array(textPart).min(1)])
const functionCall = z.strictObject({ name, arguments: z.string() })
const toolCall = z.discriminatedUnion('type', [
  z.strictObject({ id: callId, type: z.literal('function'), function: functionCall }),
  z.strictObject({ id: callId, type: z.literal('custom'), custom: z.strictObject({ name, input: z.string() }) }),
])

const speaker = { name: z.string().min(1).optional() }

const assistant = z
  .strictObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart])).min(1)]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).max(128).optional(),
    function_call: functionCall.optional(),
    audio: z.strictObject({ id: z.string() }).nullish(),
    // The SDK does not type it, but OpenAI accepts its own messages back as they were.
    annotations: z.array(z.unknown()).optional(),
    ...speaker,
  })
  .refine(
    ({ content, refusal, tool_calls, function_call, audio }) =>
      [content, refusal, tool_calls, function_call, audio].some((member) => member != null),
    'says nothing',
  )

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: text, ...speaker }),
  z.strictObject({ role: z.literal('developer'), content: text, ...speaker }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([
      z.string(),
      z.array(z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart])).min(1),
    ]),
    ...speaker,
  }),
  assistant,
  // The SDK has no name here; OpenAI's own early examples sent one, and the API takes it.
  z.strictObject({ role: z.literal('tool'), content: text, tool_call_id: callId, ...speaker }),
  z.strictObject({ role: z.literal('function'), content: z.string().nullable(), name }),
])

const functionTool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name,
    description: z.string().optional(),
    parameters: schema.optional(),
    strict: z.boolean().nullish(),
  }),
})
const grammar = z.strictObject({ definition: z.string(), syntax: z.enum(['lark', 'regex']) })
const customTool = z.strictObject({
  type: z.literal('custom'),
  custom: z.strictObject({
    name,
    description: z.string().optional(),
    format: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text') }),
        z.strictObject({ type: z.literal('grammar'), grammar }),
      ])
      .optional(),
  }),
})

const named = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name }) }),
  z.strictObject({ type: z.literal('custom'), custom: z.strictObject({ name }) }),
])
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  named,
  z.strictObject({
    type: z.literal('allowed_tools'),
    allowed_tools: z.strictObject({ mode: z.enum(['auto', 'required']), tools: z.array(named).min(1) }),
  }),
])

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name,
      description: z.string().optional(),
      schema: schema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
])

const place = z.string().optional()
const policy = z.strictObject({ mode: z.enum(['score', 'block']) }).nullish()

/** A request to `POST /chat/completions` that OpenAI would not refuse for its form. */
export const chatRequest = z
  .strictObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    audio: z
      .strictObject({
        format: z.enum(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16']),
        voice: z.union([z.string(), z.strictObject({ id: z.string() })]),
      })
      .nullish(),
    frequency_penalty: penalty.nullish(),
    function_call: z.union([z.enum(['none', 'auto']), z.strictObject({ name })]).optional(),
    functions: z
      .array(functionTool.shape.function.omit({ strict: true }))
      .min(1)
      .max(128)
      .optional(),
    logit_bias: z.record(z.string().regex(/^\d+$/u), z.number().min(-100).max(100)).nullish(),
    logprobs: z.boolean().nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    max_tokens: z.int().min(1).nullish(),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs')
      .nullish(),
    modalities: z
      .array(z.enum(['text', 'audio']))
      .min(1)
      .nullish(),
    moderation: z
      .strictObject({ model: z.string(), policy: z.strictObject({ input: policy, output: policy }).nullish() })
      .nullish(),
    n: z.int().min(1).max(128).nullish(),
    parallel_tool_calls: z.boolean().optional(),
    prediction: z.strictObject({ type: z.literal('content'), content: text }).nullish(),
    presence_penalty: penalty.nullish(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_options: z
      .strictObject({ mode: z.enum(['implicit', 'explicit']).optional(), ttl: z.enum(['30m', '12h']).optional() })
      .optional(),
    prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
    response_format: responseFormat.optional(),
    safety_identifier: z.string().max(128).nullish(),
    seed: z.int().nullish(),
    service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
    store: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
      .nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    tool_choice: toolChoice.optional(),
    tools: z
      .array(z.discriminatedUnion('type', [functionTool, customTool]))
      .min(1)
      .max(128)
      .optional(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    user: z.string().nullish(),
    verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    web_search_options: z
      .strictObject({
        search_context_size: z.enum(['low', 'medium', 'high']).optional(),
        user_location: z
          .strictObject({
            type: z.literal('approximate'),
            approximate: z.strictObject({ city: place, country: place, region: place, timezone: place }),
          })
          .nullish(),
      })
      .optional(),
  })
  .superRefine((request, context) => {
    togetherness(request, context)
    pairing(request.messages, context)
    marks(request.messages, context)
  })

/** Members that need each other. */
function togetherness(request: z.output<typeof chatRequest>, context: Context): void {
  const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
  const { tools = [], functions } = request
  if (request.top_logprobs != null && request.logprobs !== true) refuse('top_logprobs', 'needs logprobs')
  if (request.stream_options && request.stream !== true) refuse('stream_options', 'needs stream')
  if (request.modalities?.includes('audio') && !request.audio) refuse('audio', 'is missing')
  if (request.max_tokens != null && request.max_completion_tokens != null) refuse('max_tokens', 'is said twice')
  if (tools.length === 0 && request.tool_choice !== undefined) refuse('tool_choice', 'needs tools')
  if (tools.length === 0 && request.parallel_tool_calls !== undefined) refuse('parallel_tool_calls', 'needs tools')
  if (!functions && request.function_call !== undefined) refuse('function_call', 'needs functions')
  const known = new Set(
    tools.map((tool) => `${tool.type} ${tool.type === 'function' ? tool.function.name : tool.custom.name}`),
  )
  for (const choice of chosen(request.tool_choice))
    if (!known.has(choice)) refuse('tool_choice', 'names no tool of the request')
}

function chosen(choice: z.output<typeof toolChoice> | undefined): readonly string[] {
  if (choice === undefined || typeof choice === 'string') return []
  const choices = choice.type === 'allowed_tools' ? choice.allowed_tools.tools : [choice]
  return choices.map((one) => `${one.type} ${one.type === 'function' ? one.function.name : one.custom.name}`)
}

/** Calls are answered at once, each by its id, and nothing else is. */
function pairing(messages: readonly z.output<typeof message>[], context: Context): void {
  let open = new Set<string>()
  const refuse = (index: number, message: string): void =>
    context.addIssue({ code: 'custom', path: ['messages', index], message })
  messages.forEach((said, index) => {
    if (said.role === 'tool') {
      if (!open.delete(said.tool_call_id)) refuse(index, 'answers no call of the turn before')
      return
    }
    if (open.size > 0) refuse(index, 'stands before all calls are answered')
    open = new Set(said.role === 'assistant' ? said.tool_calls?.map(({ id }) => id) : [])
  })
  if (open.size > 0) refuse(messages.length, 'the last calls are not answered')
}

/** Each request can write four cache marks. */
function marks(messages: readonly z.output<typeof message>[], context: Context): void {
  const marked = messages.flatMap(({ content }): readonly object[] => {
    const parts: readonly object[] = Array.isArray(content) ? content : []
    return parts.filter((part) => 'prompt_cache_breakpoint' in part)
  })
  if (marked.length > 4) context.addIssue({ code: 'custom', path: ['messages'], message: 'more than four cache marks' })
}
