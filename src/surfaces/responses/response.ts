/**
 * The response object: what is told of a reply besides what the model said.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 * @module
 */
import type { Failure, FinishReason, Json, JsonObject, Usage } from '../../canonical.ts'
import { isObject } from '../../wire/json.ts'
import { beyond, costs } from '../beyond.ts'
import type { ResponsesBody } from './schema.ts'

/** What of a request its response repeats. */
export function echoOf(asked: ResponsesBody, given: JsonObject, stores: boolean): JsonObject {
  const { reasoning, text } = asked
  return {
    access_programs: null,
    background: false,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    max_tool_calls: asked.max_tool_calls ?? null,
    metadata: asked.metadata ?? {},
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: asked.previous_response_id ?? null,
    ...(asked.prompt_cache_key != null && { prompt_cache_key: asked.prompt_cache_key }),
    ...(asked.prompt_cache_retention != null && { prompt_cache_retention: asked.prompt_cache_retention }),
    reasoning: {
      effort: reasoning?.effort ?? null,
      summary: reasoning?.summary ?? reasoning?.generate_summary ?? null,
    },
    ...(asked.safety_identifier != null && { safety_identifier: asked.safety_identifier }),
    store: stores && asked.store !== false,
    temperature: asked.temperature ?? null,
    text: {
      format: member(given['text'], 'format') ?? { type: 'text' },
      ...(text?.verbosity != null && { verbosity: text.verbosity }),
    },
    // What was read of them is not all of what was said.
    tool_choice: given['tool_choice'] ?? 'auto',
    tools: given['tools'] ?? [],
    top_logprobs: asked.top_logprobs ?? 0,
    top_p: asked.top_p ?? null,
    truncation: 'disabled',
    user: asked.user ?? null,
  }
}

/** How a reply stands. */
export interface Standing {
  readonly id: string
  readonly created: number
  readonly model: string
  readonly output: readonly JsonObject[]
  readonly end?: {
    /** Unix seconds. */
    readonly at: number
    readonly reason?: FinishReason | undefined
    readonly failure?: Failure | undefined
    readonly usage?: Usage | undefined
    readonly serviceTier?: string | undefined
    /** Further facts, verbatim. */
    readonly extra?: JsonObject | undefined
  }
}

/** Renders a reply as it stands. */
export function responseOf({ id, created, model, output, end }: Standing, echo: JsonObject): JsonObject {
  const status = statusOf(end)
  const members: JsonObject = {
    id,
    object: 'response',
    created_at: created,
    status,
    completed_at: status === 'completed' ? (end?.at ?? null) : null,
    error: end?.failure ? { code: errorCode(end.failure), message: end.failure.message } : null,
    incomplete_details: status === 'incomplete' ? { reason: incompleteReason(end?.reason) } : null,
    model,
    output,
    ...echo,
    ...(end?.serviceTier !== undefined && { service_tier: end.serviceTier }),
    usage: end?.usage ? usage(end.usage) : null,
  }
  return { ...members, ...beyond(end?.extra, new Set(Object.keys(members))) }
}

/** How a reply ended, in a word. */
export function statusOf(end: Standing['end']): 'in_progress' | 'completed' | 'incomplete' | 'failed' {
  if (!end) return 'in_progress'
  if (end.failure) return 'failed'
  return end.reason === 'length' || end.reason === 'content_filter' ? 'incomplete' : 'completed'
}

/** Codes that OpenAI's clients know of failed responses. */
function errorCode({ type, code }: Failure): string {
  if (code !== null) return code
  return type === 'rate_limit_error' ? 'rate_limit_exceeded' : 'server_error'
}

function incompleteReason(reason: FinishReason | undefined): string {
  return reason === 'length' ? 'max_output_tokens' : 'content_filter'
}

/** Usage as OpenAI words it here: counts that must be there are 0 where they are unknown. */
function usage({ input, output, cached, cacheWrite, reasoning, cost, extra }: Usage): JsonObject {
  const members: JsonObject = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached ?? 0, cache_write_tokens: cacheWrite ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    total_tokens: input + output,
  }
  return { ...members, ...beyond(extra, new Set(Object.keys(members))), ...costs(cost, extra) }
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined
}
