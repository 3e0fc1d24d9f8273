/**
 * Token counts of a chat completions API.
 *
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import type { Chunk, WireUsage } from './wire.ts'

type Tally = Parameters<Reply['usage']>[0]

/** Where a chunk counts: beside its choices, or in one of them. */
export function usageOf({ usage, choices }: Chunk): Chunk['usage'] {
  return usage ?? choices?.find((choice) => choice.usage)?.usage
}

/** The counts of a `usage` member. Details with counts nobody knows are also kept whole, since that is where those belong. */
export function tally(usage: WireUsage): Tally {
  const {
    prompt_tokens,
    completion_tokens,
    prompt_tokens_details: prompt,
    completion_tokens_details: completion,
  } = usage
  const extra = {
    ...unknownIn(usage, COUNTS),
    ...(prompt && beyond(prompt, PROMPT) && { prompt_tokens_details: verbatim(prompt) }),
    ...(completion && beyond(completion, COMPLETION) && { completion_tokens_details: verbatim(completion) }),
  }
  return {
    input: prompt_tokens,
    output: completion_tokens,
    // Some count at the top level what OpenAI counts in details: Moonshot and Together, Perplexity and SGLang.
    cached: prompt?.cached_tokens ?? usage.cached_tokens,
    cacheWrite: prompt?.cache_write_tokens,
    audioInput: prompt?.audio_tokens,
    reasoning: completion?.reasoning_tokens ?? usage.reasoning_tokens,
    audioOutput: completion?.audio_tokens,
    acceptedPrediction: completion?.accepted_prediction_tokens,
    rejectedPrediction: completion?.rejected_prediction_tokens,
    ...(Object.keys(extra).length > 0 && { extra }),
  }
}

/** The members of an object that are not among those known, as far as they say something; nothing where there are none, as in most chunks. */
export function unknownIn(
  object: Readonly<Record<string, unknown>> | null | undefined,
  known: ReadonlySet<string>,
): JsonObject | undefined {
  let unknown: Record<string, Json> | undefined
  for (const key in object) {
    if (known.has(key) || object[key] == null) continue
    unknown ??= {}
    // Frames are parsed JSON, whatever their unknown members hold.
    unknown[key] = object[key] as Json
  }
  return unknown
}

/** An object that came as JSON, as such. */
export function verbatim(object: Readonly<Record<string, unknown>>): JsonObject {
  // Whatever a parser of JSON returned is JSON; the schema only forgot it.
  return object as JsonObject
}

function beyond(details: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): boolean {
  return unknownIn(details, known) !== undefined
}

const COUNTS = new Set([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
])
const PROMPT = new Set(['cached_tokens', 'cache_write_tokens', 'audio_tokens'])
const COMPLETION = new Set([
  'reasoning_tokens',
  'audio_tokens',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
])
