/**
 * Counting tokens in OpenAI's way, whatever way a provider counts.
 *
 * @module
 */
import type { Json, JsonObject, Usage } from './canonical.ts'
import { isObject } from './wire/json.ts'

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
  // A sum has the members of its summands, which are a tally's.
  return sum(one as JsonObject, other as JsonObject) as Tally
}

/** Adds numbers at any depth; of what is no number, the later one counts. */
function sum(one: JsonObject, other: JsonObject): JsonObject {
  const total: Record<string, Json | undefined> = { ...one }
  for (const [key, value] of Object.entries(other)) {
    const before = total[key]
    if (typeof before === 'number' && typeof value === 'number') total[key] = before + value
    else if (isObject(before) && isObject(value)) total[key] = sum(before, value)
    else if (value != null) total[key] = value
  }
  return total
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
