/**
 * Token counts of llama.cpp's server, which tells what it had cached beside them.
 *
 * @see https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
 * @module
 */
import { isObject } from '../../src/wire/json.ts'
import type { Chunk, WireUsage } from '../openai/wire.ts'

/** The counts of a frame. */
export function withTimings({ usage, timings }: Chunk): WireUsage | null | undefined {
  const cached = isObject(timings) ? timings['cache_n'] : undefined
  return usage && typeof cached === 'number' ? { prompt_tokens_details: { cached_tokens: cached }, ...usage } : usage
}
