/**
 * The native request, judged as strictly as the server reads it, and stricter where it would drop something without a
 * word. Tests and the sandbox hold requests against it.
 *
 * @see `ChatRequest` in api/types.go of https://github.com/ollama/ollama
 * @module
 */
import { z } from 'zod'

type Context = z.core.$RefinementCtx

const images = z.array(z.base64().min(1)).min(1).optional()

const toolCall = z.strictObject({
  id: z.string().optional(),
  function: z.strictObject({
    index: z.int().optional(),
    name: z.string().min(1),
    // A string is an error of types to the server.
    arguments: z.record(z.string(), z.unknown()),
  }),
})

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string(), images }),
  z.strictObject({ role: z.literal('user'), content: z.string(), images }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string(),
    thinking: z.string().optional(),
    tool_calls: z.array(toolCall).min(1).optional(),
    images,
  }),
  z.strictObject({
    role: z.literal('tool'),
    content: z.string(),
    tool_name: z.string().optional(),
    tool_call_id: z.string().optional(),
    images,
  }),
])

const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.looseObject({ type: z.literal('object') }),
  }),
})

const count = z.int().optional()
const float = z.number().optional()

/** Of an unknown option the server only makes a note; of a known one that is of another type, an error. */
const options = z.strictObject({
  num_keep: count,
  seed: count,
  num_predict: count,
  top_k: count,
  top_p: float,
  min_p: float,
  tfs_z: float,
  typical_p: float,
  repeat_last_n: count,
  temperature: float,
  repeat_penalty: float,
  presence_penalty: float,
  frequency_penalty: float,
  mirostat: count,
  mirostat_tau: float,
  mirostat_eta: float,
  penalize_newline: z.boolean().optional(),
  stop: z.array(z.string()).optional(),
  num_ctx: count,
  num_batch: count,
  num_gpu: count,
  main_gpu: count,
  use_mmap: z.boolean().optional(),
  num_thread: count,
})

/** The parts of a request, each by itself. */
const parts = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1, 'without messages the model is only loaded'),
  stream: z.boolean(),
  format: z.union([z.enum(['', 'json']), z.record(z.string(), z.unknown())]).optional(),
  options: options.optional(),
  tools: z.array(tool).optional(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high', 'max'])]).optional(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
  truncate: z.boolean().optional(),
  shift: z.boolean().optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
})

/** A request as the rules between its parts see it. */
export type SeenRequest = z.infer<typeof parts>

/** A native request that the server takes, all of it. */
export const chatRequest = parts.superRefine(({ tools = [], top_logprobs, logprobs }, context) => {
  for (const [index, { function: tool }] of tools.entries())
    readable(tool.parameters, ['tools', index, 'function', 'parameters'], context)
  if (top_logprobs !== undefined && !logprobs)
    context.addIssue({ code: 'custom', path: ['top_logprobs'], message: 'top_logprobs needs logprobs' })
})

/** What the server cannot read in a tool's schema changes what the tool takes. */
const LOST = ['$ref', 'const', 'oneOf']

function readable(schema: unknown, path: PropertyKey[], context: Context): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const name of LOST)
    if (name in schema)
      context.addIssue({ code: 'custom', path: [...path, name], message: 'is dropped without a word' })
  const { properties, items, anyOf }: { properties?: unknown; items?: unknown; anyOf?: unknown } = schema
  if (typeof properties === 'object' && properties !== null)
    for (const [name, inner] of Object.entries(properties)) readable(inner, [...path, 'properties', name], context)
  if (Array.isArray(anyOf)) anyOf.forEach((inner, index) => readable(inner, [...path, 'anyOf', index], context))
  readable(items, [...path, 'items'], context)
}
