/**
 * JSON Schema in Moonshot's flavour.
 *
 * @see https://github.com/MoonshotAI/walle/blob/main/docs/mfjs-spec.en.md
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** The same schema: an object at the root, no type beside alternatives but one in each of them, tuples as `prefixItems`. */
export function mended(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema
  return mend(rest['type'] === undefined && rest['anyOf'] === undefined ? { type: 'object', ...rest } : rest)
}

/** Members that hold schemas by name, in a list, and alone. */
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
const LISTED = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems'])
const ALONE = new Set(['items', 'additionalProperties', 'not'])

function mend(schema: JsonObject): JsonObject {
  const { type, anyOf, items, ...rest } = schema
  const shaped: JsonObject = {
    ...(type !== undefined && !Array.isArray(anyOf) && { type }),
    ...rest,
    ...(Array.isArray(items) ? { prefixItems: items } : items !== undefined && { items }),
    ...(Array.isArray(anyOf)
      ? { anyOf: anyOf.map((one: Json) => typed(one, type)) }
      : anyOf !== undefined && { anyOf }),
  }
  return Object.fromEntries(Object.entries(shaped).map(([name, value]) => [name, deep(name, value)]))
}

function typed(schema: Json, type: Json | undefined): Json {
  return isObject(schema) && type !== undefined && !('type' in schema) ? { type, ...schema } : schema
}

function deep(name: string, value: Json | undefined): Json | undefined {
  if (NAMED.has(name) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, isObject(one) ? mend(one) : one]))
  }
  if (LISTED.has(name) && Array.isArray(value)) {
    return value.map((one: Json) => (isObject(one) ? mend(one) : one))
  }
  return ALONE.has(name) && isObject(value) ? mend(value) : value
}
