/**
 * A value that fits a JSON Schema: always the same one for the same schema.
 *
 * @see https://json-schema.org/understanding-json-schema/reference
 * @module
 */
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { both } from '../wire/schema.ts'

/** Makes a value that fits a schema. Texts that may be anything are taken from `words`, the last one first. */
export function sample(schema: JsonObject, words: readonly string[]): Json {
  return make(schema, { root: schema, word: words.at(-1) ?? 'sample', depth: 0 })
}

interface Making {
  readonly root: JsonObject
  readonly word: string
  readonly depth: number
}

/** Schemas that refer to themselves are followed no deeper than this; what can be left out, not even so far. */
const DEEPEST = 16
const DEEP = 4
/** Nobody needs longer lists and texts of a sample, whatever the schema says. */
const LONGEST = 1000

function make(given: Json | undefined, making: Making): Json {
  const { anyOf, oneOf, ...schema } = resolve(isObject(given) ? given : {}, making)
  const values = [schema['const'], schema['default'], first(schema['enum']), first(schema['examples'])]
  const value = values.find((one) => one !== undefined)
  if (value !== undefined) return value
  const alternative = first(anyOf) ?? first(oneOf)
  if (alternative !== undefined && making.depth < DEEPEST) {
    return make({ ...schema, ...object(alternative) }, { ...making, depth: making.depth + 1 })
  }
  const listed = schema['type']
  const type = Array.isArray(listed) ? (listed.find((one) => one !== 'null') ?? listed[0]) : listed
  switch (type ?? ('items' in schema ? 'array' : 'properties' in schema ? 'object' : 'string')) {
    case 'object':
      return members(schema, making)
    case 'array':
      return items(schema, making)
    case 'integer':
    case 'number':
      return number(schema, type === 'integer')
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return text(schema, making.word)
  }
}

/** A schema with what it refers to, and all that it must fit at once. */
function resolve(schema: JsonObject, { root, depth }: Making): JsonObject {
  const { $ref, allOf, ...own } = schema
  if (typeof $ref === 'string' && depth < DEEPEST) {
    const path = $ref.replace(/^#\/?/u, '').split('/').filter(Boolean)
    const found = path.reduce<Json>((place, key) => object(place)[key] ?? {}, root)
    return resolve({ ...object(found), ...own }, { root, word: '', depth: depth + 1 })
  }
  return list(allOf).reduceRight<JsonObject>(
    (all, one) => both(resolve(object(one), { root, word: '', depth }), all),
    own,
  )
}

/** The members an object must have; all of them where it does not say which. */
function members({ properties, required }: JsonObject, { depth, ...making }: Making): JsonObject {
  const known = object(properties)
  const names = required === undefined ? (depth < DEEP ? Object.keys(known) : []) : list(required).map(String)
  if (depth >= DEEPEST) return {}
  return Object.fromEntries(names.map((name) => [name, make(known[name], { ...making, depth: depth + 1 })]))
}

function items({ items, minItems }: JsonObject, { depth, ...making }: Making): Json {
  const least = typeof minItems === 'number' ? Math.min(minItems, LONGEST) : 0
  const length = Math.max(least, depth < DEEP ? 1 : 0)
  return Array.from({ length }, () => make(items, { ...making, depth: depth + 1 }))
}

function number(
  { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: JsonObject,
  whole: boolean,
): number {
  const step = typeof multipleOf === 'number' ? multipleOf : whole ? 1 : 0
  const beyond = (limit: number): number => (step === 0 ? limit + 0.5 : Math.floor(limit / step) * step + step)
  const above = typeof exclusiveMinimum === 'number' ? beyond(exclusiveMinimum) : -Infinity
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum - (step || 0.5) : Infinity
  const least = Math.max(above, typeof minimum === 'number' ? minimum : -Infinity)
  const most = Math.min(below, typeof maximum === 'number' ? maximum : Infinity)
  const value = Math.min(Math.max(1, least), most)
  if (step === 0) return value
  const raised = Math.ceil(value / step) * step
  return raised > most ? Math.floor(most / step) * step : raised
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T12:00:00Z',
  date: '2026-01-01',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'sandbox@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function text({ format, minLength, maxLength }: JsonObject, word: string): string {
  const value = FORMATS[String(format)] ?? word
  const most = typeof maxLength === 'number' ? maxLength : Infinity
  return value.padEnd(typeof minLength === 'number' ? Math.min(minLength, LONGEST) : 0, '.').slice(0, most)
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function first(value: Json | undefined): Json | undefined {
  return list(value)[0]
}
