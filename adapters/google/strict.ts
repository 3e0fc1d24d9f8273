/**
 * The native request, judged as strictly as the provider does. Tests and the sandbox hold requests against it.
 *
 * @see https://ai.google.dev/api/generate-content
 * @module
 */
import { z } from 'zod'
import { spelled } from './spelling.ts'
import { openApiSchema, part, tool } from './strict-parts.ts'
import { rules } from './strict-rules.ts'

const free = z.record(z.string(), z.unknown())

const content = z.strictObject({
  role: z.enum(['user', 'model']).optional(),
  parts: z.array(part).min(1),
})

const toolConfig = z.strictObject({
  functionCallingConfig: z
    .strictObject({
      mode: z
        .string()
        .toUpperCase()
        .pipe(z.enum(['AUTO', 'ANY', 'NONE', 'VALIDATED']))
        .optional(),
      allowedFunctionNames: z.array(z.string()).optional(),
      streamFunctionCallArguments: z.boolean().optional(),
    })
    .optional(),
  retrievalConfig: free.optional(),
  includeServerSideToolInvocations: z.boolean().optional(),
})

const penalty = z.number().min(-2).max(2).optional()

const generationConfig = z.strictObject({
  candidateCount: z.int().min(1).max(8).optional(),
  stopSequences: z.array(z.string().min(1)).min(1).max(5).optional(),
  maxOutputTokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().min(1).optional(),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .optional(),
  presencePenalty: penalty,
  frequencyPenalty: penalty,
  responseLogprobs: z.boolean().optional(),
  logprobs: z.int().min(0).max(20).optional(),
  responseMimeType: z.enum(['text/plain', 'application/json', 'text/x.enum']).optional(),
  responseSchema: openApiSchema.optional(),
  responseJsonSchema: z.looseObject({}).optional(),
  responseModalities: z
    .array(
      z
        .string()
        .toUpperCase()
        .pipe(z.enum(['TEXT', 'IMAGE', 'AUDIO'])),
    )
    .optional(),
  speechConfig: free.optional(),
  imageConfig: free.optional(),
  mediaResolution: z.string().optional(),
  audioTimestamp: z.boolean().optional(),
  enableEnhancedCivicAnswers: z.boolean().optional(),
  thinkingConfig: z
    .strictObject({
      thinkingBudget: z.int().min(-1).optional(),
      thinkingLevel: z
        .string()
        .toUpperCase()
        .pipe(z.enum(['MINIMAL', 'LOW', 'MEDIUM', 'HIGH']))
        .optional(),
      includeThoughts: z.boolean().optional(),
    })
    .optional(),
})

const safetySetting = z.strictObject({
  category: z.string().regex(/^HARM_CATEGORY_/u),
  threshold: z.enum(['BLOCK_LOW_AND_ABOVE', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH', 'BLOCK_NONE', 'OFF']),
  method: z.enum(['SEVERITY', 'PROBABILITY']).optional(),
})

/** The parts of a request, each by itself. */
const parts = z.strictObject({
  model: z.string().optional(),
  contents: z.array(content).min(1),
  systemInstruction: z
    .strictObject({ role: z.string().optional(), parts: z.array(z.strictObject({ text: z.string() })).min(1) })
    .optional(),
  tools: z.array(tool).optional(),
  toolConfig: toolConfig.optional(),
  generationConfig: generationConfig.optional(),
  safetySettings: z.array(safetySetting).optional(),
  cachedContent: z
    .string()
    .regex(/(?:^|\/)cachedContents\/[\w-]+$/u)
    .optional(),
  labels: z.record(z.string(), z.string()).optional(),
  modelArmorConfig: free.optional(),
  serviceTier: z.enum(['standard', 'flex', 'priority']).optional(),
  store: z.boolean().optional(),
})

/** A request as the rules between its parts see it. */
export type SeenRequest = z.infer<typeof parts>

/** A native request that the provider accepts, in either spelling of its members. */
export const generateRequest = z.preprocess(
  spelled,
  parts.superRefine((request, context) => {
    for (const { path, message } of rules(request)) context.addIssue({ code: 'custom', path: [...path], message })
  }),
)
