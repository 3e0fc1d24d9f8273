/**
 * The native request, judged as strictly as the provider does. Tests and the sandbox hold requests against it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @module
 */
import { z } from 'zod'
import { block, systemBlock, tool, toolChoice } from './strict-blocks.ts'
import { rules } from './strict-rules.ts'

const inferenceConfig = z.strictObject({
  maxTokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(1).optional(),
  topP: z.number().min(0).max(1).optional(),
  stopSequences: z.array(z.string().min(1)).max(2500).optional(),
})

const guardrailConfig = z.strictObject({
  guardrailIdentifier: z.string().min(1).optional(),
  guardrailVersion: z.string().min(1).optional(),
  trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional(),
  streamProcessingMode: z.enum(['sync', 'async']).optional(),
})

const outputConfig = z.strictObject({
  textFormat: z
    .strictObject({
      type: z.literal('json_schema'),
      structure: z.strictObject({
        jsonSchema: z.strictObject({
          // The schema travels as JSON in a string.
          schema: z.string().refine(isObject, 'not the JSON of an object'),
          name: z.string().optional(),
          description: z.string().optional(),
        }),
      }),
    })
    .optional(),
  effort: z.string().optional(),
})

/** The parts of a request, each by itself. The model stands in the path. */
const parts = z.strictObject({
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) })).min(1),
  system: z.array(systemBlock).optional(),
  inferenceConfig: inferenceConfig.optional(),
  toolConfig: z.strictObject({ tools: z.array(tool).min(1), toolChoice: toolChoice.optional() }).optional(),
  guardrailConfig: guardrailConfig.optional(),
  additionalModelRequestFields: z.record(z.string(), z.unknown()).optional(),
  additionalModelResponseFieldPaths: z.array(z.string().regex(/^\//u).max(256)).max(10).optional(),
  promptVariables: z.record(z.string(), z.strictObject({ text: z.string() })).optional(),
  requestMetadata: z
    .record(z.string().min(1).max(256), z.string().max(256))
    .refine((map) => Object.keys(map).length <= 16)
    .optional(),
  performanceConfig: z.strictObject({ latency: z.enum(['standard', 'optimized']) }).optional(),
  serviceTier: z.strictObject({ type: z.enum(['priority', 'default', 'flex', 'reserved']) }).optional(),
  outputConfig: outputConfig.optional(),
})

/** A request as the rules between its parts see it. */
export type SeenRequest = z.infer<typeof parts>

/** A native request that the provider accepts. */
export const converseRequest = parts.superRefine((request, context) => {
  for (const { path, message } of rules(request)) context.addIssue({ code: 'custom', path: [...path], message })
})

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
