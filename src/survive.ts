/**
 * Getting an answer although providers fail: the next key, the next target, another try, two at once.
 *
 * All of it happens before the client has heard anything. After the first byte there is no way back.
 *
 * @module
 */
import type { Failure } from './canonical.ts'
import { failure, GatewayError } from './errors.ts'
import { type Health, isFault } from './health.ts'
import { hedged } from './hedge.ts'
import { keyOf } from './router.ts'
import { isOver, mayFallBack, mayPass, type Outcome, type Way } from './way.ts'

/** How hard to try. */
export interface Endurance {
  /** Further rounds through all that can be tried, where all have failed. */
  readonly retries: number
  /** Whether other targets are tried where one fails. */
  readonly fallback: boolean
  /** Whether targets that keep failing are left alone for a while. */
  readonly breaker: boolean
  /** Milliseconds of silence after which the next target is asked as well; none, where there is but one at a time. */
  readonly hedge?: number | undefined
  /** Milliseconds for everything until an answer begins. */
  readonly total?: number | undefined
}

/** What surviving needs. */
export interface Circumstances {
  readonly endurance: Endurance
  readonly health: Health
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Milliseconds. */
  now(): number
  /** From 0 to 1. */
  random(): number
  /** Resolves after so many milliseconds; rejects when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Hears of every try, when it begins. */
  trying(attempt: Attempt): void
}

/** One try. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  readonly key: number | 'own'
  /** What came of it: nothing where it was answered, or nobody waits for the answer any more. */
  failure?: Failure
}

/** Milliseconds of the first wait, at most. */
const BASE = 500
/** Milliseconds of any wait, at most. A provider that asks for more is not waited for. */
const MOST = 10_000

/** Tries one way after the other. Resolves with the first answer; fails with the last failure. */
export function survive<T>(
  ways: readonly Way[],
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  own: Circumstances,
): Promise<T> {
  const { total } = own.endurance
  return total === undefined ? rounds(ways, ask, own, Infinity) : inTime(ways, ask, own, total)
}

async function inTime<T>(
  ways: readonly Way[],
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  own: Circumstances,
  total: number,
): Promise<T> {
  const budget = new AbortController()
  const timer = setTimeout(() => budget.abort(tooLate()), total)
  const signal = AbortSignal.any([own.signal, budget.signal])
  try {
    return await rounds(ways, ask, { ...own, signal }, own.now() + total)
  } finally {
    clearTimeout(timer)
  }
}

async function rounds<T>(
  ways: readonly Way[],
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  own: Circumstances,
  deadline: number,
): Promise<T> {
  const { endurance, now, random, sleep, signal } = own
  const { hedge } = endurance
  let left = endurance.fallback ? ways : ways.filter(({ target }) => target === ways[0]?.target)
  for (let round = 1; ; round += 1) {
    const able = open(left, own)
    const outcome = await (hedge === undefined
      ? inTurn(able, ask, own)
      : hedged(able, (way, until) => attempt(way, ask, until, own), signal, hedge))
    if ('answer' in outcome) return outcome.answer
    const { errors } = outcome
    const last = [...errors.values()].at(-1) ?? nobody()
    if (!mayFallBack(last.failure)) throw last
    left = left.filter((way) => mayPass(errors.get(way)?.failure))
    const wait = delay(round, last.failure, random)
    if (round > endurance.retries || left.length === 0 || signal.aborted) throw last
    if (wait === undefined || now() + wait > deadline) throw last
    await sleep(wait, signal)
  }
}

/** Asks one way after the other. */
function inTurn<T>(
  ways: readonly Way[],
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  own: Circumstances,
): Promise<Outcome<T>> {
  const [only] = ways
  return only && ways.length === 1 ? attempt(only, ask, own.signal, own) : eachInTurn(ways, ask, own)
}

async function eachInTurn<T>(
  ways: readonly Way[],
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  own: Circumstances,
): Promise<Outcome<T>> {
  const errors = new Map<Way, GatewayError>()
  for (const way of ways) {
    const outcome = await attempt(way, ask, own.signal, own)
    if ('answer' in outcome) return outcome
    if (isOver(outcome, errors, own.signal)) break
  }
  return { errors }
}

