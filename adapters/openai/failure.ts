/**
 * What a chat completions API says when it fails.
 *
 * @see https://platform.openai.com/docs/guides/error-codes/api-errors
 * @module
 */
import type { ReplyHeaders } from '../../src/adapter.ts'
import type { Failure } from '../../src/canonical.ts'
import { describe } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import type { Dialect } from './dialect.ts'
import { verbatim } from './usage.ts'

/** Errors by a provider's own code, type or status → the status and the code they amount to. */
export type KnownErrors = Readonly<Record<string, readonly [status: number, code?: string]>>

/** What a table says of errors. */
type Differences = Pick<Dialect, 'errors' | 'complaint' | 'details'>

/** Explains a non-2xx reply. */
export function explain(table: Differences, status: number, body: unknown, headers: ReplyHeaders): Partial<Failure> {
  const retryAfter = waiting(headers)
  return { status, ...described(table, status, body), ...(retryAfter !== undefined && { retryAfter }) }
}

/** Explains an error that came in place of a reply, or in the middle of one. */
export function explainInside(
  table: Differences,
  frame: Readonly<Record<string, unknown>>,
): Partial<Failure> & Pick<Failure, 'message'> {
  const status = statusOf(frame)
  return { message: 'The provider reported an error without a message.', status, ...described(table, status, frame) }
}

/** What remains of the provider's rate limits, told in the same headers. */
export function rateLimits(headers: ReplyHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit-')))
}

/** What OpenAI says where money is missing: another try cannot help. */
const QUOTA = { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', retry: false } as const

/** Codes that mean it. */
const UNPAID = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active'])

function described(
  { errors = {}, complaint, details = [] }: Differences,
  status: number,
  body: unknown,
): Partial<Failure> {
  const error = errorIn(body)
  if (!error) return status === 402 ? QUOTA : {}
  const { type, param } = error
  const message = complaint?.(error) ?? error['message']
  const code = typeof error['code'] === 'number' ? String(error['code']) : error['code']
  const extra = Object.entries(error).filter(([name, value]) => details.includes(name) && value != null)
  const known = {
    ...(typeof message === 'string' && message !== '' && { message }),
    ...(typeof type === 'string' && type !== '' && { type }),
    ...(typeof param === 'string' || param === null ? { param } : {}),
    ...(typeof code === 'string' || code === null ? { code } : {}),
    ...(extra.length > 0 && { extra: verbatim(Object.fromEntries(extra)) }),
  }
  const [meant, as] = errors[String(code)] ?? errors[String(type)] ?? errors[String(status)] ?? []
  const unpaid = (meant ?? status) === 402 || UNPAID.has(String(code)) || UNPAID.has(String(type))
  if (unpaid) return { ...known, ...QUOTA }
  if (meant === undefined) return known
  const usual = describe(meant)
  return { ...known, status: meant, type: usual.type, code: as ?? usual.code }
}

/** The object that describes the error, wherever it hides. Compatible servers have it in `error`, flat, in a list, or as a text. */
function errorIn(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(body)) return errorIn(body[0])
  if (!isObject(body)) return undefined
  const { error, detail, errors } = body
  if (isObject(error)) return error
  if (typeof error === 'string') return { ...body, message: error }
  if (typeof body['message'] === 'string') return body
  if (typeof detail === 'string') return { message: detail }
  const [first] = Array.isArray(detail) ? detail : Array.isArray(errors) ? errors : []
  // FastAPI's validation errors: `{ loc, msg, type }`, where `type` is a rule's name and not a class of error.
  return isObject(first) ? { message: first['msg'] ?? first['message'] } : undefined
}

/** The status an error inside a reply amounts to: its own where it has one, else that of its type. */
function statusOf(frame: Readonly<Record<string, unknown>>): number {
  const error = errorIn(frame)
  for (const status of [error?.['status_code'], error?.['status'], error?.['code'], frame['status_code']]) {
    if (typeof status === 'number' && status >= 400 && status < 600) return status
  }
  return STATUS.get(String(error?.['type'])) ?? 502
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['rate_limit_error', 429],
  ['tokens', 429],
  ['requests', 429],
  ['insufficient_quota', 429],
  ['server_error', 500],
])

/** Seconds to wait: `retry-after-ms`, or `retry-after` in seconds or as a date. */
function waiting(headers: ReplyHeaders): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds / 1000
  const after = headers.get('retry-after')
  if (after === null) return undefined
  // A date counts from the provider's own clock, which the same reply tells.
  const seconds = Number.isNaN(Number(after))
    ? (Date.parse(after) - Date.parse(headers.get('date') ?? '')) / 1000
    : Number(after)
  return seconds >= 0 ? seconds : undefined
}
