/**
 * OpenAI's responses: `POST /v1/responses`.
 *
 * @module
 */
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
