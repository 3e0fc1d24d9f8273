/**
 * Embeddings of the sandbox: of no meaning, but texts that have words in common have something in common.
 *
 * @module
 */
import type { JsonObject } from '../canonical.ts'
import { unit } from '../wire/floats.ts'
import { modelName, tell } from './stage.ts'

/** The embedding that a text always has: as many numbers as are wanted, together of the length 1. */
export function embedding(text: string, dimensions: number): readonly number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]
  const sums = Array.from({ length: dimensions }, () => 0)
  for (const word of words) {
    const next = randomly(word)
    for (let at = 0; at < dimensions; at++) sums[at] = (sums[at] ?? 0) + next()
  }
  return unit(sums).map(Math.fround)
}

/** What is to be embedded, and how it is told. */
export interface Embedding {
  /** The model's name, with the misbehaviour that is asked for behind it. */
  readonly model: string
  readonly texts: readonly string[]
  /** The reply of the model that is meant. */
  reply(model: string): JsonObject
  readonly headers: Readonly<Record<string, string>>
  /** A reply with an error status. */
  fail(status: number, message: string): Response
}

/** Tells embeddings, or fails in the way the texts or the model's name ask for. */
export function tellEmbedding(request: Request, { model, texts, reply, headers, fail }: Embedding): Promise<Response> {
  const prompt = { model, text: texts.join(' '), ...SILENT }
  const told = () => ({ body: reply(modelName(model)), events: [] })
  return tell(request, prompt, { streamed: false, reply: told, failure: '', headers, fail })
}

/** What a prompt says that is none. */
const SILENT = {
  instructions: '',
  attachments: [],
  results: [],
  tools: [],
  choice: 'none',
  parallel: false,
  thinking: false,
  stop: [],
} as const

/** Numbers from -1 to 1 that follow from a text: FNV-1a to begin with, then Lehmer's generator. */
function randomly(text: string): () => number {
  let state = 0x811c9dc5
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  state = (state % 0x7ffffffe) + 1
  return () => {
    state = (state * 48_271) % 0x7fffffff
    return (state / 0x7fffffff) * 2 - 1
  }
}
