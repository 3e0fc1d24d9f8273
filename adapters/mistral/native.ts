/**
 * The words of Mistral's chat API that all of its encoding shares.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json } from '../../src/canonical.ts'
import type { MistralFact } from './models.ts'

/** Tag of Mistral's thoughts, as `reasoning_details[].format`. */
export const FORMAT = 'mistral'

/** A message, a chunk or a body under construction. */
export type Native = { [key: string]: Json | undefined }

/** What the configuration says about every request. */
export interface Settings {
  /** What the assistant is made to say between the result of a tool and the user; nothing where it is empty. */
  readonly bridge: string
}

/** What every part of the encoding needs to know. */
export interface Task {
  readonly request: ChatRequest
  readonly settings: Settings
  readonly fact: MistralFact | undefined
  readonly warn: Warn
}
