/**
 * The words of the Messages API that encoding and decoding share.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json, JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sha256 } from '../../src/wire/digest.ts'
import { isObject } from '../../src/wire/json.ts'
import type { ClaudeFact } from './models.ts'

/** Tag of Claude's reasoning, as OpenRouter writes it in `reasoning_details[].format`. */
export const FORMAT = 'anthropic-claude-v1'

/** A block, a tool or a body under construction. */
export type Native = { [key: string]: Json | undefined }

/** A turn of the native conversation. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: Native[]
}

/** What every part of the encoding needs to know. */
export interface Task {
  readonly request: ChatRequest
  readonly fact: ClaudeFact
  readonly warn: Warn
}

/** An extension member that has to be an object. */
export function extension({ extra }: ChatRequest, name: string): JsonObject | undefined {
  const value = extra?.[name] ?? undefined
  if (value === undefined || isObject(value)) return value
  throw badRequest(`\`${name}\` must be an object.`, name, 'invalid_value')
}

/** Text in the alphabet of ids. What does not fit is replaced, and a digest keeps different texts apart. */
export function plain(text: string): string {
  return /^[a-zA-Z0-9_-]+$/u.test(text) ? text : `${text.replace(/[^a-zA-Z0-9_-]/gu, '_')}_${sha256(text).slice(0, 8)}`
}
