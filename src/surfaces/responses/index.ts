/**
 * OpenAI's responses: `POST /v1/responses`.
 *
 * @module
 */
import type { JsonObject } from '../../canonical.ts'
import { errorBody } from '../chat/error.ts'
import type { Asked, Surface } from '../surface.ts'
import { forward } from './forward.ts'
import { parse } from './request.ts'

/** The responses surface. */
export const responses: Surface<Promise<Asked>> = {
  endpoint: '/responses',
  parse,
  forward,
  error: errorBody,
}

/** The same request, to be counted: `POST /v1/responses/input_tokens`. */
export const inputTokens: Surface<Promise<Asked>> = { ...responses, endpoint: '/responses/input_tokens' }

/** A count, in the words of OpenAI. */
export function renderCount(tokens: number): JsonObject {
  return { object: 'response.input_tokens', input_tokens: tokens }
}
