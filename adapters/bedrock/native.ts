/**
 * The words of Converse that encoding and decoding share.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json, JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import type { BedrockFact } from './models.ts'

/** Tag of reasoning that came through Converse, whichever model had it. */
export const FORMAT = 'bedrock-converse'

/** A block, a tool or a body under construction. */
export type Native = { [key: string]: Json | undefined }

/** A turn of the native conversation. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: Native[]
}

/** What every part of the encoding needs to know. */
export interface Task {
  readonly request: ChatRequest
  readonly fact: BedrockFact
  readonly warn: Warn
}

/** The least that the API takes for something somebody said. Several models refuse white space. */
export const LEAST = '.'

/** An extension member that has to be an object. */
export function extension({ extra }: ChatRequest, name: string): JsonObject | undefined {
  const value = extra?.[name] ?? undefined
  if (value === undefined || isObject(value)) return value
  throw badRequest(`\`${name}\` must be an object.`, name, 'invalid_value')
}
