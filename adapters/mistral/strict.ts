/**
 * What Mistral's chat API accepts, as strictly as it does itself: the judge of what we send.
 *
 * @see `ChatCompletionRequest` of the @mistralai/mistralai SDK
 * @see https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py
 * @module
 */
import { z } from 'zod'

type Context = z.core.$RefinementCtx

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u)
const callId = z.string().regex(/^[a-zA-Z0-9]{9}$/u, 'must be a-z, A-Z, 0-9, with a length of 9')
const schema = z.looseObject({})
const address = z.string().regex(/^(?:https?:\/\/|data:[\w.+-]+\/[\w.+-]+;base64,)/u)
const penalty = z.number().min(-2).max(2).nullish()

const text = z.strictObject({ type: z.literal('text'), text: z.string() })
const reference = z.strictObject({
  type: z.literal('reference'),
  reference_ids: z.array(z.union([z.int(), z.string()])),
})
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.union([address, z.strictObject({ url: address, detail: z.enum(['auto', 'low', 'high']).nullish() })]),
})
const paper = z.strictObject({
  type: z.literal('document_url'),
  document_url: address,
  document_name: z.string().nullish(),
})
const file = z.strictObject({ type: z.literal('file'), file_id: z.string().min(1) })
const audio = z.strictObject({
  type: z.literal('input_audio'),
  // The SDK knows only the text; OpenAI's object was seen to be taken as well.
  input_audio: z.union([z.base64(), z.url(), z.strictObject({ data: z.string(), format: z.string() })]),
})
const thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.array(z.discriminatedUnion('type', [text, reference])),
  signature: z.string().nullish(),
  closed: z.boolean().optional(),
})

const toolCall = z.strictObject({
  id: callId,
  type: z.literal('function').optional(),
  index: z.int().min(0).optional(),
  function: z.strictObject({ name, arguments: z.union([z.string(), schema]) }),
})

const assistant = z
  .strictObject({
    role: z.literal('assistant'),
    content: z
      .union([z.string(), z.array(z.discriminatedUnion('type', [text, thinking, reference, image, paper, file]))])
      .nullish(),
    tool_calls: z.array(toolCall).nullish(),
    prefix: z.boolean().optional(),
  })
  .refine(({ content, tool_calls }) => content?.length || tool_calls?.length, 'must have either content or tool_calls')

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.union([z.string(), z.array(text).min(1)]) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([
      z.string(),
      z.array(z.discriminatedUnion('type', [text, image, paper, file, audio, reference])).min(1),
    ]),
  }),
  assistant,
  z.strictObject({
    role: z.literal('tool'),
    content: z.union([z.string(), z.array(text)]),
    tool_call_id: callId,
    name: name.nullish(),
  }),
])

const functionTool = z.strictObject({
  type: z.literal('function').optional(),
  function: z.strictObject({
    name,
    description: z.string().optional(),
    strict: z.boolean().optional(),
    parameters: schema,
  }),
})
const builtIn = z.looseObject({
  type: z.enum([
    'web_search',
    'web_search_premium',
    'code_interpreter',
    'image_generation',
    'document_library',
    'connector',
  ]),
})

/** A request to `POST /v1/chat/completions` that Mistral would not refuse for its form. */
export const chatRequest = z
  .strictObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    stream: z.boolean().optional(),
    tools: z
      .array(z.union([functionTool, builtIn]))
      .min(1)
      .nullish(),
    tool_choice: z
      .union([
        z.enum(['auto', 'none', 'any', 'required']),
        z.strictObject({ type: z.literal('function').optional(), function: z.strictObject({ name }) }),
      ])
      .optional(),
    parallel_tool_calls: z.boolean().optional(),
    max_tokens: z.int().min(0).nullish(),
    temperature: z.number().min(0).max(1.5).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    stop: z.union([z.string(), z.array(z.string())]).nullish(),
    n: z.int().min(1).nullish(),
    random_seed: z.int().min(0).nullish(),
    presence_penalty: penalty,
    frequency_penalty: penalty,
    response_format: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text') }),
        z.strictObject({ type: z.literal('json_object') }),
        z.strictObject({
          type: z.literal('json_schema'),
          json_schema: z.strictObject({
            name: z.string(),
            description: z.string().nullish(),
            schema,
            strict: z.boolean().optional(),
          }),
        }),
      ])
      .optional(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
    prompt_mode: z.literal('reasoning').nullish(),
    prediction: z.strictObject({ type: z.literal('content'), content: z.string() }).optional(),
    metadata: schema.nullish(),
    prompt_cache_key: z.string().nullish(),
    service_tier: z.enum(['auto', 'standard_only']).nullish(),
    guardrails: z.array(z.looseObject({})).nullish(),
    safe_prompt: z.boolean().optional(),
  })
  .superRefine((request, context) => {
    order(request.messages, context)
    pairing(request.messages, context)
    const { temperature, top_p, tools, tool_choice } = request
    if (temperature === 0 && top_p != null && top_p !== 1) {
      context.addIssue({ code: 'custom', path: ['top_p'], message: 'must be 1 when using greedy sampling' })
    }
    if (!tools && tool_choice !== undefined && tool_choice !== 'auto' && tool_choice !== 'none') {
      context.addIssue({ code: 'custom', path: ['tool_choice'], message: 'needs tools' })
    }
  })

type Message = z.output<typeof message>

/** Who may speak after whom. That the user may speak after a tool is newer than the validator, which wants an assistant between. */
const NEXT: Readonly<Record<Message['role'] | 'nobody', readonly Message['role'][]>> = {
  nobody: ['system', 'user'],
  system: ['user', 'assistant', 'system'],
  user: ['assistant', 'system', 'user'],
  assistant: ['assistant', 'user', 'tool'],
  tool: ['assistant', 'tool', 'user'],
}

function order(messages: readonly Message[], context: Context): void {
  let before: Message['role'] | 'nobody' = 'nobody'
  for (const [index, { role }] of messages.entries()) {
    if (!NEXT[before].includes(role)) {
      const said = `Unexpected role '${role}' after role '${before}'`
      context.addIssue({ code: 'custom', path: ['messages', index, 'role'], message: said })
    }
    before = role
  }
  const last = messages.at(-1)
  if (last && last.role !== 'user' && last.role !== 'tool' && !(last.role === 'assistant' && last.prefix)) {
    const said = `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last.role}`
    context.addIssue({ code: 'custom', path: ['messages', messages.length - 1, 'role'], message: said })
  }
}

/** Calls are answered at once, each by its id, and nothing else is. */
function pairing(messages: readonly Message[], context: Context): void {
  let open: string[] = []
  const refuse = (index: number, message: string): void =>
    context.addIssue({ code: 'custom', path: ['messages', index], message })
  for (const [index, said] of messages.entries()) {
    if (said.role === 'tool') {
      const answered = open.indexOf(said.tool_call_id)
      if (answered < 0) refuse(index, 'Unexpected tool call id')
      else open.splice(answered, 1)
      continue
    }
    if (open.length > 0) refuse(index, 'Not the same number of function calls and responses')
    open = said.role === 'assistant' ? (said.tool_calls ?? []).map(({ id }) => id) : []
  }
  if (open.length > 0) refuse(messages.length - 1, 'Not the same number of function calls and responses')
}
