/**
 * What a field is tried with: a request that has it, and the same request without.
 *
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'

/** One field in one form. */
export interface Probe {
  /** What the page calls it: `tool_choice: "none"`. */
  readonly name: string
  /** The members that a warning or an error about it may name. */
  readonly params: readonly string[]
  readonly whole: JsonObject
  readonly without: JsonObject
  /** Whether it asks for what happens anyway, so that nothing need come of it. */
  readonly idle?: boolean
  /** Whether a provider may refuse it, which is for the provider to say: words of others, or too many. */
  readonly foreign?: boolean
  /** Adapter → the model to try it with, where the adapter's own examples cannot do it at all. */
  readonly models?: Readonly<Record<string, string>>
}

/** A conversation of these messages. */
export function said(...messages: readonly JsonObject[]): JsonObject {
  return { messages }
}

/** What a person says. */
export function user(content: JsonObject[string] = 'Hi.'): JsonObject {
  return { role: 'user', content }
}

/** A function to call. */
export const tool = { type: 'function', function: { name: 'get_time', description: 'Tells the time.' } }
/** Another one. */
export const other = { type: 'function', function: { name: 'get_date', description: 'Tells the date.' } }
/** A tool that takes free text. */
export const custom = { type: 'custom', custom: { name: 'run', description: 'Runs code.' } }
/** A JSON Schema that every provider takes. */
export const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
}
/** Models for replies in other media. */
export const drawing = { google: 'gemini-3-pro-image-preview', vertex: 'gemini-3-pro-image-preview' }
/** Models that speak. */
export const speaking = { google: 'gemini-2.5-flash-preview-tts', vertex: 'gemini-2.5-flash-preview-tts' }
