/**
 * JSON Schema as Cerebras takes it where it is to be enforced.
 *
 * @see https://inference-docs.cerebras.ai/capabilities/structured-outputs
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** Keywords it refuses. */
const REFUSED = new Set(['minItems', 'maxItems', 'pattern', 'format'])

/** The same schema, where it is enforced: objects are closed, and what cannot be enforced is left out. */
export function enforceable(schema: JsonObject, _: unknown, strict: boolean): JsonObject {
  return strict ? close(schema) : schema
}

function close(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([keyword]) => !REFUSED.has(keyword))
  const closed = kept.map(([keyword, value]) => [keyword, inside(keyword, value)] as const)
  const isOpen = schema['type'] === 'object' || 'properties' in schema
  return { ...Object.fromEntries(closed), ...(isOpen && { additionalProperties: false }) }
}

function inside(keyword: string, value: Json | undefined): Json | undefined {
  if (/^(?:properties|\$defs|definitions)$/u.test(keyword) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, isObject(one) ? close(one) : one]))
  }
  if (/^(?:anyOf|oneOf|allOf)$/u.test(keyword) && Array.isArray(value))
    return value.map((one: Json) => (isObject(one) ? close(one) : one))
  return keyword === 'items' && isObject(value) ? close(value) : value
}
