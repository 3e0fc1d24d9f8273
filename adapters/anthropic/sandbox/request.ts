/**
 * What the emulation reads of a native request, once that has been judged.
 *
 * @module
 */
import { z } from 'zod'
import type { JsonObject } from '../../../src/canonical.ts'
import type { Prompt } from '../../../src/sandbox.ts'
import type { ClaudeFact } from '../models.ts'

/** It was parsed from JSON, and judged. */
const json = z.custom<JsonObject>()

const block = z.object({
  type: z.string(),
  text: z.string().default(''),
  thinking: z.string().default(''),
  signature: z.string().default(''),
  id: z.string().default(''),
  name: z.string().default(''),
  tool_use_id: z.string().default(''),
  source: z.object({ media_type: z.string().optional(), data: z.string().optional() }).optional(),
  content: z.unknown().optional(),
})

/** Text is short for one block of text. */
const said = z.preprocess(
  (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : value),
  z.array(block),
)

/** A native request, as far as the emulation reads it. */
export const asked = z.object({
  model: z.string(),
  max_tokens: z.number(),
  stream: z.boolean().default(false),
  system: said.default([]),
  messages: z.array(z.object({ role: z.string(), content: said })),
  tools: z.array(z.object({ name: z.string().default(''), input_schema: json.optional() })).default([]),
  tool_choice: z
    .object({ type: z.string(), name: z.string().default(''), disable_parallel_tool_use: z.boolean().default(false) })
    .optional(),
  thinking: z.object({ type: z.string(), display: z.string().nullish() }).optional(),
  output_config: z.object({ effort: z.string().nullish(), format: z.object({ schema: json }).nullish() }).default({}),
  stop_sequences: z.array(z.string()).default([]),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.number().optional(),
})

/** A native request, as far as the emulation reads it. */
export type Asked = z.infer<typeof asked>

/** A block of a native request. */
export type AskedBlock = z.infer<typeof block>

/** What the scripted model is asked. */
export function promptOf(request: Asked, fact: ClaudeFact): Prompt {
  const { model, messages, tools, system, tool_choice: choice, output_config, max_tokens, stop_sequences } = request
  const turns = messages.filter(({ role }) => role !== 'system')
  const users = turns.filter(({ role }) => role === 'user').map(({ content }) => content)
  const spoken = users.findLast((content) => content.some(({ type }) => type !== 'tool_result')) ?? []
  const last = turns.at(-1)
  const isAnswered = last?.role === 'user' && last.content !== spoken
  const calls = messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool_use'))
  return {
    model,
    text: textOf(spoken),
    instructions: [...system, ...messages.flatMap(({ role, content }) => (role === 'system' ? content : []))]
      .map(({ text }) => text)
      .join('\n'),
    attachments: spoken
      .filter(({ type }) => type === 'image' || type === 'document')
      .map(({ type, source }) => source?.media_type ?? type),
    results: (isAnswered ? last.content : [])
      .filter(({ type }) => type === 'tool_result')
      .map((result) => ({
        name: calls.find(({ id }) => id === result.tool_use_id)?.name ?? '',
        text: textOf(said.parse(result.content ?? [])),
      })),
    tools: tools.flatMap(({ name, input_schema }) => (input_schema ? [{ name, schema: input_schema }] : [])),
    choice:
      choice?.type === 'tool'
        ? { name: choice.name }
        : choice?.type === 'any'
          ? 'required'
          : choice?.type === 'none'
            ? 'none'
            : 'auto',
    parallel: !choice?.disable_parallel_tool_use,
    thinking: thinks(request, fact),
    ...(output_config.format && { format: output_config.format }),
    limit: max_tokens,
    stop: stop_sequences,
    ...(last?.role === 'assistant' && { pauses: 'over' }),
  }
}

/** Whether the model thinks before it answers. */
export function thinks({ thinking }: Pick<Asked, 'thinking'>, fact: ClaudeFact): boolean {
  if (!thinking) return fact.thinks !== 'asked'
  return thinking.type === 'adaptive' || thinking.type === 'enabled'
}

/** The paused call of a tool of the provider's own, to be gone on from. */
export function pausedAt({ messages }: Asked): AskedBlock | undefined {
  const last = messages.at(-1)
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined
  return block?.type === 'server_tool_use' ? block : undefined
}

function textOf(content: readonly AskedBlock[]): string {
  return content
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text)
    .join('\n')
}
