/**
 * JSON that survives the way through: big numbers, key order, and text that is JSON already.
 *
 * @module
 */
import type { Json, JsonObject } from '../canonical.ts'

/** JSON text to be written as it stands. Parsing it to write it again would reorder keys and round big integers. */
class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): unknown {
    return verbatim ? `${MARK}${verbatim.push(this.text) - 1}` : JSON.parse(this.text)
  }
}

// Nobody outside this process can know the mark, so no client can write one.
const MARK = `raw:${crypto.randomUUID()}:`
const MARKED = new RegExp(`"${MARK}(\\d+)"`, 'g')

/** What raw JSON the `stringify` under way has met. It is synchronous, so there is one at a time. */
let verbatim: string[] | undefined

/** JSON text as a value that `stringify` writes byte for byte. */
export function rawJson(text: string): JsonObject {
  // The class has no members a reader could mistake for JSON's; only `stringify` looks inside.
  return new RawJson(text) as unknown as JsonObject
}

/** Writes JSON, raw pieces verbatim. */
export function stringify(value: Json): string {
  const texts: string[] = []
  verbatim = texts
  try {
    const text = JSON.stringify(value)
    return texts.length === 0 ? text : text.replace(MARKED, (_, index: string) => texts[Number(index)] ?? 'null')
  } finally {
    verbatim = undefined
  }
}

/** Numbers that `Number` may not hold exactly. */
const RISKY = /\d{16}|\d[eE][+-]?\d{3}/u

/** Parses JSON. Numbers that would be rounded keep their digits and are written again as they were, where the runtime can do that. */
export function parseJson(text: string): unknown {
  return RISKY.test(text) ? JSON.parse(text, exact) : JSON.parse(text)
}

/** JSON's raw numbers, younger than the type library and than some runtimes. */
const rawJSON: ((text: string) => unknown) | undefined = Reflect.get(JSON, 'rawJSON')

function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || !rawJSON || String(value) === source) return value
  return Number.isSafeInteger(value) || !RISKY.test(source) ? value : rawJSON(source)
}

/** Whether a value is a JSON object: not `null`, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that JSON text holds; nothing where it holds anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
