/**
 * What Mistral sends, as far as we read it. Loose: members we do not know are left alone.
 *
 * @see `ChatCompletionResponse`, `CompletionChunk` and `ModelList` of the @mistralai/mistralai SDK
 * @module
 */
import { z } from 'zod'

const text = z.string().nullish()
const count = z.number().nullish().catch(undefined)
const cachedTokens = z.looseObject({ cached_tokens: count, audio_tokens: count }).nullish().catch(undefined)

const usage = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_audio_seconds: count,
  service_tier: text.catch(undefined),
  prompt_tokens_details: cachedTokens,
  // Spelt so in the SDK's schema of the API.
  prompt_token_details: cachedTokens,
  num_cached_tokens: count,
})

const toolCall = z.looseObject({
  id: text,
  type: text,
  index: z.number().nullish(),
  function: z.looseObject({ name: text, arguments: z.union([z.string(), z.looseObject({})]).nullish() }).nullish(),
})

/** A piece of a thought. */
const idea = z.looseObject({ type: z.string(), text })

/** A piece of content. */
const chunk = z.looseObject({
  type: z.string(),
  text,
  thinking: z.union([z.string(), z.array(idea)]).nullish(),
  signature: text,
  reference_ids: z.array(z.union([z.number(), z.string()])).nullish(),
  title: text,
  url: text,
})

const said = z.looseObject({
  role: text,
  content: z.union([z.string(), z.array(chunk)]).nullish(),
  tool_calls: z.array(toolCall).nullish(),
})

const choice = { index: z.number().nullish(), finish_reason: text }

const envelope = {
  id: text,
  object: text,
  created: count,
  model: text,
  usage: usage.nullish().catch(undefined),
  /** An error in place of a reply, or in the middle of one. */
  error: z.unknown().optional(),
}

/** An event of a streamed reply. An error may come in its place, flat: `{ object: 'error', message … }`. */
export const frame = z.looseObject({
  ...envelope,
  choices: z.array(z.looseObject({ ...choice, delta: said.nullish() })).nullish(),
})

/** A whole reply. Some deployments send a list of `messages` for each choice. */
export const body = z.looseObject({
  ...envelope,
  choices: z.array(z.looseObject({ ...choice, message: said.nullish(), messages: z.array(said).nullish() })).nullish(),
})

const model = z.looseObject({
  id: z.string(),
  created: count,
  name: text,
  description: text,
  max_context_length: count,
  capabilities: z.record(z.string(), z.boolean()).nullish().catch(undefined),
  aliases: z.array(z.string()).nullish(),
  deprecation: text,
})

/** The list of models. */
export const modelList = z.looseObject({ data: z.array(model).nullish() })

/** Embeddings. */
export const embeddingList = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().nullish(), embedding: z.union([z.array(z.number()), z.string()]) })),
  model: text,
  usage: z.looseObject({ prompt_tokens: count }).nullish().catch(undefined),
})

/** An event of a streamed reply. */
export type WireFrame = z.infer<typeof frame>
/** A whole reply. */
export type WireBody = z.infer<typeof body>
/** What a delta adds to a message, or a whole message. */
export type WireDelta = z.infer<typeof said>
/** A piece of content. */
export type WireChunk = z.infer<typeof chunk>
/** A call, or a piece of one. */
export type WireCall = z.infer<typeof toolCall>
/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>
/** A model. */
export type WireModel = z.infer<typeof model>
/** The list of models. */
export type WireModelList = z.infer<typeof modelList>
/** Embeddings. */
export type WireEmbeddings = z.infer<typeof embeddingList>
