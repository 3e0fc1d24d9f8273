/**
 * Failures, in OpenAI's terms.
 *
 * @see https://docs.cohere.com/reference/errors
 * @module
 */
import type { Failure } from '../../src/canonical.ts'
import { errorBody } from './wire.ts'

/** Explains a non-2xx reply. */
export function failure(status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? explain(parsed.data.message, status) : mapped(status)
}

/** Explains an error by what it says, and by its status. The provider has no codes. */
export function explain(message: string, status: number): Partial<Failure> & Pick<Failure, 'message'> {
  if (status === 402 || (status === 429 && SPENT.test(message))) {
    return { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', message, retry: false }
  }
  if (status === 400 && TOO_LONG.test(message)) {
    return { status, code: 'context_length_exceeded', param: 'messages', message }
  }
  if (status === 404 && UNKNOWN_MODEL.test(message)) return { status, code: 'model_not_found', param: 'model', message }
  return { ...mapped(status), message }
}

/** A trial key runs out by the month; by the minute it is merely slowed down. */
const SPENT = /API calls\s*\/\s*month|billing/iu
/** Of the documented messages that begin so, one is about `max_tokens`. */
const TOO_LONG = /^too many tokens: (?!max tokens)/u
const UNKNOWN_MODEL = /^model '.*' not found/u

/** Statuses that mean something else to OpenAI's clients. The rest mean the same. */
function mapped(status: number): Partial<Failure> {
  if (status === 422 || status === 501) return { status: 400 }
  // The provider's word for a token that is no longer good.
  if (status === 498) return { status: 401 }
  // The provider gave up because somebody hung up: not our client, or nobody would read this.
  if (status === 499) return { status: 503 }
  return status === 500 || status === 502 ? { status: 502, code: 'upstream_error' } : { status }
}
