/**
 * What a provider tells besides what OpenAI's words have a place for.
 *
 * @module
 */
import type { JsonObject } from '../canonical.ts'

/** Members that do not take the place of OpenAI's own. */
export function beyond(members: JsonObject | undefined, own: ReadonlySet<string>): JsonObject {
  if (!members) return NOTHING
  return Object.fromEntries(Object.entries(members).filter(([name]) => !own.has(name)))
}

const NOTHING: JsonObject = {}