async function attempt<T>(
  way: Way,
  ask: (way: Way, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  { health, trying, now }: Circumstances,
): Promise<Outcome<T>> {
  const { target, key } = way
  const started = now()
  const record: Attempt = { provider: target.provider, model: target.model, key }
  trying(record)
  noteAll(way, health, 'asked')
  try {
    const answer = await ask(way, signal)
    noteAll(way, health, 'began')
    health.paced(keyOf(target), { firstToken: now() - started })
    return { answer }
  } catch (thrown) {
    // A fault of our own says nothing of the provider, and would be the same at another.
    if (!(thrown instanceof GatewayError) && !signal.aborted) throw thrown
    const error = thrown instanceof GatewayError ? thrown : gone(thrown)
    if (signal.aborted && !(signal.reason instanceof GatewayError)) noteAll(way, health, 'abandoned')
    else {
      note(health, way, error.failure)
      if (isFault(error.failure)) health.faltered(keyOf(target))
      record.failure = error.failure
    }
    return { errors: new Map([[way, error]]) }
  }
}

/** Notes that an answer came to its end. */
export function complete(health: Health, way: Way): void {
  noteAll(way, health, 'succeeded')
}

/** Notes, under all names of a way, what changes nothing where nothing has failed. */
function noteAll(way: Way, health: Health, what: 'asked' | 'began' | 'abandoned' | 'succeeded'): void {
  if (!health.isQuiet) for (const name of allOf(way)) health[what](name)
}

/** Notes a failure where it belongs: what concerns a key, with the key; what concerns the provider, with both. */
export function note(health: Health, way: Way, told: Failure): void {
  const { provider, key } = namesOf(way)
  const ofKey = told.status === 429 || told.code === 'upstream_authentication_failed'
  if (key !== undefined) health.failed(key, told)
  if (!ofKey) health.failed(provider, told)
}

/** The names under which the health of a way is kept. A key that a client brings is the client's concern. */
function namesOf({ target, key }: Way): { readonly provider: string; readonly key: string | undefined } {
  return { provider: target.provider, key: key === 'own' ? undefined : `${target.provider}#${key}` }
}

function allOf(way: Way): readonly string[] {
  const { provider, key } = namesOf(way)
  return key === undefined ? [provider] : [provider, key]
}

/**
 * The ways that may be tried now: those that work, or else the one that may first, for its errors are the truth. Throws
 * where even that would be waiting for somebody who does not answer.
 */
function open(ways: readonly Way[], { endurance, health }: Circumstances): readonly Way[] {
  if (!endurance.breaker || health.isQuiet) return ways
  const admitted = ways.filter((way) => allOf(way).every((name) => !health.isOpen(name)))
  if (admitted.length > 0) return admitted
  const answering = ways.filter((way) => allOf(way).every((name) => !health.refusal(name)))
  const [soonest] = answering.toSorted((one, other) => readyAt(health, one) - readyAt(health, other))
  if (soonest) return [soonest]
  const refusals = ways.flatMap((way) => allOf(way).flatMap((name) => health.refusal(name) ?? []))
  const [first] = refusals.toSorted((one, other) => (one.retryAfter ?? 0) - (other.retryAfter ?? 0))
  throw first ? new GatewayError(first) : nobody()
}

function readyAt(health: Health, way: Way): number {
  return Math.max(...allOf(way).map((name) => health.readyAt(name)))
}

/** How long to wait before a round: as told, or by lot below a limit that doubles. Nothing where that would be too long. */
function delay(round: number, last: Failure | undefined, random: () => number): number | undefined {
  const told = last?.retryAfter
  if (told !== undefined) return told * 1000 <= MOST ? told * 1000 : undefined
  return random() * Math.min(BASE * 2 ** (round - 1), MOST)
}

function tooLate(): GatewayError {
  const message = 'No provider answered in the time there was.'
  return new GatewayError(failure({ status: 504, code: 'upstream_timeout', message }))
}

function nobody(): GatewayError {
  const message = 'The providers of this model fail at the moment and are left alone: try again later.'
  return new GatewayError(failure({ status: 503, code: 'provider_unavailable', message }))
}

function gone(cause: unknown): GatewayError {
  return new GatewayError(failure({ status: 499, message: 'The client left.', cause }))
}
