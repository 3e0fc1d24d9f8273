/**
 * Reading JSON that nobody has checked: what is not there, or is something else, reads as empty.
 *
 * @module
 */

/** Members of an object, whatever they are. */
export type Members = Readonly<Record<string, unknown>>

/** The object that a value is, or an empty one. */
export function members(value: unknown): Members {
  return isMembers(value) ? value : {}
}

/** The array that a value is, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The string that a value is, or an empty one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The number that a value is, if it is one. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The members of an object that are neither `null` nor in the list. */
export function others(value: unknown, known: readonly string[]): Members {
  return Object.fromEntries(
    Object.entries(members(value)).filter(([key, member]) => member != null && !known.includes(key)),
  )
}

/** The JSON that a text holds; nothing where it holds none. */
export function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** Whether a value is an object and no array. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The payloads of server-sent events: an independent and simple reader, for whole texts only. */
export function events(body: string): readonly string[] {
  return body
    .split(/\r?\n\r?\n/u)
    .map((event) =>
      event
        .split(/\r?\n/u)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).replace(/^ /u, ''))
        .join('\n'),
    )
    .filter((data) => data.trim() !== '')
}
