/**
 * Comparing what was told with what should have been, member by member.
 *
 * @module
 */
import { isMembers } from './reading.ts'

/** What a value must be like, where it need not equal another. */
export class Like {
  readonly says: string
  readonly holds: (actual: unknown) => boolean

  constructor(says: string, holds: (actual: unknown) => boolean) {
    this.says = says
    this.holds = holds
  }
}

/** One place where two values differ. */
export interface Difference {
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** Where the two differ. A member that is `null` counts as absent: OpenAI's clients cannot tell. */
export function differences(expected: unknown, actual: unknown, path = ''): readonly Difference[] {
  if (expected instanceof Like) {
    return expected.holds(actual) ? [] : [{ path, expected: expected.says, actual: show(actual) }]
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`))
  }
  if (isMembers(expected) && isMembers(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...names].flatMap((name) => differences(expected[name], actual[name], path ? `${path}.${name}` : name))
  }
  const same = expected === actual || (expected == null && actual == null)
  return same ? [] : [{ path, expected: show(expected), actual: show(actual) }]
}

/** Text that must be JSON of the same value. */
export function jsonLike(value: unknown): Like {
  return new Like(`JSON of ${show(value)}`, (actual) => {
    if (typeof actual !== 'string') return false
    try {
      return differences(value, JSON.parse(actual)).length === 0
    } catch {
      return false
    }
  })
}

/** A member that may be there, if it is this. */
export function maybe(value: unknown): Like {
  return new Like(`absent, or ${show(value)}`, (actual) => actual == null || differences(value, actual).length === 0)
}

/** A value in a few words. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent'
  const whole = JSON.stringify(value instanceof Like ? value.says : value) ?? String(value)
  return whole.length > 200 ? `${whole.slice(0, 120)} … ${whole.slice(-60)} (${whole.length} characters)` : whole
}
