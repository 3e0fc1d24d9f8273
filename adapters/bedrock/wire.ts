/**
 * What Converse replies: the fields we read, loose about the rest.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @module
 */
import { z } from 'zod'
import type { Json, JsonObject } from '../../src/canonical.ts'

/** Whatever else JSON may hold, kept as it is. It was parsed from JSON, so nothing is checked again. */
const rest = z.custom<Json>().optional()
const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null)

const count = z.number().nullish()

const usage = z
  .object({
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
    cacheDetails: rest,
    serverToolUsage: rest,
  })
  .nullish()

/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>

const location = z.object({ web: z.object({ url: z.string().nullish() }).nullish() }).catchall(rest)

const citation = z
  .object({ title: z.string().nullish(), source: z.string().nullish(), location: location.nullish() })
  .catchall(rest)

/** Where something said was found. */
export type WireCitation = z.infer<typeof citation>

const source = z.object({ bytes: z.string().nullish() }).nullish()
const image = z.object({ format: z.string(), source })

/** A call, of the client's tools or of the provider's own. */
const toolUse = z.object({ toolUseId: z.string(), name: z.string(), type: z.string().nullish(), input: rest })
const toolResult = z
  .object({ toolUseId: z.string(), type: z.string().nullish(), status: z.string().nullish(), content: rest })
  .catchall(rest)

/** One shape for all kinds of blocks, each of which has one member. */
const block = z.object({
  text: z.string().optional(),
  reasoningContent: z
    .object({
      reasoningText: z.object({ text: z.string().nullish(), signature: z.string().nullish() }).nullish(),
      redactedContent: z.string().nullish(),
    })
    .optional(),
  toolUse: toolUse.optional(),
  toolResult: toolResult.optional(),
  citationsContent: z
    .object({
      content: z.array(z.object({ text: z.string().nullish() })).nullish(),
      citations: z.array(citation).nullish(),
    })
    .optional(),
  image: image.optional(),
})

/** A piece of a reply's content. */
export type WireBlock = z.infer<typeof block>

/** What stands beside a reply. */
const facts = {
  metrics: rest,
  trace: rest,
  performanceConfig: rest,
  serviceTier: z.object({ type: z.string() }).nullish(),
}

/** A whole reply. */
export const body = z.object({
  output: z.object({ message: z.object({ content: z.array(block) }) }),
  stopReason: z.string(),
  usage,
  additionalModelResponseFields: rest,
  ...facts,
})

/** A whole reply. */
export type WireBody = z.infer<typeof body>

const index = z.number()

const start = z.object({
  toolUse: toolUse.omit({ input: true }).optional(),
  toolResult: toolResult.omit({ content: true }).optional(),
  image: image.omit({ source: true }).optional(),
})

/** How a block begins. Texts and thoughts begin without. */
export type WireStart = z.infer<typeof start>

const delta = z.object({
  text: z.string().optional(),
  reasoningContent: z
    .object({ text: z.string().nullish(), signature: z.string().nullish(), redactedContent: z.string().nullish() })
    .optional(),
  toolUse: z.object({ input: z.string().nullish() }).optional(),
  toolResult: z.array(object).optional(),
  citation: citation.optional(),
  image: z.object({ source }).optional(),
})

/** More of a block. */
export type WireDelta = z.infer<typeof delta>

/** Events of a stream, by their type. */
const events = [
  z.object({ contentBlockDelta: z.object({ contentBlockIndex: index, delta }) }),
  z.object({ contentBlockStart: z.object({ contentBlockIndex: index, start }) }),
  z.object({ contentBlockStop: z.object({ contentBlockIndex: index }) }),
  z.object({ messageStart: z.object({ role: z.string() }) }),
  z.object({ messageStop: z.object({ stopReason: z.string(), additionalModelResponseFields: rest }) }),
  z.object({ metadata: z.object({ usage, ...facts }) }),
] as const

/** What breaks a stream off, by the name of the exception, or by the code of an error nobody modelled. */
const exceptions = z.record(
  z.string().regex(/(?:exception|error|failure|fault|unavailable)$/iu),
  z.object({
    message: z.string().nullish(),
    originalMessage: z.string().nullish(),
    originalStatusCode: z.number().nullish(),
  }),
)

/** Why there is no more of a reply. */
export type WireExceptions = z.infer<typeof exceptions>

/** One event of a streamed reply. Events of a type not listed here do not parse, and are skipped. */
export const frame = z.union([...events, exceptions.transform((told) => ({ exceptions: told }))])

/** One event of a streamed reply. */
export type WireFrame = z.infer<typeof frame>

/** The body of an error. */
export const errorBody = z.object({
  message: z.string().nullish(),
  Message: z.string().nullish(),
  __type: z.string().nullish(),
  code: z.string().nullish(),
  originalStatusCode: z.number().nullish(),
})
