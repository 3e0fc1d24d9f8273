/**
 * What is wrong with a request, in OpenAI's words.
 *
 * @module
 */
import type { z } from 'zod'
import { badRequest, type GatewayError } from '../errors.ts'

/** One thing wrong with a request. */
export interface Problem {
  readonly param: string | null
  readonly code: string
  readonly message: string
}

/** The path of a member, as OpenAI writes it: `messages[0].content`. Names that clients make up are cut where they grow long. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at ? '.' : ''}${String(key).slice(0, 64)}`))
    .join('')
}

/** The error that names every problem. */
export function refusal(problems: readonly Problem[]): GatewayError {
  const [first] = problems
  const told = problems.slice(0, MOST)
  const rest = problems.length - told.length
  const lines = problems.length === 1 ? told.map(({ message }) => message) : told.map(located)
  const message = [...lines, ...(rest > 0 ? [`And ${rest} more.`] : [])].join('\n')
  return badRequest(message, first?.param ?? null, first?.code ?? null)
}

/** The issues behind an issue: those of the branch of a union that the value was meant for, or itself. */
export function flatten(issue: Issue, prefix: readonly PropertyKey[] = []): readonly Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }]
  const branches: readonly (readonly Issue[])[] = issue.errors
  const meant = branches.find((branch) => !branch.some(aboutKind)) ?? branches.find((branch) => !branch.some(aboutType))
  return meant ? meant.flatMap((inner) => flatten(inner, path)) : [{ ...issue, path }]
}

/** Says what an issue, flattened, is about. */
export function problem(issue: Issue, body: unknown): Problem {
  if (issue.path.length === 0) {
    return { param: null, code: 'invalid_type', message: 'The request body must be a JSON object.' }
  }
  const param = pathOf(issue.path)
  const value = valueAt(body, issue.path)
  if (value === undefined) {
    return { param, code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.` }
  }
  return { param, ...words(issue, param, value) }
}

type Issue = z.core.$ZodIssue

/** Tags that name what is not supported, by where they stand. */
const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/\.(?:content|output)\[\d+\]\.type$/u, 'unsupported_content_part'],
  [/^input\[\d+\]\.type$/u, 'unsupported_input_item'],
]

const MOST = 20

function located({ param, message }: Problem): string {
  return param === null || message.includes(`'${param}'`) || message.startsWith(`${param}:`)
    ? message
    : `${param}: ${message}`
}

/** Whether an issue is about what kind of thing the value is: its type as a whole, or its tag. */
function aboutKind(issue: Issue): boolean {
  const [key] = issue.path
  return issue.path.length === 0 || (issue.path.length === 1 && key === 'type')
}

function aboutType(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_union')
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  )
}

function words(issue: Issue, param: string, value: unknown): Omit<Problem, 'param'> {
  switch (issue.code) {
    case 'invalid_type':
      return mistyped(param, [wanted(issue)], value)
    case 'invalid_union':
      return 'options' in issue && issue.options
        ? unlisted(param, issue.options, value)
        : mistyped(param, issue.errors.flat().map(wanted), value)
    case 'invalid_value':
      return unlisted(param, issue.values, value)
    case 'too_small':
      return small(param, issue.origin, Number(issue.minimum), value)
    case 'too_big':
      return big(param, issue.origin, Number(issue.maximum), value)
    case 'custom':
      return { code: 'invalid_value', message: `Invalid '${param}'. Expected ${String(issue.params?.['expected'])}.` }
    default:
      return { code: 'invalid_value', message: `Invalid value for '${param}'.` }
  }
}

function mistyped(param: string, expectations: readonly string[], value: unknown): Omit<Problem, 'param'> {
  const kinds = [...new Set(expectations)]
  const list = kinds.length > 1 ? `one of ${kinds.join(' or ')}` : kinds.join('')
  return {
    code: 'invalid_type',
    message: `Invalid type for '${param}': expected ${list}, but got ${got(value)} instead.`,
  }
}

function unlisted(param: string, values: readonly unknown[], value: unknown): Omit<Problem, 'param'> {
  if (typeof value !== 'string') return mistyped(param, ['a string'], value)
  const quoted = values.map((listed) => `'${String(listed)}'`)
  const last = quoted.length > 1 ? `${quoted.length > 2 ? ',' : ''} and ${quoted.pop()}` : ''
  // A long value is no slip of the pen but somebody's text, and that stays out of messages.
  const shown = value.length <= 40 ? `Invalid value: '${value}'.` : 'Invalid value.'
  const code = UNSUPPORTED.find(([path]) => path.test(param))?.[1] ?? 'invalid_value'
  return { code, message: `${shown} Supported values are: ${quoted.join(', ')}${last}.` }
}

function small(param: string, origin: string, minimum: number, value: unknown): Omit<Problem, 'param'> {
  if (origin === 'array' || origin === 'string') {
    const items = origin === 'array' ? 'an array' : 'a string'
    const message = `Invalid '${param}': empty ${origin}. Expected ${items} with minimum length ${minimum}, but got an empty ${origin} instead.`
    return { code: `empty_${origin}`, message }
  }
  const kind = origin === 'int' || Number.isInteger(value) ? 'integer' : 'decimal'
  const message = `Invalid '${param}': ${kind} below minimum value. Expected a value >= ${minimum}, but got ${String(value)} instead.`
  return { code: `${kind}_below_min_value`, message }
}

function big(param: string, origin: string, maximum: number, value: unknown): Omit<Problem, 'param'> {
  const kind = origin === 'int' || Number.isInteger(value) ? 'integer' : 'decimal'
  const message = `Invalid '${param}': ${kind} above maximum value. Expected a value <= ${maximum}, but got ${String(value)} instead.`
  return { code: `${kind}_above_max_value`, message }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  record: 'an object',
}

/** What an issue with the type of a value says was wanted. A tag is wanted of objects. */
function wanted(issue: Issue): string {
  return (issue.code === 'invalid_type' && EXPECTED[issue.expected]) || 'an object'
}

function got(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
