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
  const given: { [Name in keyof T]?: NonNullable<T[Name]> } = {}
  for (const name in members) {
    const value = members[name]
    if (value !== null && value !== undefined) given[name] = value
  }
  return given
}

/** The members that a schema does not know; nothing where it knows them all. */
export function others(members: object, shape: object): JsonObject | undefined {
  let entries: [string, unknown][] | undefined
  for (const name in members) if (!(name in shape)) (entries ??= []).push([name, Reflect.get(members, name)])
  return entries && verbatim(Object.fromEntries(entries))
}

/** An object that came as JSON, as such. */
export function verbatim(value: Readonly<Record<string, unknown>>): JsonObject {
  // Whatever a parser of JSON returned is JSON; a schema only forgot it.
  return value as JsonObject
}
