/**
 * What the native API replies: the fields we read, loose about the rest.
 *
 * @see https://docs.ollama.com/api/chat
 * @see `ChatResponse` in api/types.go of https://github.com/ollama/ollama
 * @module
 */
import { z } from 'zod'
import type { Json } from '../../src/canonical.ts'

/** Whatever else JSON may hold, kept as it is. It was parsed from JSON, so nothing is checked again. */
const rest = z.custom<Json>().optional()

const count = z.number().nullish()

const toolCall = z.object({
  /** Older servers give none. */
  id: z.string().nullish(),
  function: z.object({ name: z.string(), arguments: rest }),
})

/** A call, whole: its arguments are an object. */
export type WireToolCall = z.infer<typeof toolCall>

const logprob = z.object({ token: z.string(), logprob: z.number() }).catchall(rest)

/** How likely a token was, in OpenAI's words. */
export type WireLogprob = z.infer<typeof logprob>

/** A whole reply, or one line of a streamed one: they have the same form. */
export const chunk = z.object({
  model: z.string(),
  created_at: z.string().nullish(),
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z.array(toolCall).nullish(),
    })
    .nullish(),
  done: z.boolean(),
  done_reason: z.string().nullish(),
  logprobs: z.array(logprob).nullish(),
  prompt_eval_count: count,
  eval_count: count,
  total_duration: count,
  load_duration: count,
  prompt_eval_duration: count,
  eval_duration: count,
})

/** A whole reply, or one line of a streamed one. */
export type WireChunk = z.infer<typeof chunk>

/** Why there is no reply, or no more of it. */
export const errorBody = z.object({ error: z.string() })

/** Why there is no reply, or no more of it. */
export type WireErrorBody = z.infer<typeof errorBody>

/** What stands on a line of a stream. */
export const frame = z.union([errorBody, chunk])

/** The list of models. */
export const modelList = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      model: z.string().nullish(),
      modified_at: z.string().nullish(),
      size: count,
      details: z.object({}).catchall(rest).nullish(),
    }),
  ),
})

/** The list of models. */
export type WireModelList = z.infer<typeof modelList>
