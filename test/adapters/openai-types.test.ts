import type OpenAI from 'openai'
import { expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type { chatRequest } from '../../adapters/openai/strict.ts'
import type { chunk, completion, modelList } from '../../adapters/openai/wire.ts'

/** What zod would add to an object it lets through as it is. */
type Open<T> = T extends readonly (infer Item)[]
  ? Open<Item>[]
  : T extends object
    ? { [Key in keyof T]: Open<T[Key]> } & Record<string, unknown>
    : T

test('a whole reply, as the SDK types it, is one we read', () => {
  expectTypeOf<Open<OpenAI.ChatCompletion>>().toExtend<z.input<typeof completion>>()
})

test('a chunk, as the SDK types it, is one we read', () => {
  expectTypeOf<Open<OpenAI.ChatCompletionChunk>>().toExtend<z.input<typeof chunk>>()
})

test('a list of models, as the SDK types it, is one we read', () => {
  expectTypeOf<Open<{ object: 'list'; data: OpenAI.Model[] }>>().toExtend<z.input<typeof modelList>>()
})

test('the strict schema knows every member the SDK knows, and no other', () => {
  type Known = keyof z.input<typeof chatRequest>
  expectTypeOf<keyof OpenAI.ChatCompletionCreateParams>().toEqualTypeOf<Known>()
})
