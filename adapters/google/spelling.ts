/**
 * The two spellings of the API's members: it reads `functionCall` and `function_call` alike.
 *
 * @see https://protobuf.dev/programming-guides/json/
 * @module
 */
import { camelKey } from './extension.ts'

/** Members whose insides are the client's own words. */
const FREE: ReadonlySet<string> = new Set(['args', 'response', 'parametersJsonSchema', 'responseJsonSchema', 'labels'])

/** A native request in the spelling of the documentation. */
export function spelled(value: unknown): unknown {
  return respelled(value, camelKey)
}

function respelled(value: unknown, spell: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map(spelled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = spell(key)
      if (FREE.has(name)) return [name, member]
      // Properties of a schema have names of their own.
      return [name, name === 'properties' ? respelled(member, String) : spelled(member)]
    }),
  )
}
