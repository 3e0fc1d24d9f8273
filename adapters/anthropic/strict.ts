/**
 * The native request, judged as strictly as the provider does. Tests and the sandbox hold requests against it.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import { z } from 'zod'
import { assistantBlock, cacheControl, systemBlock, text, tool, userBlock } from './strict-blocks.ts'
import { rules } from './strict-rules.ts'

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: z.union([z.string().regex(/\S/u), z.array(userBlock).min(1)]) }),
  z.strictObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.strictObject({
    role: z.literal('system'),
    content: z.union([z.string().regex(/\S/u), z.array(systemBlock).min(1)]),
  }),
])

const display = z.enum(['summarized', 'omitted']).nullish()

const thinking = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('adaptive'), display, block_binding: z.looseObject({}).optional() }),
  z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024), display }),
  z.strictObject({ type: z.literal('disabled') }),
  z.strictObject({ type: z.literal('between_tools') }),
])

const single = { disable_parallel_tool_use: z.boolean().optional() }

const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...single }),
  z.strictObject({ type: z.literal('any'), ...single }),
  z.strictObject({ type: z.literal('tool'), name: z.string().min(1), ...single }),
  z.strictObject({ type: z.literal('none') }),
])

const outputConfig = z.strictObject({
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  format: z.strictObject({ type: z.literal('json_schema'), schema: z.looseObject({}) }).nullish(),
  task_budget: z
    .strictObject({ type: z.literal('tokens'), total: z.int().positive(), remaining: z.int().nonnegative().optional() })
    .optional(),
})

/** The parts of a request, each by itself. */
const parts = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().nonnegative(),
  messages: z.array(message).min(1).max(100_000),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: thinking.optional(),
  output_config: outputConfig.optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().nonnegative().optional(),
  stop_sequences: z.array(z.string().regex(/\S/u, 'each stop sequence must contain non-whitespace')).optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  cache_control: cacheControl,
  container: z.union([z.string(), z.looseObject({})]).nullish(),
  context_management: z.looseObject({}).nullish(),
  diagnostics: z.looseObject({}).nullish(),
  fallbacks: z.unknown().optional(),
  inference_geo: z.string().nullish(),
  mcp_servers: z.array(z.looseObject({ type: z.literal('url'), url: z.string(), name: z.string() })).optional(),
  user_profile_id: z.string().optional(),
})

/** A request as the rules between its parts see it. */
export type SeenRequest = z.infer<typeof parts>

/** A native request that the provider accepts. */
export const messagesRequest = parts.superRefine((request, context) => {
  for (const { path, message } of rules(request)) context.addIssue({ code: 'custom', path: [...path], message })
})
