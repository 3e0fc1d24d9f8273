/**
 * Asking the next one already while one keeps silent.
 *
 * @module
 */
import type { GatewayError } from './errors.ts'
import { isOver, type Outcome, type Way } from './way.ts'

/** Asks one way after the other, the next one already while one keeps silent for longer than `hedge` milliseconds. */
export async function hedged<T>(
  ways: readonly Way[],
  attempt: (way: Way, signal: AbortSignal) => Promise<Outcome<T>>,
  signal: AbortSignal,
  hedge: number,
): Promise<Outcome<T>> {
  const errors = new Map<Way, GatewayError>()
  const left = [...ways]
  const running = new Map<Way, { readonly promise: Promise<Settled<T>>; readonly stop: () => void }>()
  const begin = (): void => {
    const way = left.shift()
    if (!way) return
    const { own: branched, stop } = branch(signal)
    const promise = attempt(way, branched).then((outcome) => ({ way, outcome }))
    running.set(way, { promise, stop })
  }
  begin()
  while (running.size > 0) {
    const promises = [...running.values()].map(({ promise }) => promise)
    const settled = await firstOf(promises, left.length > 0 ? hedge : undefined)
    if (!settled) {
      begin()
      continue
    }
    const { way, outcome } = settled
    running.delete(way)
    const over = 'answer' in outcome || isOver(outcome, errors, signal)
    if (over) for (const { stop } of running.values()) stop()
    if ('answer' in outcome) return outcome
    if (over) return { errors }
    if (running.size === 0) begin()
  }
  return { errors }
}

/** A signal of its own that is aborted with another one. */
function branch(signal: AbortSignal): { readonly own: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController()
  const leave = (): void => controller.abort(signal.reason)
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  return { own: controller.signal, stop: () => controller.abort() }
}

interface Settled<T> {
  readonly way: Way
  readonly outcome: Outcome<T>
}

/** The first promise to settle; nothing where none does in time. */
async function firstOf<T>(promises: readonly Promise<T>[], patience: number | undefined): Promise<T | undefined> {
  if (patience === undefined) return Promise.race(promises)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience)
  })
  return Promise.race([...promises, late]).finally(() => clearTimeout(timer))
}
