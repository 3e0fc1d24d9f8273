/**
 * Failures, in OpenAI's terms.
 *
 * @see https://docs.ollama.com/api/errors
 * @module
 */
import type { Failure } from '../../src/canonical.ts'
import { errorBody } from './wire.ts'

/** Explains a non-2xx reply. */
export function failure(status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? explain(parsed.data.error, status) : mapped(status)
}

/** Explains an error by what it says, and by its status. Inside a stream it has none. */
export function explain(message: string, status = 502): Partial<Failure> & Pick<Failure, 'message'> {
  if (TOO_LONG.test(message)) {
    return { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded', param: 'messages', message }
  }
  if (status === 404) return { status, code: 'model_not_found', param: 'model', message }
  if (status === 402) {
    return { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', message, retry: false }
  }
  return { ...mapped(status), message }
}

/** What the server says where it may not cut the conversation to fit. */
const TOO_LONG = /exceed\w* (?:the )?(?:max(?:imum)? |available )?context (?:length|size|window)/u

/** Statuses that mean something else to OpenAI's clients. The rest mean the same. */
function mapped(status: number): Partial<Failure> {
  // The server gave up because somebody hung up: not our client, or nobody would read this.
  if (status === 499) return { status: 503 }
  return status === 500 || status === 502 ? { status: 502, code: 'upstream_error' } : { status }
}
