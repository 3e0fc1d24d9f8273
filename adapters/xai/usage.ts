/**
 * Token counts of xAI, in OpenAI's accounting.
 *
 * @see https://docs.x.ai/docs/guides/reasoning
 * @module
 */
import type { Chunk, WireUsage } from '../openai/wire.ts'

/** Thoughts are counted beside the answer, and what is cached may be counted beside the prompt. */
export function thoughtful({ usage }: Chunk): WireUsage | null | undefined {
  if (!usage) return usage
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage
  const thoughts = usage.completion_tokens_details?.reasoning_tokens ?? 0
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const apart = (total ?? 0) > (prompt ?? 0) + (completion ?? 0)
  return {
    ...usage,
    ...(prompt != null && cached > prompt && { prompt_tokens: prompt + cached }),
    ...(completion != null && apart && { completion_tokens: completion + thoughts }),
  }
}
