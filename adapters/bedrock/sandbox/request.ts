/**
 * What the emulation reads of a native request, once that has been judged.
 *
 * @module
 */
import { z } from 'zod'
import type { JsonObject } from '../../../src/canonical.ts'
import type { Prompt } from '../../../src/sandbox.ts'
import { parseObject } from '../../../src/wire/json.ts'

/** It was parsed from JSON, and judged. */
const json = z.custom<JsonObject>()

const media = z
  .object({ format: z.string().default(''), source: z.object({ s3Location: z.unknown().optional() }) })
  .optional()

const block = z.object({
  text: z.string().optional(),
  image: media,
  document: media,
  video: media,
  audio: media,
  cachePoint: z.unknown().optional(),
  toolUse: z.object({ toolUseId: z.string(), name: z.string() }).optional(),
  toolResult: z
    .object({ toolUseId: z.string(), content: z.array(z.object({ text: z.string().optional() })) })
    .optional(),
  reasoningContent: z
    .object({ reasoningText: z.object({ text: z.string(), signature: z.string().optional() }).optional() })
    .optional(),
})

/** A native request, as far as the emulation reads it. */
export const asked = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.array(block) })),
  system: z.array(block).default([]),
  inferenceConfig: z
    .object({
      maxTokens: z.number().optional(),
      temperature: z.number().optional(),
      topP: z.number().optional(),
      stopSequences: z.array(z.string()).default([]),
    })
    .default({ stopSequences: [] }),
  toolConfig: z
    .object({
      tools: z.array(
        z.object({
          toolSpec: z.object({ name: z.string(), inputSchema: z.object({ json }) }).optional(),
          systemTool: z.unknown().optional(),
          cachePoint: z.unknown().optional(),
        }),
      ),
      toolChoice: z.object({ any: z.unknown().optional(), tool: z.object({ name: z.string() }).optional() }).optional(),
    })
    .default({ tools: [] }),
  additionalModelRequestFields: z.looseObject({ thinking: z.object({ type: z.string() }).optional() }).default({}),
  additionalModelResponseFieldPaths: z.array(z.string()).default([]),
  outputConfig: z
    .object({
      textFormat: z.object({ structure: z.object({ jsonSchema: z.object({ schema: z.string() }) }) }).optional(),
    })
    .optional(),
})

/** A native request, as far as the emulation reads it. */
export type Asked = z.infer<typeof asked>

/** A block of a native request. */
export type AskedBlock = z.infer<typeof block>

/** What the scripted model is asked. */
export function promptOf(request: Asked, model: string): Prompt {
  const { messages, system, toolConfig, inferenceConfig, outputConfig } = request
  const users = messages.filter(({ role }) => role === 'user').map(({ content }) => content)
  const spoken = users.findLast((content) => content.some((part) => !part.toolResult && !part.cachePoint)) ?? []
  const last = messages.at(-1)
  const calls = messages.flatMap(({ content }) => content.flatMap(({ toolUse }) => toolUse ?? []))
  const schema = parseObject(outputConfig?.textFormat?.structure.jsonSchema.schema ?? '')
  const { maxTokens, stopSequences } = inferenceConfig
  const { toolChoice, tools } = toolConfig
  return {
    model,
    text: textOf(spoken),
    instructions: textOf(system),
    attachments: spoken.flatMap(mediaOf),
    results: (last?.role === 'user' && last.content !== spoken ? last.content : []).flatMap(({ toolResult }) => {
      if (!toolResult) return []
      const name = calls.find(({ toolUseId }) => toolUseId === toolResult.toolUseId)?.name ?? ''
      return [{ name, text: toolResult.content.map(({ text = '' }) => text).join('\n') }]
    }),
    tools: tools.flatMap(({ toolSpec }) =>
      toolSpec ? [{ name: toolSpec.name, schema: toolSpec.inputSchema.json }] : [],
    ),
    choice: toolChoice?.tool ? { name: toolChoice.tool.name } : toolChoice?.any ? 'required' : 'auto',
    parallel: true,
    thinking: thinks(request),
    ...(schema && { format: { schema } }),
    ...(maxTokens !== undefined && { limit: maxTokens }),
    stop: stopSequences,
    pauses: 'never',
  }
}

/** Whether the model is asked to think, in the words of whichever family. */
export function thinks({ additionalModelRequestFields: fields }: Pick<Asked, 'additionalModelRequestFields'>): boolean {
  const { thinking, reasoning_effort, reasoning_config, reasoningConfig } = fields
  if (thinking) return thinking.type !== 'disabled'
  return [reasoning_effort, reasoning_config, reasoningConfig].some((told) => told !== undefined)
}

function mediaOf({ image, document, video, audio }: AskedBlock): readonly string[] {
  return Object.entries({ image, document, video, audio }).flatMap(([kind, one]) =>
    one ? [`${kind}/${one.format}`] : [],
  )
}

function textOf(content: readonly AskedBlock[]): string {
  return content.flatMap(({ text }) => text ?? []).join('\n')
}
