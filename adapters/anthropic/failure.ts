/**
 * Failures and limits, in OpenAI's terms.
 *
 * @see https://platform.claude.com/docs/en/api/errors
 * @see https://platform.claude.com/docs/en/api/rate-limits
 * @module
 */
import type { ReplyHeaders } from '../../src/adapter.ts'
import type { Failure } from '../../src/canonical.ts'
import { errorBody, type WireError } from './wire.ts'

/** Explains a non-2xx reply. */
export function failure(status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? explain(parsed.data.error, status) : mapped(status)
}

/** Explains an error by its type, and by its status where it has one: inside a stream it has none. */
export function explain(
  error: WireError,
  status = STATUS.get(error.type) ?? 500,
): Partial<Failure> & Pick<Failure, 'message'> {
  const { message } = error
  const code = error.details?.error_code ?? null
  if (SPENT.test(message) || status === 402 || (code !== null && SPEND_LIMITS.has(code))) {
    return { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', message, retry: false }
  }
  if (TOO_LONG.test(message)) {
    return { ...mapped(400), code: 'context_length_exceeded', param: 'messages', message }
  }
  if (status === 404) {
    const model = /^model: (.+)$/u.exec(message)?.[1]
    if (!model) return { status, message }
    const said = `The model \`${model}\` does not exist or you do not have access to it.`
    return { status, type: 'invalid_request_error', code: 'model_not_found', param: 'model', message: said }
  }
  return { ...mapped(status), ...(status === 409 && { code }), message }
}

const SPENT = /credit balance is too low|specified API usage limits/u
const SPEND_LIMITS = new Set(['enforced_spend_limit_reached', 'contract_spend_limit_reached'])
const TOO_LONG = /prompt is too long|exceed context limit/u

/** Statuses that mean something else to OpenAI's clients. The rest mean the same. */
function mapped(status: number): Partial<Failure> {
  if (status === 422) return { status: 400 }
  if (status === 529) return { status: 503, type: 'server_error', code: 'overloaded_error' }
  if (status === 502) return { status: 503 }
  if (status === 501 || status > 504) return { status: 500 }
  return { status }
}

const STATUS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    conflict_error: 409,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    timeout_error: 504,
    overloaded_error: 529,
  }),
)

/** What remains of the limits, in OpenAI's headers. */
export function rateLimits(headers: ReplyHeaders, now: number): Readonly<Record<string, string>> {
  let tokens: Limit | undefined
  for (const names of TOKENS) {
    const one = limit(headers, names, now)
    if (one && (!tokens || one.left < tokens.left)) tokens = one
  }
  const requests = limit(headers, REQUESTS, now)
  return { ...(requests && named(requests, 'requests')), ...(tokens && named(tokens, 'tokens')) }
}

/** The headers that tell of one limit. */
interface Names {
  readonly limit: string
  readonly remaining: string
  readonly reset: string
}

function namesOf(kind: string): Names {
  const prefix = `anthropic-ratelimit-${kind}`
  return { limit: `${prefix}-limit`, remaining: `${prefix}-remaining`, reset: `${prefix}-reset` }
}

/** Tokens are limited together or apart, by direction; the tightest limit is the one that matters. */
const TOKENS = ['tokens', 'input-tokens', 'output-tokens'].map(namesOf)
const REQUESTS = namesOf('requests')

interface Limit {
  readonly limit: string
  readonly remaining: string
  readonly reset: string | undefined
  readonly left: number
}

function limit(headers: ReplyHeaders, names: Names, now: number): Limit | undefined {
  const limit = headers.get(names.limit)
  const remaining = limit === null ? null : headers.get(names.remaining)
  if (limit === null || remaining === null) return undefined
  const instant = Date.parse(headers.get(names.reset) ?? '')
  return {
    limit,
    remaining,
    reset: Number.isNaN(instant) ? undefined : duration(instant - now),
    left: Number(remaining) / Number(limit),
  }
}

function named({ limit, remaining, reset }: Limit, what: string): Record<string, string> {
  return {
    [`x-ratelimit-limit-${what}`]: limit,
    [`x-ratelimit-remaining-${what}`]: remaining,
    ...(reset !== undefined && { [`x-ratelimit-reset-${what}`]: reset }),
  }
}

/** A span of time as OpenAI writes it, in Go's notation: `6m0s`, `59.2s`, `0s`. */
function duration(milliseconds: number): string {
  const tenths = Math.max(0, Math.round(milliseconds / 100))
  const seconds = (tenths % 600) / 10
  return tenths < 600 ? `${seconds}s` : `${Math.floor(tenths / 600)}m${seconds}s`
}
