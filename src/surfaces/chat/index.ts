/**
 * OpenAI's chat completions: `POST /v1/chat/completions`.
 *
 * @module
 */
import type { Surface } from '../surface.ts'
import { errorBody } from './error.ts'
import { parse } from './request.ts'

/** The chat completions surface. */
export const chat: Surface = { parse, error: errorBody }
