/**
 * How providers have been doing lately: who fails, who asked for a rest, who is fast.
 *
 * @module
 */
import type { Failure } from './canonical.ts'

/** When a provider that fails is left alone, and for how long. */
export interface BreakerOptions {
  /** Failures in a row that open the breaker. */
  readonly failures: number
  /** Milliseconds it stays open before one request may try again. Twice as long after each try that fails, up to 16 times. */
  readonly cooldown: number
}

/** `closed`: requests go through. `open`: none does. `half-open`: one is trying whether it works again. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** How fast a model has been. */
export interface Pace {
  /** Milliseconds to the first words. */
  readonly firstToken?: number
  /** Output tokens for a second, from the first words to the last. */
  readonly throughput?: number
  /** The share of recent requests that failed, from 0 to 1. */
  readonly failing: number
}

interface Circuit {
  /** Failures in a row. */
  failures: number
  /** Milliseconds until which nothing is sent. */
  until: number
  /** Whether a request is trying, since when. */
  probing: number | undefined
  state: BreakerState
  /** How often a try after a rest has failed: each doubles the next rest. */
  relapses: number
  /** What it failed with last. */
  last: Failure | undefined
}

interface Measured {
  firstToken: number | undefined
  throughput: number | undefined
  failing: number
  /** When `failing` was measured, in milliseconds. */
  at: number
}

/** The longest rest a provider can ask for, in milliseconds. */
const LONGEST = 60 * 60 * 1000
/** Milliseconds for a refused key to be put aside. */
const REFUSED = 60 * 1000
/** How often the time that a breaker stays open may double: to 16 times what it was. */
const MOST_DOUBLINGS = 4
/** Milliseconds after which a try that says nothing no longer keeps others from trying. */
const PATIENCE = 60 * 1000
/** How much one more measurement counts. */
const WEIGHT = 0.2
/** Milliseconds after which a failure counts half: what is not asked cannot prove itself. */
const HALF_LIFE = 2 * 60 * 1000

/**
 * The health of what requests are sent to. Everything goes by a name: a provider, one of its keys (`provider#1`), or a
 * model of it (`provider/model`).
 */
export class Health {
  readonly #now: () => number
  readonly #options: BreakerOptions | undefined
  readonly #circuits = new Map<string, Circuit>()
  readonly #paces = new Map<string, Measured>()

  /** Without options nothing is ever left alone. */
  constructor(now: () => number, options: BreakerOptions | undefined) {
    this.#now = now
    this.#options = options
  }

  /** Whether nothing is known to have failed lately. */
  get isQuiet(): boolean {
    return this.#circuits.size === 0
  }

