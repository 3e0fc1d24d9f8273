/**
 * What the Messages API replies: the fields we read, loose about the rest.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import { z } from 'zod'
import type { Json } from '../../src/canonical.ts'

/** Whatever else JSON may hold, kept as it is. It was parsed from JSON, so nothing is checked again. */
const rest = z.custom<Json>().optional()

const count = z.number().nullish()

const usage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    output_tokens_details: z.object({ thinking_tokens: count }).nullish(),
    service_tier: z.string().nullish(),
    speed: z.string().nullish(),
  })
  .catchall(rest)

/** Tokens spent. */
export type WireUsage = z.infer<typeof usage>

const citation = z
  .object({
    type: z.string(),
    url: z.string().nullish(),
    source: z.string().nullish(),
    title: z.string().nullish(),
    document_title: z.string().nullish(),
  })
  .catchall(rest)

/** Where something said was found. */
export type WireCitation = z.infer<typeof citation>

/** One shape for all kinds of blocks, so that a kind we never heard of still comes through. */
const block = z
  .object({
    type: z.string(),
    text: z.string().optional(),
    citations: z.array(citation).nullish(),
    thinking: z.string().optional(),
    signature: z.string().nullish(),
    data: z.string().optional(),
    id: z.string().optional(),
    name: z.string().optional(),
    input: rest,
  })
  .catchall(rest)

/** A piece of a reply's content. */
export type WireBlock = z.infer<typeof block>

const delta = z.object({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  signature: z.string().optional(),
  partial_json: z.string().optional(),
  citation: citation.optional(),
})

/** More of a block. */
export type WireDelta = z.infer<typeof delta>

const stopDetails = z.object({ explanation: z.string().nullish() }).catchall(rest).nullish()

const ending = {
  stop_reason: z.string().nullish(),
  stop_sequence: z.string().nullish(),
  stop_details: stopDetails,
}

/** Facts about a reply that have no place in OpenAI's. */
const facts = { container: rest, context_management: rest, diagnostics: rest, input_transformations: rest }

/** A whole reply. */
export const message = z.object({
  id: z.string(),
  type: z.literal('message'),
  model: z.string(),
  content: z.array(block),
  usage: usage.nullish(),
  ...ending,
  ...facts,
})

/** A whole reply. */
export type WireMessage = z.infer<typeof message>

const error = z.object({
  type: z.string(),
  message: z.string(),
  details: z.object({ error_code: z.string().nullish() }).nullish(),
})

/** Why there is no reply. */
export type WireError = z.infer<typeof error>

/** The body of a reply that is none. */
export const errorBody = z.object({ type: z.literal('error'), error })

/** The body of a reply that is none. */
export type WireErrorBody = z.infer<typeof errorBody>

/** The body of a reply: a message, or under some proxies an error in its place. */
export const body = z.union([message, errorBody])

/** One event of a streamed reply. Events of a type not listed here do not parse, and are skipped. */
export const frame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: message.partial({ content: true }) }),
  z.object({ type: z.literal('content_block_start'), index: z.number(), content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index: z.number(), delta }),
  z.object({ type: z.literal('content_block_stop'), index: z.number() }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ ...ending, container: rest }),
    usage: usage.nullish(),
    context_management: rest,
    input_transformations: rest,
  }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('error'), error }),
])

/** One event of a streamed reply. */
export type WireFrame = z.infer<typeof frame>

/** One page of the list of models. */
export const modelPage = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      created_at: z.string().nullish(),
      display_name: z.string().nullish(),
      max_input_tokens: count,
      max_tokens: count,
      capabilities: rest,
      lifecycle: z.string().nullish(),
      retires_at: z.string().nullish(),
    }),
  ),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
})

/** One page of the list of models. */
export type WireModelPage = z.infer<typeof modelPage>
