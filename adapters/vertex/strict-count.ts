/**
 * The native request for a count of either family, judged as strictly as Vertex AI does.
 *
 * @module
 */
import { z } from 'zod'
import { excerpt } from '../../src/wire/excerpt.ts'
import { countRequest } from '../anthropic/strict-count.ts'
import { generateRequest } from '../google/strict.ts'
import { VERSION } from './claude.ts'
import { foreign } from './strict.ts'

/** @see https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/projects.locations.publishers.models/countTokens */
export const geminiCount = excerpt(['contents', 'systemInstruction', 'tools', 'generationConfig'], generateRequest)

/**
 * What Vertex AI wants of a request for a count of Claude's, beyond what the Messages API does.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
 */
export const countEnvelope = z
  .looseObject({ anthropic_version: z.literal(VERSION) })
  .refine((request) => !foreign(request), 'Input should be base64')

const claudeCount = countEnvelope.transform(({ anthropic_version: _, ...rest }): unknown => rest).pipe(countRequest)

/** A native request for a count that Vertex AI accepts: of Claude where it says which version of the Messages API it speaks. */
export const vertexCount = z.unknown().superRefine((request, context) => {
  const isClaude = typeof request === 'object' && request !== null && 'anthropic_version' in request
  const { error } = (isClaude ? claudeCount : geminiCount).safeParse(request)
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message })
})
