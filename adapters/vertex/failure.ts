/**
 * Failures in OpenAI's terms: Claude's own, and those of the cloud in front of every model.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors
 * @module
 */
import type { Failure } from '../../src/canonical.ts'
import { failure as claudeFailure } from '../anthropic/failure.ts'
import { errorBody } from '../anthropic/wire.ts'
import { failure as googleFailure } from '../google/failure.ts'

/** Explains a non-2xx reply, whichever of the two gave it. */
export function failure(status: number, body: unknown): Partial<Failure> {
  const told = errorBody.safeParse(body).success ? claudeFailure(status, body) : googleFailure(status, body)
  const model = status === 404 ? MISSING.exec(told.message ?? '')?.[1] : undefined
  return model === undefined ? told : { ...told, ...noModel(model) }
}

/** The resource names the project, which is no client's business. */
const MISSING = /Publisher Model `[^`]*\/models\/([^`]+)` (?:was|is) not/u

function noModel(model: string): Partial<Failure> {
  const message = `The model \`${model}\` does not exist at this location or you do not have access to it.`
  return { type: 'invalid_request_error', code: 'model_not_found', param: 'model', message }
}
