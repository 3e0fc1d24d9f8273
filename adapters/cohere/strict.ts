/**
 * The native request, judged as strictly as the provider does. Tests and the sandbox hold requests against it.
 *
 * @see https://docs.cohere.com/reference/chat
 * @see https://docs.cohere.com/reference/errors
 * @module
 */
import { z } from 'zod'

type Context = z.core.$RefinementCtx

const text = z.strictObject({ type: z.literal('text'), text: z.string() })

const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^(?:https?:\/\/|data:image\/(?:jpeg|png|gif|webp);base64,)/u),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
})

const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string().min(1) })

const document = z.strictObject({ id: z.string().min(1).optional(), data: z.record(z.string(), z.unknown()) })

const toolName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/u, "tool names can only contain certain characters (A-Za-z0-9_) and can't begin with a digit")

const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: toolName, arguments: z.string().refine(isObjectText, 'must be a JSON object') }),
})

function isObjectText(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const assistant = z
  .strictObject({
    role: z.literal('assistant'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [text, thinking])).min(1)]).optional(),
    tool_plan: z.string().optional(),
    tool_calls: z.array(toolCall).min(1).optional(),
    citations: z.array(z.looseObject({})).optional(),
  })
  .refine(({ content, tool_calls }) => content !== undefined || tool_calls !== undefined, 'message must not be empty')

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.union([z.string(), z.array(text).min(1)]) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [text, image])).min(1)]),
  }),
  assistant,
  z.strictObject({
    role: z.literal('tool'),
    tool_call_id: z.string().min(1),
    content: z.union([
      z.string(),
      z.array(z.discriminatedUnion('type', [text, z.strictObject({ type: z.literal('document'), document })])).min(1),
    ]),
  }),
])

const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: toolName,
    description: z.string().optional(),
    parameters: z.looseObject({ type: z.literal('object') }),
  }),
})

const penalty = z.number().min(0).max(1).optional()

/** The parts of a request, each by itself. */
const parts = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean(),
  tools: z.array(tool).min(1).optional(),
  strict_tools: z.boolean().optional(),
  tool_choice: z.enum(['REQUIRED', 'NONE']).optional(),
  documents: z
    .array(z.union([z.string(), document]))
    .min(1)
    .optional(),
  citation_options: z
    .strictObject({ mode: z.enum(['ENABLED', 'DISABLED', 'FAST', 'ACCURATE', 'OFF']).optional() })
    .optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({
        type: z.literal('json_object'),
        json_schema: z.looseObject({ type: z.literal('object').optional() }).optional(),
      }),
    ])
    .optional(),
  safety_mode: z.enum(['CONTEXTUAL', 'STRICT', 'OFF']).optional(),
  max_tokens: z.int().nonnegative().optional(),
  stop_sequences: z.array(z.string()).max(5).optional(),
  temperature: z.number().nonnegative().optional(),
  seed: z.int().nonnegative().optional(),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  k: z.number().min(0).max(500).optional(),
  p: z.number().min(0.01).max(0.99).optional(),
  logprobs: z.boolean().optional(),
  thinking: z
    .strictObject({ type: z.enum(['enabled', 'disabled']), token_budget: z.int().positive().optional() })
    .optional(),
  priority: z.int().nonnegative().optional(),
})

/** A request as the rules between its parts see it. */
export type SeenRequest = z.infer<typeof parts>

/** A native request that the provider accepts. */
export const chatRequest = parts.superRefine((request, context) => {
  exchanges(request, context)
  const { messages, tools, tool_choice, response_format, documents = [] } = request
  const refuse = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message })
  messages.forEach(({ role }, index) => {
    if (role === 'system' && index > 0) refuse(['messages', index], 'system turn must be the first in the list')
  })
  if (tool_choice && !tools) refuse(['tool_choice'], 'tool_choice can only be used together with tools')
  if (response_format?.type === 'json_object' && (tools || documents.length > 0))
    refuse(['response_format'], 'response_format is not supported with RAG.')
  if (request.frequency_penalty && request.presence_penalty)
    refuse(['presence_penalty'], 'cannot specify both frequency_penalty and presence_penalty.')
  const ids = documents.flatMap((one) => (typeof one === 'string' || one.id === undefined ? [] : [one.id]))
  if (new Set(ids).size < ids.length) refuse(['documents'], 'duplicate document ID')
  const names = (tools ?? []).map(({ function: { name } }) => name)
  if (new Set(names).size < names.length) refuse(['tools'], 'tool names must be unique')
})

/** Every call is answered by the messages after it, and nothing else is. */
function exchanges({ messages }: SeenRequest, context: Context): void {
  const refuse = (index: number, message: string): void =>
    context.addIssue({ code: 'custom', path: ['messages', index], message })
  let open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) refuse(index, 'tool_call_id answers no tool call before it')
      continue
    }
    if (open.size > 0) refuse(index, 'every tool call must be followed by its result')
    open = new Set(message.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : [])
  }
  if (open.size > 0) refuse(messages.length - 1, 'every tool call must be followed by its result')
}
