/**
 * A failure as OpenAI's error.
 *
 * @module
 */
import type { Failure, JsonObject } from '../../canonical.ts'

/** Renders a failure. */
export function errorBody({ message, type, param, code, extra }: Failure): JsonObject {
  return { error: { message, type, param, code, ...extra } }
}
