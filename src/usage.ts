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
  const usage: { -readonly [Name in keyof Usage]: Usage[Name] } = {
    input: input ?? (fresh ?? 0) + (details.cached ?? 0) + (details.cacheWrite ?? 0),
    output: output ?? 0,
  }
  for (const name in details) {
    // A tally has no other members.
    const key = name as keyof typeof details
    const value = details[key]
    if (value != null) usage[key] = value
  }
  if (extra) usage.extra = extra
  return usage
}

/** A tally that goes on. */
export type Running = { -readonly [Name in keyof Tally]: Tally[Name] }

/** Writes the counts that are known over those that were. */
export function replace(tally: Running, later: Tally): void {
  for (const name in later) {
    // A tally has no other members.
    const key = name as keyof Tally
    if (later[key] == null) continue
    if (key === 'extra') tally.extra = later.extra
    else tally[key] = later[key]
  }
}

/** The usage of several calls that make one reply. */
export function total(usages: readonly Usage[]): Usage | undefined {
  return usages.length === 0 ? undefined : count(usages.reduce<Tally>(add, {}))
}
