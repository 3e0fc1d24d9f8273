/**
 * Failures, in OpenAI's terms.
 *
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting
 * @see https://cloud.google.com/apis/design/errors
 * @module
 */
import type { Failure } from '../../src/canonical.ts'
import { errorBody, type WireError, type WireFrame } from './wire.ts'

/** A 200 that holds nothing, not even a reason. */
export const emptyReply: WireFrame = {
  error: { code: 502, message: 'The provider sent an empty reply.', status: 'EMPTY' },
}

/** Explains a non-2xx reply. */
export function failure(status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? explain(parsed.data.error, status) : mapped(status)
}

/** Explains an error by its reason, its message and its status. Inside a stream it says its status itself. */
export function explain(error: WireError, status = statusOf(error)): Partial<Failure> & Pick<Failure, 'message'> {
  const { details, status: word } = error
  const message = error.message || `The provider failed with ${word ?? status}.`
  const reason = details?.find((one) => one.reason != null)?.reason
  if (reason === 'API_KEY_INVALID' || (status === 400 && KEY.test(message))) return { status: 401, message }
  if (status === 429) return { ...limited(error), message }
  if (status === 400 && TOO_LONG.test(message))
    return { status, code: 'context_length_exceeded', param: 'messages', message }
  if (status === 400 && PLACE.test(message))
    return { status: 403, type: 'permission_error', code: 'unsupported_country_region_territory', message }
  if (status === 403) return { status, code: reason?.toLowerCase() ?? 'permission_denied', message }
  if (status === 404 && MODEL.test(message)) {
    const model = /models\/(\S+)/u.exec(message)?.[1] ?? ''
    const said = `The model \`${model}\` does not exist or you do not have access to it. ${message}`
    return { status, type: 'invalid_request_error', code: 'model_not_found', param: 'model', message: said }
  }
  if (word === 'EMPTY') return { status, code: 'upstream_empty_response', message }
  return { ...mapped(status), ...retryIn(error), message }
}

const KEY = /API key (?:not valid|not found|expired)/iu
const TOO_LONG = /exceeds the maximum number of tokens allowed/u
const PLACE = /location is not supported/u
const MODEL = /is not found for API version|Publisher Model|models\/\S+ is not supported/u

/** Too much, for now or for good. */
function limited({ message, details }: WireError): Partial<Failure> {
  const quotas = details?.flatMap(({ violations }) => violations ?? []).map(({ quotaId }) => quotaId ?? '') ?? []
  const wait = retryIn({ details })
  const isSpent =
    quotas.some((id) => id.includes('PerDay')) || (!('retryAfter' in wait) && /\bbilling\b/iu.test(message ?? ''))
  if (isSpent) return { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', retry: false }
  return { status: 429, ...wait }
}

/** When to try again, as `RetryInfo` tells it: `34.4s`. */
function retryIn({ details }: Pick<WireError, 'details'>): { retryAfter?: number } {
  const delay = details?.find((one) => one.retryDelay != null)?.retryDelay
  const seconds = Number.parseFloat(delay ?? '')
  return Number.isFinite(seconds) ? { retryAfter: seconds } : {}
}

/** Statuses that mean something else to OpenAI's clients. The rest mean the same. */
function mapped(status: number): Partial<Failure> {
  if (status === 501) return { status: 400, code: 'unsupported' }
  if (status === 503) return { status, code: 'overloaded' }
  if (status === 499) return { status: 500 }
  return { status }
}

function statusOf({ code, status }: WireError): number {
  return code ?? STATUS.get(status ?? '') ?? 500
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ['INVALID_ARGUMENT', 400],
  ['FAILED_PRECONDITION', 400],
  ['OUT_OF_RANGE', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['ABORTED', 409],
  ['ALREADY_EXISTS', 409],
  ['RESOURCE_EXHAUSTED', 429],
  ['UNAVAILABLE', 503],
  ['DEADLINE_EXCEEDED', 504],
])
