/**
 * What a chat completions API sends, as far as we read it. Loose: providers add members, and those are kept.
 *
 * Written after `ChatCompletion` and `ChatCompletionChunk` of the openai SDK, with what compatible servers are seen to
 * do besides. A member that only informs never makes a frame unreadable: where it is malformed, it counts as absent.
 *
 * @module
 */
import { z } from 'zod'

const text = z.string().nullish()
const informative = text.catch(undefined)
const tokens = z.number().nullish().catch(undefined)
const open = z.looseObject({})

const promptDetails = z.looseObject({ cached_tokens: tokens, cache_write_tokens: tokens, audio_tokens: tokens })
const completionDetails = z.looseObject({
  reasoning_tokens: tokens,
  audio_tokens: tokens,
  accepted_prediction_tokens: tokens,
  rejected_prediction_tokens: tokens,
})

const usage = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  total_tokens: tokens,
  cached_tokens: tokens,
  reasoning_tokens: tokens,
  prompt_tokens_details: promptDetails.nullish().catch(undefined),
  completion_tokens_details: completionDetails.nullish().catch(undefined),
})

const toolCall = z.looseObject({
  index: z.number().nullish(),
  id: text,
  type: text,
  function: z.looseObject({ name: text, arguments: z.union([z.string(), open]).nullish() }).nullish(),
  custom: z.looseObject({ name: text, input: text }).nullish(),
})

/** A piece of content, where a server sends content in pieces. */
const part = z.looseObject({
  type: z.string(),
  text: text,
  refusal: text,
  thinking: z.union([z.string(), z.array(z.looseObject({ text }))]).nullish(),
})

const reasoningDetail = z.looseObject({
  type: z.string(),
  text: text,
  summary: text,
  data: text,
  signature: text,
})

const annotation = z.looseObject({
  type: z.string(),
  url_citation: z
    .looseObject({ url: text, title: text, start_index: z.number().nullish(), end_index: z.number().nullish() })
    .nullish(),
})

const said = {
  role: informative,
  content: z.union([z.string(), z.array(part)]).nullish(),
  refusal: text,
  reasoning_content: text,
  reasoning: text,
  reasoning_details: z.array(reasoningDetail).nullish().catch(undefined),
  tool_calls: z.array(toolCall).nullish(),
  function_call: z.looseObject({ name: text, arguments: text }).nullish(),
  audio: z
    .looseObject({ id: text, data: text, transcript: text, expires_at: z.number().nullish() })
    .nullish()
    .catch(undefined),
  annotations: z.array(annotation).nullish().catch(undefined),
  /** Where OpenRouter draws. */
  images: z
    .array(z.looseObject({ image_url: z.looseObject({ url: text }).nullish() }))
    .nullish()
    .catch(undefined),
}

const logprobs = z
  .looseObject({ content: z.array(open).nullish(), refusal: z.array(open).nullish() })
  .nullish()
  .catch(undefined)

const ending = {
  index: z.number().nullish(),
  finish_reason: text,
  logprobs,
  /** Where Moonshot counts. */
  usage: usage.nullish().catch(undefined),
}

const delta = z.looseObject(said)

const envelope = {
  id: informative,
  created: tokens,
  model: informative,
  service_tier: informative,
  system_fingerprint: informative,
  usage: usage.nullish().catch(undefined),
  /** Said instead of a reply, or in the middle of one. */
  error: z.union([z.string(), open]).nullish(),
}

/** One piece of a streamed reply: OpenAI's `ChatCompletionChunk`. */
export const chunk = z.looseObject({
  ...envelope,
  choices: z.array(z.looseObject({ ...ending, delta: delta.nullish() })).nullish(),
})

/** A whole reply: OpenAI's `ChatCompletion`. */
export const completion = z.looseObject({
  ...envelope,
  choices: z.array(z.looseObject({ ...ending, message: delta.nullish() })).nullish(),
})

const models = z.array(z.looseObject({ id: z.string(), created: tokens }))

/** The list of models. */
export const modelList = z.union([
  z.looseObject({ data: models }),
  // Together lists them just so.
  models.transform((data) => ({ data })),
])

/** One chunk of a streamed reply. */
export type Chunk = z.infer<typeof chunk>
/** What a chunk adds to a message, or a whole message. */
export type Delta = z.infer<typeof delta>
/** A tool call, or a piece of one. */
export type ToolCall = z.infer<typeof toolCall>
/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>
/** A whole reply. */
export type CompletionBody = z.infer<typeof completion>
/** The list of models. */
export type ModelList = z.infer<typeof modelList>
/** A part of content that some servers send in place of text. */
export type SaidPart = z.infer<typeof part>
/** A piece of reasoning, as OpenRouter words it. */
export type ReasoningDetail = z.infer<typeof reasoningDetail>
/** A source of something said. */
export type Annotation = z.infer<typeof annotation>
/** Speech, or a piece of it. */
export type Audio = NonNullable<Delta['audio']>
/** A picture that a model made. */
export type Image = NonNullable<Delta['images']>[number]
/** How likely the tokens were. */
export type Logprobs = NonNullable<z.infer<typeof logprobs>>
