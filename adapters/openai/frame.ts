/**
 * Recognising chunks, the common ones at a glance.
 *
 * @module
 */
import type { Schema } from '../../src/adapter.ts'
import { isObject } from '../../src/wire/json.ts'
import { chunk, type Chunk } from './wire.ts'

/** The schema of a chunk, with a shortcut: the chunk that streams consist of is not copied to be checked. */
export const frame: Schema<Chunk> = {
  safeParse: (value) => (isPlain(value) ? { success: true, data: value } : chunk.safeParse(value)),
}

/** Whether a value is a chunk of one choice that says words and nothing else: all that `chunk` would check is checked here. */
function isPlain(value: unknown): value is Chunk {
  if (!isObject(value) || value['error'] != null || value['usage'] != null) return false
  const { created, choices } = value
  if (!Array.isArray(choices) || choices.length !== 1) return false
  const choice: unknown = choices[0]
  if (!isObject(choice) || ['finish_reason', 'logprobs', 'usage'].some((name) => choice[name] != null)) return false
  const { index, delta } = choice
  return (
    typeof index === 'number' &&
    (created == null || typeof created === 'number') &&
    areWords(value, HEAD) &&
    areWordsOnly(delta)
  )
}

function areWords(object: Readonly<Record<string, unknown>>, members: readonly string[]): boolean {
  for (const member of members) if (!isWord(object[member])) return false
  return true
}

function areWordsOnly(delta: unknown): boolean {
  if (!isObject(delta)) return false
  for (const member in delta) if (!WORDS.has(member) || !isWord(delta[member])) return false
  return true
}

function isWord(value: unknown): boolean {
  return value == null || typeof value === 'string'
}

const HEAD = ['id', 'model', 'service_tier', 'system_fingerprint']
const WORDS = new Set(['role', 'content', 'refusal', 'reasoning_content', 'reasoning'])
