/**
 * Proves, when it is type-checked, that whatever Ollama's own types let the server send is something we read.
 *
 * @module
 */
import type { ChatRequest, ChatResponse, ErrorResponse, ListResponse, Options } from 'ollama'
import type { z } from 'zod'
import type { chatRequest, SeenRequest } from '../../adapters/ollama/strict.ts'
import type { chunk, errorBody, modelList } from '../../adapters/ollama/wire.ts'
import type { Json } from '../../src/canonical.ts'

/** A type of the SDK as JSON: dates as text, interfaces as plain objects, and `unknown` as any JSON. */
type Wire<T> = unknown extends T
  ? Json
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [K in keyof T]: Wire<T[K]> }
        : T

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

/** Options of the SDK that its servers have given up. */
type Former = 'numa' | 'low_vram' | 'f16_kv' | 'logits_all' | 'vocab_only' | 'use_mlock' | 'embedding_only'

export type Proofs = [
  Reads<z.input<typeof chunk>, Wire<ChatResponse>>,
  Reads<z.input<typeof modelList>, Wire<ListResponse>>,
  Reads<z.input<typeof errorBody>, ErrorResponse>,
  // The strict schema knows every member of a request, and every option.
  Reads<keyof z.input<typeof chatRequest>, keyof ChatRequest>,
  Reads<keyof NonNullable<SeenRequest['options']>, Exclude<keyof Options, Former>>,
]
