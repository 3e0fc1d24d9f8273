/**
 * A body held against the schema of a surface.
 *
 * @module
 */
import type { z } from 'zod'
import type { Warn } from '../adapter.ts'
import type { JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { flatten, pathOf, problem, refusal } from './problems.ts'

/** The body as the schema has it. Members nobody knows are reported and left out; a `GatewayError` names every problem. */
export function wellFormed<Shape extends z.ZodRawShape, Config extends z.core.$ZodObjectConfig>(
  schema: z.ZodObject<Shape, Config>,
  input: unknown,
  warn: Warn,
): z.output<z.ZodObject<Shape, Config>> {
  const body = rounded(input, schema.shape)
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap((issue) => flatten(issue))
  const problems = issues.filter(({ code }) => code !== 'unrecognized_keys').map((issue) => problem(issue, body))
  // One problem with a value is enough: a number too big for `n` is too big for an integer as well.
  const first = problems.filter(({ param }, index) => problems.findIndex((other) => other.param === param) === index)
  if (first.length > 0) throw refusal(first)
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  )
  for (const path of unknown) warn(pathOf(path), 'unknown')
  return schema.parse(unknown.reduce<unknown>(without, body))
}

function without(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (Array.isArray(value)) return value.with(Number(key), without(value[Number(key)], rest))
  if (!isObject(value)) return value
  const { [String(key)]: member, ...others } = value
  return rest.length === 0 ? others : { ...value, [String(key)]: without(member, rest) }
}

/** The parser of JSON keeps numbers with more digits than a double holds. Parameters are doubles: `0.69999999999999996` is 0.7. */
function rounded(body: unknown, shape: z.ZodRawShape): unknown {
  if (!isObject(body) || !hasRawNumber(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      key in shape && isRawNumber(value) ? Number(value.rawJSON) : value,
    ]),
  )
}

function hasRawNumber(body: JsonObject): boolean {
  for (const name in body) if (isRawNumber(body[name])) return true
  return false
}

function isRawNumber(value: unknown): value is { readonly rawJSON: string } {
  return isObject(value) && typeof value['rawJSON'] === 'string' && Object.isFrozen(value)
}
