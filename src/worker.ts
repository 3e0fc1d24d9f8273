/**
 * Serving as one of several processes: what a worker hears from the one that leads, and tells it.
 *
 * @module
 */
import cluster from 'node:cluster'
import { type GatewayOptions, MEMORY } from './gateway.ts'
import { known } from './provider.ts'
import { Recall } from './recall.ts'
import { DistantStore, type Order, type Report, SharedRecall } from './shared-state.ts'

/** The variable by which a worker knows that it is one: other programs have workers too, and may run this one in theirs. */
export const WORKER = 'DRAGOMAN_WORKER'

/** Whether this process is led by another. */
export function isWorker(): boolean {
  return cluster.isWorker && process.env[WORKER] !== undefined
}

/** The place of a worker among the others. */
export interface Membership {
  /** What of a gateway's options others share. */
  readonly options: Pick<GatewayOptions, 'memory' | 'responses'>
  /** Says that this process serves. */
  serving(url: string): void
  /** Hears that it is to leave. */
  onLeave(leave: () => void): void
}

/** Joins those who serve together. */
export function join({ memory, responses }: GatewayOptions): Membership {
  // Whoever leads is gone where nothing can be sent; Node ends a worker then.
  const send = (report: Report): void => void process.send?.(report, undefined, undefined, () => {})
  const store = new DistantStore(send)
  const limits = memory instanceof Recall || memory === false ? undefined : { ...MEMORY, ...known(memory) }
  const recall = limits && new SharedRecall({ ...limits, now: Date.now }, send)
  let leave = (): void => process.exit(0)
  process.on('message', (order: Order) => {
    if (order.type === 'answer') store.answer(order.number, order.found)
    else if (order.type === 'memory') recall?.hear(order)
    else if (order.type === 'tell') send({ type: 'told', number: order.number })
    else leave()
  })
  return {
    options: { responses: responses === false ? false : store, memory: recall ?? memory },
    serving: (url) => send({ type: 'serving', url }),
    onLeave(given) {
      leave = given
    },
  }
}
