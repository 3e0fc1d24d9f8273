/**
 * Extension members of a request: each family of models has its own, and those of the other would be lost.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest } from '../../src/canonical.ts'

/** The request without the extension members that a family does not know. They are reported. */
export function withOwn(request: ChatRequest, known: readonly string[], warn: Warn): ChatRequest {
  const { extra = {}, ...rest } = request
  const foreign = Object.keys(extra).filter((name) => !known.includes(name))
  if (foreign.length === 0) return request
  for (const name of foreign) if (extra[name] !== null) warn(name, 'unknown')
  return { ...rest, extra: Object.fromEntries(Object.entries(extra).filter(([name]) => known.includes(name))) }
}
