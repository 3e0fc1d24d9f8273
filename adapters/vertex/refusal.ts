/**
 * Failing to get an access token, as clients are told of it: through no fault of theirs.
 *
 * @module
 */
import { failure, GatewayError } from '../../src/errors.ts'

/** The error for credentials that do not work. Trying again helps where it was the way to Google that failed. */
export function refusal(
  problem: string,
  { cause, retry = false }: { cause?: unknown; retry?: boolean } = {},
): GatewayError {
  const message = `The gateway has no access token for Vertex AI. ${problem}.`
  const code = retry ? 'upstream_unreachable' : 'upstream_authentication_failed'
  return new GatewayError(failure({ status: 502, code, message, retry, ...(cause !== undefined && { cause }) }))
}