  /** Notes that a request is sent. To a name that was left alone, it is the one that tries whether it works again. */
  asked(name: string): void {
    const circuit = this.#circuits.get(name)
    if (!circuit || circuit.state === 'closed' || this.#now() < circuit.until) return
    circuit.state = 'half-open'
    circuit.probing = this.#now()
  }

  /** Whether no request would be let through now. */
  isOpen(name: string): boolean {
    const circuit = this.#circuits.get(name)
    if (!circuit || !this.#options || circuit.state === 'closed') return false
    const now = this.#now()
    return now < circuit.until || (circuit.probing !== undefined && now - circuit.probing < PATIENCE)
  }

  /** How the breaker of a name stands. */
  state(name: string): BreakerState {
    return this.#circuits.get(name)?.state ?? 'closed'
  }

  /**
   * What to tell a client at once where nobody else is left to ask: that a name which answered nothing at all lately is
   * left alone, and for how long. Nothing where it answered errors: those come quickly, and are the truth.
   */
  refusal(name: string): Failure | undefined {
    const circuit = this.#circuits.get(name)
    if (!circuit?.last || !this.isOpen(name) || !isSilence(circuit.last)) return undefined
    return { ...circuit.last, retryAfter: Math.max(Math.ceil((circuit.until - this.#now()) / 1000), 1) }
  }

  /** When a name may be tried again, in milliseconds; now, where it may be already. */
  readyAt(name: string): number {
    const circuit = this.#circuits.get(name)
    return circuit && circuit.state !== 'closed' ? Math.max(circuit.until, this.#now()) : this.#now()
  }

  /** Notes that an answer has begun: requests go through again. What failed before counts until one is complete. */
  began(name: string): void {
    const circuit = this.#circuits.get(name)
    if (!circuit) return
    circuit.state = 'closed'
    circuit.probing = undefined
  }

  /** Notes that an answer was complete. */
  succeeded(name: string): void {
    this.#circuits.delete(name)
  }

  /** Notes that a request was given up without fault of the provider: a probe is free again. */
  abandoned(name: string): void {
    const circuit = this.#circuits.get(name)
    if (circuit) circuit.probing = undefined
  }

  /** Notes that a request failed. What is the client's fault is no failure of the provider's. */
  failed(name: string, failure: Failure): void {
    if (!this.#options) return
    if (!isFault(failure)) return this.succeeded(name)
    const now = this.#now()
    const circuit = this.#circuits.get(name) ?? {
      failures: 0,
      until: 0,
      probing: undefined,
      state: 'closed' as const,
      relapses: 0,
      last: undefined,
    }
    const wasTrying = circuit.state === 'half-open'
    circuit.failures += 1
    circuit.last = failure
    circuit.probing = undefined
    const rest = this.#rest(failure)
    if (rest !== undefined || wasTrying || circuit.failures >= this.#options.failures) {
      circuit.state = 'open'
      if (wasTrying) circuit.relapses = Math.min(circuit.relapses + 1, MOST_DOUBLINGS)
      circuit.until = now + Math.min(rest ?? this.#options.cooldown * 2 ** circuit.relapses, LONGEST)
    }
    this.#circuits.set(name, circuit)
  }

  /** Notes how fast a model answered. */
  paced(name: string, { firstToken, throughput }: Omit<Pace, 'failing'>): void {
    const pace = this.#measured(name)
    this.#mixFailing(pace, 0)
    if (firstToken !== undefined) pace.firstToken = mixed(pace.firstToken, firstToken)
    if (throughput !== undefined) pace.throughput = mixed(pace.throughput, throughput)
  }

  /** Notes that a model did not answer. */
  faltered(name: string): void {
    this.#mixFailing(this.#measured(name), 1)
  }

  /** How fast a model has been; nothing where it was never asked. */
  pace(name: string): Pace | undefined {
    const pace = this.#paces.get(name)
    if (!pace) return undefined
    const { firstToken, throughput } = pace
    return {
      failing: this.#failing(pace),
      ...(firstToken !== undefined && { firstToken }),
      ...(throughput !== undefined && { throughput }),
    }
  }

  #measured(name: string): Measured {
    const known = this.#paces.get(name)
    if (known) return known
    const fresh: Measured = { firstToken: undefined, throughput: undefined, failing: 0, at: this.#now() }
    this.#paces.set(name, fresh)
    return fresh
  }

  #failing({ failing, at }: Measured): number {
    return failing * 0.5 ** ((this.#now() - at) / HALF_LIFE)
  }

  #mixFailing(pace: Measured, failed: 0 | 1): void {
    pace.failing = mixed(this.#failing(pace), failed)
    pace.at = this.#now()
  }

  /** How long a provider is to be left alone after a failure that says so, in milliseconds. */
  #rest({ status, code, retryAfter, retry }: Failure): number | undefined {
    if (retryAfter !== undefined && retryAfter > 0) return retryAfter * 1000
    if (code === 'upstream_authentication_failed' || (status === 429 && retry === false)) return REFUSED
    return undefined
  }
}

/** Whether a failure is the provider's, and so says something about the next request. */
export function isFault({ status, code }: Failure): boolean {
  return status >= 500 || status === 429 || status === 408 || code === 'upstream_authentication_failed'
}

/** Whether a failure means that nothing was heard of the provider. */
function isSilence({ status, code }: Failure): boolean {
  return status === 504 || code === 'upstream_unreachable'
}

function mixed(before: number | undefined, value: number): number {
  return before === undefined ? value : before * (1 - WEIGHT) + value * WEIGHT
}
