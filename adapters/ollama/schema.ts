/**
 * JSON Schema as the server reads it in tools: of a property it keeps type, items, description, enum, properties, required
 * and anyOf, and drops everything else without a word.
 *
 * @see `ToolProperty` in api/types.go of https://github.com/ollama/ollama
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** A schema that says in the server's words what it said in others: references are filled in, a constant is an `enum` of one. */
export function plain(schema: JsonObject): JsonObject {
  const { $defs: _, definitions: __, ...rest } = rewrite(schema, { root: schema, within: [] })
  return rest
}

interface Place {
  readonly root: JsonObject
  /** References being filled in, to tell those that lead back to themselves. */
  readonly within: readonly string[]
}

function rewrite(schema: JsonObject, place: Place): JsonObject {
  const { $ref, const: constant, oneOf, ...rest } = schema
  if (typeof $ref === 'string') return filled($ref, rest, place)
  const written = Object.entries(rest).map(([name, value]) => [name, member(name, value, place)])
  return {
    ...Object.fromEntries(written),
    ...(constant !== undefined && { enum: [constant] }),
    ...(Array.isArray(oneOf) && { anyOf: oneOf.map((one) => inner(one, place)) }),
  }
}

/** What a reference leads to. One that leads back to itself can be anything. */
function filled(reference: string, beside: JsonObject, { root, within }: Place): JsonObject {
  const place = { root, within: [...within, reference] }
  if (within.includes(reference)) return rewrite(beside, place)
  const steps = reference.replace(/^#\/?/u, '').split('/').filter(Boolean)
  const found = steps.reduce<Json | undefined>(
    (value, step) => (isObject(value) ? value[unescaped(step)] : undefined),
    root,
  )
  return rewrite({ ...(isObject(found) && found), ...beside }, place)
}

/** @see https://datatracker.ietf.org/doc/html/rfc6901 */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function member(name: string, value: Json | undefined, place: Place): Json | undefined {
  if (name === 'properties' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, schema]) => [key, inner(schema, place)]))
  }
  if (name === 'items' && isObject(value)) return inner(value, place)
  return name === 'anyOf' && Array.isArray(value) ? value.map((one) => inner(one, place)) : value
}

function inner(value: Json | undefined, place: Place): Json {
  return isObject(value) ? rewrite(value, place) : (value ?? {})
}
