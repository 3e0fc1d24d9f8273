/**
 * What a client gave, taken as it was given.
 *
 * @module
 */
import type { JsonObject } from '../canonical.ts'

/** Members with those that may be `null` or `undefined` left out. */
export type Present<T> = { readonly [Name in keyof T]?: NonNullable<T[Name]> }

/** The members that were given: `null` means the same as absent. */
export function present<T extends object>(members: T): Present<T> {
  const given = Object.entries(members).filter(([, value]) => value !== null && value !== undefined)
  // Exactly what the type says is what the filter does.
  return Object.fromEntries(given) as Present<T>
}

/** An object that came as JSON, as such. */
export function verbatim(value: Readonly<Record<string, unknown>>): JsonObject {
  // Whatever a parser of JSON returned is JSON; a schema only forgot it.
  return value as JsonObject
}
