/**
 * Where Perplexity found what it says.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @module
 */
import { z } from 'zod'
import type { Citation } from '../../src/canonical.ts'

const found = z.object({
  search_results: z
    .array(z.looseObject({ url: z.string(), title: z.string().nullish() }))
    .nullish()
    .catch(undefined),
  citations: z.array(z.string()).nullish().catch(undefined),
})

/** The sources of a reply, in the order of the numbers that its text refers to them by; each bears out the whole text. */
export function sources(frame: Readonly<Record<string, unknown>>): readonly Citation[] {
  const { search_results: results, citations } = found.parse(frame)
  const pages = results ?? citations?.map((url) => ({ url, title: undefined })) ?? []
  return pages.map(({ url, title }) => ({
    type: 'url',
    start: 0,
    end: Number.MAX_SAFE_INTEGER,
    url,
    ...(title != null && { title }),
  }))
}
