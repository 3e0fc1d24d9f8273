/**
 * Telling clients what had no effect.
 *
 * @module
 */
import type { Warn } from './adapter.ts'
import { badRequest } from './errors.ts'

/** The warnings of one request. */
export interface Warnings {
  /** Notes a loss; where losses are to be refused, throws a 400 instead. */
  readonly warn: Warn
  /** Notes a loss that showed only in the reply, when it is too late to refuse. */
  readonly note: Warn
  /** An empty list of the same strictness, for one of several tries. */
  fork(): Warnings
  /** All of them, in order. */
  list(): readonly Warning[]
  /** All of them as `param=reason; …`: ASCII, at most 1 KiB, and then how many more there are. Nothing where there are none. */
  header(): string | undefined
}

/** What had no effect, or another one, and why. */
export type Warning = { readonly param: string; readonly reason: string }

const LIMIT = 1024
/** No warning is so long that it leaves no room for others. */
const LONGEST = 256

/** An empty list of warnings. */
export function createWarnings(refuse: boolean): Warnings {
  // By what they say: a request of several calls says the same of each.
  let noted: Map<string, Warning> | undefined
  const note: Warn = (param, reason) => {
    noted ??= new Map()
    noted.set(`${param}=${reason}`, { param, reason })
  }
  return {
    note,
    warn(param, reason) {
      if (refuse) throw badRequest(`${param} cannot have its effect here: ${reason}.`, param, 'unsupported_parameter')
      note(param, reason)
    },
    fork: () => createWarnings(refuse),
    list: () => (noted ? [...noted.values()] : []),
    header: () => noted && fitting([...noted.keys()].map(printable)),
  }
}

/** Text without what separates warnings, or breaks a header. */
function printable(text: string): string {
  return text
    .replaceAll(';', ',')
    .replace(/[^ -~]/gu, '?')
    .slice(0, LONGEST)
}

/** As many of them as there is room for. */
function fitting(warnings: readonly string[]): string {
  const all = warnings.join('; ')
  if (all.length <= LIMIT) return all
  let text = ''
  for (const [index, warning] of warnings.entries()) {
    const next = index === 0 ? warning : `${text}; ${warning}`
    const more = `; and ${warnings.length - index} more`
    if (next.length + more.length > LIMIT) return text + more
    text = next
  }
  return text
}
