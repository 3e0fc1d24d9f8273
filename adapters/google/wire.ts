/**
 * What the Gemini API replies: the fields we read, loose about the rest. Everything is optional, for zeros and empty
 * lists are left out on the wire.
 *
 * @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 * @module
 */
import { z } from 'zod'
import type { Schema } from '../../src/adapter.ts'
import type { Json } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** Whatever else JSON may hold, kept as it is. It was parsed from JSON, so nothing is checked again. */
const rest = z.custom<Json>().optional()

const count = z.number().nullish()
const word = z.string().nullish()

const partialArg = z.object({
  jsonPath: z.string().optional(),
  stringValue: z.string().optional(),
  numberValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  nullValue: rest,
  willContinue: z.boolean().optional(),
})

/** A piece of an argument of a call that streams. */
export type WirePartialArg = z.infer<typeof partialArg>

const functionCall = z.object({
  id: word,
  name: word,
  args: z.record(z.string(), z.custom<Json>()).nullish(),
  partialArgs: z.array(partialArg).nullish(),
  willContinue: z.boolean().nullish(),
})

/** A call of one of the client's functions, or a piece of one. */
export type WireFunctionCall = z.infer<typeof functionCall>

/** One shape for all kinds of parts, so that a kind we never heard of still comes through. */
const part = z
  .object({
    text: word,
    thought: z.boolean().nullish(),
    thoughtSignature: word,
    functionCall: functionCall.nullish(),
    inlineData: z.object({ mimeType: word, data: z.string() }).nullish(),
  })
  .catchall(rest)

/** A piece of a candidate's content. */
export type WirePart = z.infer<typeof part>

const segment = z.object({ startIndex: count, endIndex: count, text: word })
const source = z.object({ uri: word, title: word, domain: word }).catchall(rest)

const grounding = z
  .object({
    groundingChunks: z
      .array(
        z.object({ web: source.nullish(), maps: source.nullish(), retrievedContext: source.nullish() }).catchall(rest),
      )
      .nullish(),
    groundingSupports: z
      .array(
        z
          .object({ segment: segment.catchall(rest).nullish(), groundingChunkIndices: z.array(z.number()).nullish() })
          .catchall(rest),
      )
      .nullish(),
  })
  .catchall(rest)

/** What a candidate says is founded on. */
export type WireGrounding = z.infer<typeof grounding>

const citation = z.object({ startIndex: count, endIndex: count, uri: word, title: word })
/** AI Studio and Vertex call the same list by different names. */
const citations = z.object({ citationSources: z.array(citation).nullish(), citations: z.array(citation).nullish() })

const token = z.object({ token: word, logProbability: count })

/** How likely a token was. */
export type WireToken = z.infer<typeof token>

const logprobs = z.object({
  chosenCandidates: z.array(token).nullish(),
  topCandidates: z.array(z.object({ candidates: z.array(token).nullish() })).nullish(),
})

/** How likely the tokens of a candidate were. */
export type WireLogprobs = z.infer<typeof logprobs>

const candidate = z.object({
  index: count,
  content: z.object({ parts: z.array(part).nullish() }).nullish(),
  finishReason: word,
  finishMessage: word,
  continuationToken: word,
  groundingMetadata: grounding.nullish(),
  citationMetadata: citations.nullish(),
  logprobsResult: logprobs.nullish(),
  urlContextMetadata: rest,
  safetyRatings: rest,
})

/** One of the replies to a prompt, or a piece of it. */
export type WireCandidate = z.infer<typeof candidate>

const modalities = z.array(z.object({ modality: word, tokenCount: count })).nullish()

/** How tokens are counted. */
export const usage = z.object({
  promptTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  toolUsePromptTokenCount: count,
  cachedContentTokenCount: count,
  totalTokenCount: count,
  promptTokensDetails: modalities,
  toolUsePromptTokensDetails: modalities,
  candidatesTokensDetails: modalities,
  serviceTier: word,
  trafficType: word,
})

/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>

const error = z.object({
  code: count,
  message: word,
  status: word,
  details: z
    .array(
      z.object({
        '@type': word,
        reason: word,
        retryDelay: word,
        violations: z.array(z.object({ quotaId: word }).catchall(rest)).nullish(),
      }),
    )
    .nullish(),
})

/** Why there is no reply. */
export type WireError = z.infer<typeof error>

const failed = z.object({ error })

/** The body of a reply that is none. Google's front end puts it into a list where a stream was asked for. */
export const errorBody = z.union([
  failed,
  z
    .tuple([failed])
    .rest(z.unknown())
    .transform(([first]) => first),
])

const response = z.object({
  candidates: z.array(candidate).nullish(),
  promptFeedback: z.object({ blockReason: word, blockReasonMessage: word }).nullish(),
  usageMetadata: usage.nullish(),
  modelVersion: word,
  responseId: word,
  createTime: word,
})

/** A reply, or a piece of one: the same shape, whole and streamed. */
export type WireResponse = z.infer<typeof response>

/** Something with none of the members of a reply is none. */
const known = response.refine((value) => Object.keys(value).length > 0, 'neither a reply nor a piece of one')

/** One event of a streamed reply: a piece of it, or an error. */
export const frame = z.union([failed, known])

/** One event of a streamed reply. */
export type WireFrame = z.infer<typeof frame>

/** A whole reply; under some proxies a stream told as a list, or an error in its place. */
export const body = z.union([failed, known, z.array(frame)])

/** A whole reply. */
export type WireBody = z.infer<typeof body>

/** The same, sooner: what names no error is none, and need not be looked at as one. */
export function glance<T>(schema: Schema<T | WireResponse>): Schema<T | WireResponse> {
  return { safeParse: (value) => (isObject(value) && !('error' in value) ? known : schema).safeParse(value) }
}

/** One page of the list of models. */
export const modelPage = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        displayName: word,
        inputTokenLimit: count,
        outputTokenLimit: count,
        supportedGenerationMethods: z.array(z.string()).nullish(),
        thinking: z.boolean().nullish(),
      }),
    )
    .nullish(),
  nextPageToken: word,
})

/** One page of the list of models. */
export type WireModelPage = z.infer<typeof modelPage>
