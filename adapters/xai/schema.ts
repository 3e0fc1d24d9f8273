/**
 * JSON Schema as xAI takes it in tools.
 *
 * @see https://docs.x.ai/docs/guides/function-calling
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** A schema of which no part says that it is closed: the provider refuses that in tools. */
export function open(schema: JsonObject): JsonObject {
  const members = Object.entries(schema).map(([name, value]) => [name, opened(value)] as const)
  return Object.fromEntries(members.filter(([name, value]) => name !== 'additionalProperties' || value !== false))
}

function opened(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => opened(item) ?? null)
  return isObject(value) ? open(value) : value
}
