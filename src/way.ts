/**
 * One way to an answer, and what came of asking.
 *
 * @module
 */
import type { Failure } from './canonical.ts'
import type { GatewayError } from './errors.ts'
import type { Target } from './router.ts'

/** One way to get an answer: a target, and which of its provider's keys. */
export interface Way {
  readonly target: Target
  /** The number of the key; `own` where the client brings one. */
  readonly key: number | 'own'
}

/** What came of asking: an answer, or what each way failed with. */
export type Outcome<T> = { readonly answer: T } | { readonly errors: ReadonlyMap<Way, GatewayError> }

/** Adds what a way failed with to what others did. Whether it makes no sense to ask further ones. */
export function isOver(
  outcome: { readonly errors: ReadonlyMap<Way, GatewayError> },
  errors: Map<Way, GatewayError>,
  signal: AbortSignal,
): boolean {
  for (const [way, error] of outcome.errors) {
    errors.set(way, error)
    if (!mayFallBack(error.failure)) return true
  }
  return signal.aborted
}

/** Whether another target may succeed where one failed. What the client did wrong, it did wrong everywhere. */
export function mayFallBack({ status, code }: Failure): boolean {
  return status >= 500 || PASSING.has(status) || code === 'model_not_found' || UNABLE.has(code ?? '')
}

/** Codes of a 400 that say that this target cannot do what another may. */
const UNABLE: ReadonlySet<string> = new Set([
  'unsupported_parameter',
  'unsupported_value',
  'unsupported_model',
  'unsupported_content_part',
  'unsupported_tool',
  'context_length_exceeded',
])

/** Whether the same way may lead to an answer the next time. One that was not tried may. */
export function mayPass(told: Failure | undefined): boolean {
  return told === undefined || (told.retry !== false && PASSING.has(told.status) && told.status !== 504)
}

/** Statuses after which another try may help. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504])
