/**
 * JSON Schema for those who know only the dialect of OpenAPI 3.0: what it has no words for is said in other words, or in
 * the description, or left out.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#schema-object
 * @module
 */
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from './json.ts'

/** A schema in the dialect of OpenAPI 3.0. References are replaced by what they refer to; where that has no end, by an object. */
export function toOpenApi(schema: JsonObject): JsonObject {
  return convert(schema, { root: schema, open: [] })
}

interface Place {
  readonly root: JsonObject
  /** The references being followed. */
  readonly open: readonly string[]
}

type Writable = Record<string, Json | undefined>

/** Keywords that mean the same in both. */
const SAME = [
  'title',
  'description',
  'default',
  'format',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
] as const

/** Keywords that only the description can keep. */
const NOTED = [
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'not',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'uniqueItems',
  'contentEncoding',
] as const

function convert(given: JsonObject, place: Place): JsonObject {
  const { $ref, allOf, ...own } = given
  if (typeof $ref === 'string') return follow($ref, own, place)
  const schema = list(allOf).filter(isObject).reduce(both, own)
  const types = list(schema['type'] ?? []).filter((type) => type !== 'null')
  const alternatives = list(schema['anyOf'] ?? schema['oneOf']).filter(isObject)
  const some = alternatives.filter(({ type }) => type !== 'null')
  const isNullable =
    schema['nullable'] === true ||
    list(schema['type'] ?? []).includes('null') ||
    some.length < alternatives.length ||
    list(schema['enum']).includes(null)
  const out: Writable = {}
  for (const keyword of SAME) if (schema[keyword] !== undefined) out[keyword] = schema[keyword]
  note(schema, out)
  if (isNullable) out['nullable'] = true
  const [only] = some
  if (only && some.length === 1) return { ...convert(only, place), ...out }
  if (some.length > 1) return { ...out, anyOf: some.map((one) => convert(one, place)) }
  if (types.length > 1) return { ...out, anyOf: types.map((type) => convert({ ...bare(schema), type }, place)) }
  return { ...typed(schema, types[0], place), ...out }
}

/** What the type of a schema has to say. */
function typed(schema: JsonObject, told: Json | undefined, place: Place): Writable {
  const choices = enumOf(schema)
  const type = told ?? (schema['properties'] ? 'object' : schema['items'] ? 'array' : choices ? 'string' : undefined)
  const out: Writable = type === undefined ? {} : { type }
  if (choices) {
    out['enum'] = choices.map((choice) => (typeof choice === 'string' ? choice : JSON.stringify(choice)))
    if (type !== 'string') out['format'] = 'enum'
  }
  if (type === 'array') out['items'] = items(schema, place)
  if (type === 'object') Object.assign(out, members(schema, place))
  return out
}

function enumOf({ enum: choices, const: only }: JsonObject): readonly Json[] | undefined {
  if (only !== undefined) return [only]
  return choices === undefined ? undefined : list(choices).filter((choice) => choice !== null)
}

function items({ items: given, prefixItems }: JsonObject, place: Place): JsonObject {
  if (isObject(given) && prefixItems === undefined) return convert(given, place)
  const tuple = list(prefixItems ?? given).filter(isObject)
  return tuple.length > 0 ? convert({ anyOf: tuple }, place) : { type: 'string' }
}

/** The members of an object. A schema that is just `true` or `false` has no words here. */
function members({ properties, required }: JsonObject, place: Place): Writable {
  const known = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, property]) =>
    isObject(property) ? [[name, convert(property, place)] as const] : [],
  )
  const names = new Set(known.map(([name]) => name))
  const must = list(required).filter((name) => typeof name === 'string' && names.has(name))
  return {
    ...(known.length > 0 && { properties: Object.fromEntries(known) }),
    ...(must.length > 0 && { required: must }),
  }
}

function follow(reference: string, own: JsonObject, place: Place): JsonObject {
  const path = reference.replace(/^#\/?/u, '').split('/').filter(Boolean).map(unescaped)
  const found = path.reduce<Json | undefined>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    place.root,
  )
  const { description } = own
  if (!isObject(found) || place.open.includes(reference)) {
    const words = description ?? `Like ${path.at(-1) ?? 'the whole'}.`
    return { type: 'object', description: words }
  }
  const { $defs: _, definitions: __, ...target } = found
  const whole = convert(target, { ...place, open: [...place.open, reference] })
  return description === undefined ? whole : { ...whole, description }
}

/** A key of a JSON pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
function unescaped(key: string): string {
  return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A schema that asks for what two schemas ask for. */
export function both(one: JsonObject, other: JsonObject): JsonObject {
  const properties = {
    ...(isObject(one['properties']) && one['properties']),
    ...(isObject(other['properties']) && other['properties']),
  }
  const required = [...list(one['required']), ...list(other['required'])]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

/** What is said of a value of any type. */
function bare({
  description: _,
  title: __,
  default: ___,
  nullable: ____,
  type: _____,
  ...schema
}: JsonObject): JsonObject {
  return schema
}

/** Keeps in words what has no keyword. */
function note(schema: JsonObject, out: Writable): void {
  const notes = NOTED.flatMap((keyword) => {
    const value = schema[keyword]
    return value === undefined || value === true ? [] : [`${keyword}: ${JSON.stringify(value)}`]
  })
  if (notes.length === 0) return
  out['description'] = [out['description'], `(${notes.join(', ')})`].filter((text) => text !== undefined).join(' ')
}

function list(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
