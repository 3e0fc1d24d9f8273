/**
 * Failures of Sample, in OpenAI's terms.
 *
 * @module
 */
import type { Failure } from '../../../../src/canonical.ts'
import { errorBody } from './wire.ts'

/** Explains a non-2xx reply. Whatever is left out, the core derives from the status. */
export function failure(_status: number, body: unknown): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  return parsed.success ? parsed.data.error : {}
}
