/**
 * Counting tokens in OpenAI's way, whatever way a provider counts.
 *
 * @module
 */
import type { JsonObject, Usage } from './canonical.ts'

type Counts = { readonly [K in Exclude<keyof Usage, 'extra'>]?: number | null | undefined }

/** Tokens as a provider divides them: `input` in all, or `fresh` input with cache traffic apart. */
export interface Tally extends Counts {
  /** Input outside the cache. */
  readonly fresh?: number | null | undefined
  /** Further counts, verbatim. */
  readonly extra?: JsonObject | undefined
}

/** Adds up the tallies of two calls that make one reply. */
export function add(one: Tally, other: Tally): Tally {
  const sum: Record<string, unknown> = { ...one }
  for (const [key, value] of Object.entries(other)) {
    sum[key] = typeof value === 'number' ? Number(sum[key] ?? 0) + value : value
  }
  return sum
}

/** The usage a tally amounts to; nothing where the provider counted nothing. */
export function count({ input, fresh, output, extra, ...details }: Tally): Usage | undefined {
  if (input == null && fresh == null && output == null) return undefined
  const known = Object.fromEntries(Object.entries(details).filter(([, value]) => value != null))
  return {
    input: input ?? (fresh ?? 0) + (details.cached ?? 0) + (details.cacheWrite ?? 0),
    output: output ?? 0,
    ...known,
    ...(extra && { extra }),
  }
}

/** The usage of several calls that make one reply. */
export function total(usages: readonly Usage[]): Usage | undefined {
  return usages.length === 0 ? undefined : count(usages.reduce<Tally>(add, {}))
}
