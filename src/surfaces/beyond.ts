/**
 * What a provider tells besides what OpenAI's words have a place for.
 *
 * @module
 */
import type { JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'

/** Members that do not take the place of OpenAI's own. */
export function beyond(members: JsonObject | undefined, own: ReadonlySet<string>): JsonObject {
  if (!members) return NOTHING
  return Object.fromEntries(Object.entries(members).filter(([name]) => !own.has(name)))
}

/** What something cost, in USD, as OpenRouter tells it; what a provider says of it in a form of its own stands beside it. */
export function costs(cost: number | undefined, extra: JsonObject | undefined): JsonObject {
  if (cost === undefined) return NOTHING
  const details = extra?.['cost']
  return { cost, ...(isObject(details) && { cost_details: details }) }
}

const NOTHING: JsonObject = {}
