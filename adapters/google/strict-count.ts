/**
 * The native request for a count, judged as strictly as the provider does.
 *
 * @see https://ai.google.dev/api/tokens
 * @module
 */
import { z } from 'zod'
import { excerpt } from '../../src/wire/excerpt.ts'
import { generateRequest } from './strict.ts'

/** A native request for a count that the provider accepts: contents alone, or the whole request, which names its model again. */
export const countRequest = z.union([
  excerpt(['contents'], generateRequest),
  z
    .strictObject({
      generateContentRequest: generateRequest.refine(({ model }) => model !== undefined, {
        path: ['model'],
        message: 'model is required',
      }),
    })
    .transform(({ generateContentRequest: request }) => request),
])
