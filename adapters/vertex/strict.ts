/**
 * The native request of either family, judged as strictly as Vertex AI does.
 *
 * @module
 */
import { z } from 'zod'
import { messagesRequest } from '../anthropic/strict.ts'
import { generateRequest } from '../google/strict.ts'
import { VERSION } from './claude.ts'

const source = z.looseObject({ source: z.looseObject({ type: z.string() }) })

/** Sources of media that only the provider's own API takes, wherever they are in the messages. */
export function foreign(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { data } = source.safeParse(value)
  return ['url', 'file'].includes(data?.source.type ?? '') || Object.values(value).some(foreign)
}

/** The model stands in the path, and there are no containers, servers or tiers. */
const absent = z.undefined('Extra inputs are not permitted').optional()

/** What Vertex AI wants of a request to Claude, beyond what the Messages API does. */
export const envelope = z.looseObject({
  anthropic_version: z.literal(VERSION, {
    error: ({ input }) => (input === undefined ? 'Field required' : `Input should be '${VERSION}'`),
  }),
  model: absent,
  service_tier: absent,
  container: absent,
  mcp_servers: absent,
  inference_geo: absent,
  messages: z.array(z.unknown()).refine((messages) => !foreign(messages), 'Input should be base64'),
})

/** A request that Vertex AI accepts: to Claude where it says which version of the Messages API it speaks, else to Gemini. */
export const vertexRequest = z.unknown().superRefine((request, context) => {
  const isClaude = typeof request === 'object' && request !== null && 'anthropic_version' in request
  const problems = isClaude ? claudeProblems(request) : generateRequest.safeParse(request).error?.issues
  for (const problem of problems ?? []) {
    for (const path of places(problem)) context.addIssue({ code: 'custom', path, message: problem.message })
  }
})

/** Where a problem is: of members nobody knows, at each of them. */
function places(problem: z.core.$ZodIssue): readonly PropertyKey[][] {
  return problem.code === 'unrecognized_keys' ? problem.keys.map((key) => [...problem.path, key]) : [problem.path]
}

function claudeProblems(request: unknown): readonly z.core.$ZodIssue[] | undefined {
  const enveloped = envelope.safeParse(request)
  if (!enveloped.success) return enveloped.error.issues
  const { anthropic_version: _, ...rest } = enveloped.data
  return messagesRequest.safeParse({ ...rest, model: 'in-the-path' }).error?.issues
}
