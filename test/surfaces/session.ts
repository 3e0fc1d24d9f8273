/**
 * What a surface that keeps something between two requests is given in tests.
 *
 * @module
 */
import { MemoryStore } from '../../src/response-store.ts'
import { createSeal } from '../../src/seal.ts'
import type { Session } from '../../src/surfaces/surface.ts'

/** A session whose ids are numbered, at the start of 2026. */
export function session(given: Partial<Session> = {}): Session {
  let fresh = 0
  const now = (): number => Date.UTC(2026, 0, 1)
  return {
    owner: '',
    seal: createSeal('a secret'),
    store: new MemoryStore({ bytes: 1_000_000, seconds: 60, now }),
    newId: (prefix) => `${prefix}fresh${++fresh}`,
    now,
    ...given,
  }
}
