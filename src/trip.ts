/**
 * What a request carries through the gateway, and what is logged of it.
 *
 * @module
 */
import type { Client } from './access.ts'
import type { Failure, Usage } from './canonical.ts'
import type { Exchange } from './exchange.ts'
import type { Target } from './router.ts'
import type { Attempt } from './survive.ts'
import { createWarnings, type Warnings } from './warnings.ts'

/** What happened to one request. Holds no key and no prompt. */
export interface LogEntry {
  readonly id: string
  readonly method: string
  readonly path: string
  /** The HTTP status told to the client; 499 where the client left first. */
  readonly status: number
  /** Milliseconds. */
  readonly duration: number
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly warnings?: string | undefined
  readonly usage?: Usage | undefined
  readonly failure?: Failure | undefined
  /** Why this target, where there was a choice. */
  readonly route?: readonly string[] | undefined
  /** What was tried, in order, where that was more than one target once. */
  readonly attempts?: readonly Attempt[] | undefined
}

/** One request on its way. */
export interface Trip {
  readonly id: string
  readonly warnings: Warnings
  client: Client
  target: Target | undefined
  /** Why this target, where there was a choice. */
  route: readonly string[]
  /** What was tried, in order. */
  readonly attempts: Attempt[]
  /** Says what became of it, once. */
  end(status: number, outcome?: Outcome): void
}

/** What became of a request, as far as it is known. */
export interface Outcome {
  readonly exchange?: Exchange
  readonly failure?: Failure
  readonly usage?: Usage
}

/** How a trip begins. */
export interface Departure {
  readonly id: string
  readonly method: string
  readonly path: string
  /** Whether losses are refused rather than reported. */
  readonly refuse: boolean
  /** Milliseconds. */
  now(): number
  log?: ((entry: LogEntry) => void) | undefined
}

/** The status that says a client left before it was answered. */
export const CLIENT_GONE = 499

/** Begins a trip. */
export function depart({ id, method, path, refuse, now, log }: Departure): Trip {
  const started = now()
  let ended = false
  const trip: Trip = {
    id,
    warnings: createWarnings(refuse),
    client: { clientKey: undefined, owner: '' },
    target: undefined,
    route: [],
    attempts: [],
    end(status, { exchange, failure = exchange?.whole.failure, usage } = {}) {
      if (ended) return
      ended = true
      log?.({
        id,
        method,
        path,
        status,
        duration: now() - started,
        provider: trip.target?.provider,
        model: trip.target?.model,
        warnings: trip.warnings.header(),
        usage: usage ?? exchange?.usage,
        failure,
        ...(trip.route.length > 0 && { route: trip.route }),
        ...(trip.attempts.length > 1 && { attempts: trip.attempts }),
      })
    },
  }
  return trip
}
