/**
 * Failures in OpenAI's terms.
 *
 * @module
 */
import type { Failure } from './canonical.ts'

/** What tells our errors, whichever copy of this package made them: an adapter may bring one of its own. */
const BRAND = Symbol.for('dragoman.error')

/** The one error Dragoman throws. It carries a `Failure`; the surface decides how that looks to a client. */
export class GatewayError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  readonly [BRAND] = true
  readonly failure: Failure
  /** What the client is told in headers besides: the provider's request id and rate limits. */
  readonly headers: Readonly<Record<string, string>>

  constructor(failure: Failure, headers: Readonly<Record<string, string>> = {}) {
    super(failure.message, { cause: failure.cause })
    this.name = 'GatewayError'
    this.failure = failure
    this.headers = headers
  }
}

/** A 400: the request is at fault, and `param` says where. */
export function badRequest(message: string, param?: string | null, code?: string | null): GatewayError {
  return new GatewayError({ ...describe(400), message, param: param ?? null, code: code ?? null })
}

/** Completes what is known of a failure from its status. */
export function failure(known: Partial<Failure> & Pick<Failure, 'message'>): Failure {
  return { ...describe(known.status ?? 502), ...known }
}

/** Type and code that OpenAI gives a status. */
export function describe(status: number): Omit<Failure, 'message'> {
  const [type, code] = STATUS[status] ?? (status >= 500 ? ['server_error', null] : ['invalid_request_error', null])
  return { status, type, code, param: null }
}

// https://platform.openai.com/docs/guides/error-codes/api-errors
const STATUS: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['permission_error', null],
  408: ['server_error', 'timeout'],
  409: ['conflict_error', null],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['rate_limit_error', 'rate_limit_exceeded'],
  502: ['server_error', 'upstream_unreachable'],
  503: ['server_error', 'service_unavailable'],
  504: ['server_error', 'timeout'],
}
