/**
 * The words of the native API that encoding and decoding share.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json } from '../../src/canonical.ts'

/** Tag of thoughts told by Ollama, in `reasoning_details[].format`. */
export const FORMAT = 'ollama-v1'

/** A message, a tool or a body under construction. */
export type Native = { [key: string]: Json | undefined }

/** What every part of the encoding needs to know. */
export interface Task {
  readonly request: ChatRequest
  readonly warn: Warn
}
