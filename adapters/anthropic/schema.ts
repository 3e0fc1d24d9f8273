/**
 * JSON Schemas in the dialect of structured outputs: closed objects, few constraints, no recursion.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject, stringify } from '../../src/wire/json.ts'

/** A schema the provider can enforce, and what it counts towards the limits of a request. */
export interface Closed {
  readonly schema: JsonObject
  /** Properties that are not required. */
  readonly optional: number
  /** Schemas with more than one type. */
  readonly unions: number
}

/** The most a request may hold, over the schemas of its strict tools and of its answer. */
export const LIMITS = { strictTools: 20, optional: 24, unions: 16 }

/** The schema as the provider takes it; nothing where it cannot say the same. Constraints it does not enforce are told in words. */
export function close(schema: JsonObject): Closed | undefined {
  const count = { optional: 0, unions: 0 }
  const closed = schema['type'] === 'object' && !recursive(schema) ? node(schema, count) : undefined
  return isObject(closed) ? { schema: closed, ...count } : undefined
}

interface Count {
  optional: number
  unions: number
}

/** Members that are taken over as they are. */
const KEPT = new Set(['$ref', '$schema', '$id', 'title', 'description', 'default', 'required', 'type', 'enum', 'const'])
/** Members that hold one schema, several in a list, or several by name. */
const ONE = new Set(['items'])
const LIST = new Map([
  ['anyOf', 'anyOf'],
  ['oneOf', 'anyOf'],
  ['allOf', 'allOf'],
])
const NAMED = new Set(['properties', '$defs', 'definitions'])
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'])

/** One schema, closed; nothing where that is impossible. */
function node(value: Json | undefined, count: Count): JsonObject | undefined {
  if (!isObject(value) || isOpen(value) || hasComplexValues(value) || isForeign(value)) return undefined
  const closed: Record<string, Json> = {}
  const told: string[] = []
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || key === 'additionalProperties') continue
    const kept = keep(key, member, count)
    if (kept === 'impossible') return undefined
    if (kept) closed[kept.key] = kept.member
    else told.push(`${key}: ${stringify(member)}`)
  }
  if (told.length > 0) closed['description'] = [closed['description'], told.join(', ')].filter(Boolean).join('\n')
  if (isObjectType(value)) {
    closed['additionalProperties'] = false
    count.optional += Object.keys(closed['properties'] ?? {}).length - required(value)
  }
  if (Array.isArray(value['type']) || 'anyOf' in value || 'oneOf' in value) count.unions++
  return closed
}

type Kept = { readonly key: string; readonly member: Json } | 'impossible' | undefined

function keep(key: string, member: Json, count: Count): Kept {
  const list = LIST.get(key)
  if (KEPT.has(key) || isEnforced(key, member)) return { key, member }
  if (ONE.has(key)) return wrap(key, node(member, count))
  if (list && Array.isArray(member)) return wrap(list, all(member.map((one: Json) => node(one, count))))
  if (NAMED.has(key) && isObject(member)) {
    const names = Object.keys(member)
    const nodes = all(names.map((name) => node(member[name], count)))
    return wrap(key, nodes && Object.fromEntries(names.map((name, index) => [name, nodes[index]])))
  }
  return undefined
}

function wrap(key: string, member: Json | undefined): Kept {
  return member === undefined ? 'impossible' : { key, member }
}

function all<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length ? known : undefined
}

/** Constraints the provider does enforce. Of regular expressions it knows the regular part. */
function isEnforced(key: string, member: Json): boolean {
  if (key === 'format') return typeof member === 'string' && FORMATS.has(member)
  if (key === 'minItems') return member === 0 || member === 1
  return key === 'pattern' && typeof member === 'string' && !/\(\?[=!<]|\\[1-9bBk]/u.test(member)
}

function isObjectType(value: JsonObject): boolean {
  return (
    value['type'] === 'object' ||
    (Array.isArray(value['type']) && value['type'].includes('object')) ||
    'properties' in value
  )
}

/** Whether an object may hold members nobody named. */
function isOpen(value: JsonObject): boolean {
  if (!isObjectType(value)) return false
  const extra = value['additionalProperties']
  return extra === undefined ? !isObject(value['properties']) : extra !== false
}

function hasComplexValues(value: JsonObject): boolean {
  const values = value['enum']
  const listed = Array.isArray(values) ? values : []
  return [...listed, value['const']].some((one) => typeof one === 'object' && one !== null)
}

function isForeign({ $ref }: JsonObject): boolean {
  return $ref !== undefined && !(typeof $ref === 'string' && /^#\/(?:\$defs|definitions)\/[^/]+$/u.test($ref))
}

function required(value: JsonObject): number {
  const names = value['required']
  const properties = value['properties']
  if (!Array.isArray(names) || !isObject(properties)) return 0
  return names.filter((name) => typeof name === 'string' && name in properties).length
}

/** Whether a definition leads back to itself. */
function recursive(schema: JsonObject): boolean {
  const definitions: JsonObject = { ...named(schema['definitions']), ...named(schema['$defs']) }
  const done = new Set<string>()
  const visit = (value: Json | undefined, path: readonly string[]): boolean => {
    if (typeof value !== 'object' || value === null) return false
    const target = isObject(value) && typeof value['$ref'] === 'string' ? value['$ref'].split('/').at(-1) : undefined
    if (target !== undefined) {
      if (path.includes(target)) return true
      if (!done.has(target) && visit(definitions[target], [...path, target])) return true
      done.add(target)
    }
    return Object.values(value).some((member) => visit(member, path))
  }
  const { $defs: _, definitions: __, ...root } = schema
  return visit(root, [])
}

function named(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
