/**
 * Failures of Acme, in OpenAI's terms.
 *
 * @module
 */
import type { Failure } from 'dragoman'
import { errorBody, type Trouble } from './wire.ts'

/** Explains a reply that is none. Whatever is left out, the gateway derives from the status. */
export function failure(_status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? explain(parsed.data.trouble) : {}
}

/** Explains what went wrong: before the reply, or in the middle of it. */
export function explain({ kind, says, wait }: Trouble): Partial<Failure> & Pick<Failure, 'message'> {
  return {
    ...KINDS[kind],
    message: says,
    ...(wait !== undefined && { retryAfter: wait }),
  }
}

const KINDS: Readonly<Record<string, Partial<Failure>>> = {
  unclear: { status: 400 },
  'too-long': { status: 400, code: 'context_length_exceeded', param: 'messages' },
  stranger: { status: 401 },
  'no-engine': { status: 404, code: 'model_not_found', param: 'model' },
  busy: { status: 429 },
  tired: { status: 503 },
}
