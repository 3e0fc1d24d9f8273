/**
 * Proves, when it is type-checked, that whatever Cohere's own types let the provider send is something we read.
 *
 * @module
 */
import type { Cohere } from 'cohere-ai'
import type { z } from 'zod'
import type { chatRequest } from '../../adapters/cohere/strict.ts'
import type { body, errorBody, frame, modelPage } from '../../adapters/cohere/wire.ts'
import type { Json } from '../../src/canonical.ts'

/** A name of the SDK as it is on the wire. */
type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Uppercase<Head> ? (Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`) : Head}${Snake<Tail>}`
  : S

/** A type of the SDK as JSON on the wire: its own names, interfaces as plain objects, and `unknown` as any JSON. */
type Wire<T> = unknown extends T
  ? Json
  : T extends string
    ? T
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [K in keyof T as K extends string ? Snake<K> : K]: Wire<T[K]> }
        : T

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

export type Proofs = [
  Reads<z.input<typeof body>, Wire<Cohere.V2ChatResponse>>,
  Reads<z.input<typeof frame>, Wire<Cohere.V2ChatStreamResponse>>,
  Reads<z.input<typeof modelPage>, Wire<Cohere.ListModelsResponse>>,
  Reads<z.input<typeof errorBody>, { id: string; message: string }>,
  // The strict schema knows every member of a request.
  Reads<keyof z.input<typeof chatRequest>, Snake<keyof Cohere.V2ChatRequest>>,
]
