/**
 * What the emulation reads of a native request, once that has been judged.
 *
 * @module
 */
import { z } from 'zod'
import type { JsonObject } from '../../../src/canonical.ts'
import type { Prompt } from '../../../src/sandbox.ts'
import type { GeminiFact } from '../models.ts'

/** It was parsed from JSON, and judged. */
const json = z.custom<JsonObject>()

const part = z.object({
  text: z.string().optional(),
  inlineData: z.object({ mimeType: z.string() }).optional(),
  fileData: z.object({ mimeType: z.string().default('a file') }).optional(),
  functionResponse: z.object({ name: z.string(), response: json }).optional(),
})

type AskedPart = z.infer<typeof part>

/** A native request, as far as the emulation reads it. */
export const asked = z.object({
  contents: z.array(z.object({ role: z.string().default('user'), parts: z.array(part) })),
  systemInstruction: z.object({ parts: z.array(part) }).optional(),
  tools: z
    .array(
      z.object({
        functionDeclarations: z
          .array(z.object({ name: z.string(), parametersJsonSchema: json.optional(), parameters: json.optional() }))
          .default([]),
      }),
    )
    .default([]),
  toolConfig: z
    .object({
      functionCallingConfig: z
        .object({ mode: z.string().default('AUTO'), allowedFunctionNames: z.array(z.string()).default([]) })
        .default({ mode: 'AUTO', allowedFunctionNames: [] }),
    })
    .default({ functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: [] } }),
  generationConfig: z
    .object({
      maxOutputTokens: z.number().optional(),
      stopSequences: z.array(z.string()).default([]),
      responseMimeType: z.string().default('text/plain'),
      responseJsonSchema: json.optional(),
      responseSchema: json.optional(),
      thinkingConfig: z
        .object({ thinkingBudget: z.number().optional(), includeThoughts: z.boolean().default(false) })
        .default({ includeThoughts: false }),
    })
    .prefault({}),
})

/** A native request, as far as the emulation reads it. */
export type Asked = z.infer<typeof asked>

/** What the scripted model is asked. */
export function promptOf(request: Asked, model: string, fact: GeminiFact): Prompt {
  const { contents, tools, systemInstruction, generationConfig } = request
  const users = contents.filter(({ role }) => role === 'user').map(({ parts }) => parts)
  const last = contents.at(-1)?.parts ?? []
  const results = last.flatMap(({ functionResponse }) => functionResponse ?? [])
  const spoken = users.findLast((parts) => parts.some(({ functionResponse }) => !functionResponse)) ?? []
  const { maxOutputTokens, stopSequences, thinkingConfig } = generationConfig
  const format = formatOf(request)
  return {
    model,
    text: textOf(spoken),
    instructions: textOf(systemInstruction?.parts ?? []),
    attachments: spoken.flatMap(({ inlineData, fileData }) => inlineData?.mimeType ?? fileData?.mimeType ?? []),
    results: results.map(({ name, response }) => ({ name, text: worded(response['output'] ?? response) })),
    ...choiceOf(request),
    tools: tools
      .flatMap(({ functionDeclarations }) => functionDeclarations)
      .map(({ name, parametersJsonSchema, parameters }) => ({
        name,
        schema: parametersJsonSchema ?? parameters ?? { type: 'object', properties: {} },
      })),
    parallel: true,
    thinking: fact.thinks.by !== 'nothing' && thinkingConfig.thinkingBudget !== 0,
    ...(format && { format }),
    ...(maxOutputTokens !== undefined && { limit: maxOutputTokens }),
    stop: stopSequences,
  }
}

function choiceOf({ toolConfig }: Asked): Pick<Prompt, 'choice'> {
  const { mode, allowedFunctionNames } = toolConfig.functionCallingConfig
  const [only] = allowedFunctionNames
  if (mode === 'NONE') return { choice: 'none' }
  if (mode !== 'ANY') return { choice: 'auto' }
  return { choice: only === undefined ? 'required' : { name: only } }
}

function formatOf({ generationConfig }: Asked): Prompt['format'] {
  const { responseMimeType, responseJsonSchema, responseSchema } = generationConfig
  const schema = responseJsonSchema ?? responseSchema
  if (schema) return { schema }
  return responseMimeType === 'application/json' ? 'object' : undefined
}

function textOf(parts: readonly AskedPart[]): string {
  return parts.flatMap(({ text }) => text ?? []).join('\n')
}

function worded(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
