/**
 * What the chat API replies: the fields we read, loose about the rest.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import { z } from 'zod'
import type { Json } from '../../src/canonical.ts'

/** Whatever else JSON may hold, kept as it is. It was parsed from JSON, so nothing is checked again. */
const rest = z.custom<Json>().optional()

const count = z.number().nullish()

const usage = z.object({
  /** What the model read and wrote, its hidden instructions included. */
  tokens: z
    .object({ input_tokens: count, output_tokens: count, reasoning_tokens: count, image_tokens: count })
    .nullish(),
  /** What is paid for. */
  billed_units: z.object({ input_tokens: count, output_tokens: count }).catchall(rest).nullish(),
  cached_tokens: count,
})

/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>

const source = z
  .object({
    type: z.string(),
    id: z.string().nullish(),
    document: z.object({}).catchall(rest).nullish(),
    tool_output: z.object({}).catchall(rest).nullish(),
  })
  .catchall(rest)

/** Where something said was found: a document of the request, or what a tool answered. */
export type WireSource = z.infer<typeof source>

const citation = z.object({
  start: count,
  end: count,
  text: z.string().nullish(),
  sources: z.array(source).nullish(),
  content_index: count,
  type: z.string().nullish(),
})

/** What bears out a piece of what was said. */
export type WireCitation = z.infer<typeof citation>

/** One shape for both kinds of content, so that a kind we never heard of still comes through. */
const content = z.object({
  type: z.string().optional(),
  text: z.string().nullish(),
  thinking: z.string().nullish(),
})

/** A piece of what was said, or more of it. */
export type WireContent = z.infer<typeof content>

const logprob = z.object({
  text: z.string().nullish(),
  token_ids: z.array(z.number()),
  logprobs: z.array(z.number()).nullish(),
})

/** How likely a few tokens were that make one text. */
export type WireLogprob = z.infer<typeof logprob>

const toolCall = z.object({
  id: z.string().nullish(),
  type: z.string().optional(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional(),
})

/** A call, or a piece of one. */
export type WireToolCall = z.infer<typeof toolCall>

/** A whole reply. */
export const body = z.object({
  id: z.string(),
  message: z.object({
    content: z.array(content).nullish(),
    tool_plan: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
    citations: z.array(citation).nullish(),
  }),
  finish_reason: z.string(),
  usage: usage.nullish(),
  logprobs: z.array(logprob).nullish(),
})

/** A whole reply. */
export type WireBody = z.infer<typeof body>

const end = z.object({ finish_reason: z.string().nullish(), error: z.string().nullish(), usage: usage.nullish() })

/** Why a reply ended, and what it took. */
export type WireEnd = z.infer<typeof end>

const index = z.number().optional()

/** A delta that holds one member of a message. */
const holding = <Member extends z.ZodRawShape>(member: Member) =>
  z.object({ message: z.object(member).optional() }).optional()

/** One event of a streamed reply. Events of a type not listed here do not parse, and are skipped. */
export const frame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message-start'), id: z.string().optional() }),
  z.object({ type: z.literal('content-start'), index, delta: holding({ content: content.optional() }) }),
  z.object({
    type: z.literal('content-delta'),
    index,
    delta: holding({ content: content.optional() }),
    logprobs: logprob.optional(),
  }),
  z.object({ type: z.literal('content-end'), index }),
  z.object({ type: z.literal('tool-plan-delta'), delta: holding({ tool_plan: z.string().optional() }) }),
  z.object({ type: z.literal('tool-call-start'), index, delta: holding({ tool_calls: toolCall.optional() }) }),
  z.object({ type: z.literal('tool-call-delta'), index, delta: holding({ tool_calls: toolCall.optional() }) }),
  z.object({ type: z.literal('tool-call-end'), index }),
  z.object({ type: z.literal('citation-start'), index, delta: holding({ citations: citation.optional() }) }),
  z.object({ type: z.literal('citation-end'), index }),
  z.object({ type: z.literal('message-end'), delta: end.optional() }),
  z.object({ type: z.literal('debug') }),
])

/** One event of a streamed reply. */
export type WireFrame = z.infer<typeof frame>

/** The body of a reply that is none. */
export const errorBody = z.object({ message: z.string() })

/** One page of the list of models. */
export const modelPage = z.object({
  models: z.array(
    z.object({
      name: z.string().optional(),
      is_deprecated: z.boolean().nullish(),
      finetuned: z.boolean().nullish(),
      context_length: count,
      features: z.array(z.string()).nullish(),
    }),
  ),
  next_page_token: z.string().nullish(),
})

/** One page of the list of models. */
export type WireModelPage = z.infer<typeof modelPage>
