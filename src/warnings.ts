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
  /** All of them, in order. */
  list(): readonly { readonly param: string; readonly reason: string }[]
  /** All of them as `param=reason; …`: ASCII, at most 1 KiB. Nothing where there are none. */
  header(): string | undefined
}

const LIMIT = 1024

/** An empty list of warnings. */
export function createWarnings(refuse: boolean): Warnings {
  const noted = new Map<string, string>()
  const note: Warn = (param, reason) => {
    noted.set(param, reason)
  }
  return {
    note,
    warn(param, reason) {
      if (refuse) throw badRequest(`${param} cannot have its effect here: ${reason}.`, param, 'unsupported_parameter')
      note(param, reason)
    },
    list: () => Array.from(noted, ([param, reason]) => ({ param, reason })),
    header() {
      if (noted.size === 0) return undefined
      const text = [...noted].map(([param, reason]) => `${param}=${reason.replaceAll(';', ',')}`).join('; ')
      return text.replace(/[^ -~]/gu, '?').slice(0, LIMIT)
    },
  }
}
