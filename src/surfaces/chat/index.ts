/**
 * OpenAI's chat completions: `POST /v1/chat/completions`.
 *
 * @module
 */
import type { Asked, Surface } from '../surface.ts'
import { errorBody } from './error.ts'
import { parse } from './request.ts'

/** The chat completions surface. It keeps nothing between two requests. */
export const chat: Surface<Asked> & { parse: typeof parse } = { parse, error: errorBody }
