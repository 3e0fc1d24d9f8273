/**
 * The words of the Gemini API that encoding and decoding share, and what differs between the places that speak them.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json } from '../../src/canonical.ts'
import type { Extension } from './extension.ts'
import type { GeminiFact } from './models.ts'

/** Tag of Gemini's reasoning, as OpenRouter writes it in `reasoning_details[].format`. */
export const FORMAT = 'google-gemini-v1'

/** Where Google's own OpenAI-compatible API keeps what belongs to a call: `extra_content.google`. */
export const SLOT = 'google'

/** A part, a tool or a body under construction. */
export type Native = { [key: string]: Json | undefined }

/** A turn of the native conversation. */
export interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: Native[]
}

/** One place that serves Gemini models: its paths, and what it does in its own way. */
export interface GeminiPlace {
  /** Appended to the base URL. `model` is as the client named it. */
  path(model: string, stream: boolean): string
  /** What is known of a model here. */
  knownOf(model: string): GeminiFact
  /** Whether it reads an address by itself. */
  reads(url: URL): boolean
  /** The URI of an uploaded file by its id; nothing where the id is none of this place's. */
  fileUri(id: string): string | undefined
  /** How a tier of service is asked for, by OpenAI's name; nothing where there is no such tier. */
  tier(name: string): { readonly body?: Native; readonly headers?: Readonly<Record<string, string>> } | undefined
  /** Whether calls and results bear ids. */
  readonly functionIds: boolean
  /** Members of the request that only the other places know. */
  readonly refuses: readonly string[]
}

/** What every part of the encoding needs to know. */
export interface Task {
  readonly request: ChatRequest
  readonly fact: GeminiFact
  readonly place: GeminiPlace
  readonly extension: Extension
  /** The name each tool goes by with the provider. */
  readonly names: ReadonlyMap<string, string>
  readonly warn: Warn
}

/** The members that are there. */
export function present(members: Native): Native {
  const kept: Native = {}
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name]
  return kept
}
