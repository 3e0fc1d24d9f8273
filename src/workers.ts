/**
 * Several processes that serve on one port, led by one that does not: it starts them, replaces those that end, keeps what
 * they share, and writes their log.
 *
 * @module
 */
import cluster, { type Worker } from 'node:cluster'
import type { Readable } from 'node:stream'
import type { ResponseStore } from './response-store.ts'
import { answerFrom, type Order, type Report } from './shared-state.ts'
import { WORKER } from './worker.ts'

/** How to serve together. */
export interface Plan {
  readonly count: number
  /** The secret of all of them, for what one sealed another has to open. */
  readonly secret: string
  readonly store: ResponseStore
  /** Milliseconds that requests under way get when all are told to leave. */
  readonly patience: number
  /** Hears the address, once. */
  serving(url: string): void
}

/** Milliseconds after which the end of a worker says nothing about its start. */
const STEADY = 10_000
/** Milliseconds before a worker is replaced that ended soon after its start; twice as long each time, up to the longest. */
const SHORTEST = 100
const LONGEST = 10_000
/** Milliseconds to wait for a worker to say that it has told everything. */
const SETTLING = 1000
/** Milliseconds more than it was given until a worker that does not leave is made to. */
const GRACE = 2000

/** Has several processes serve until they are told to leave, and gives the exit code. 1 where the first cannot start: it says why. */
export function lead(plan: Plan): Promise<number> {
  // Lines of a pipe are written whole, by one process: then none is lost, and none is cut by another.
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  return new Promise((resolve) => new Crew(plan, resolve).start())
}

class Crew {
  readonly #plan: Plan
  readonly #end: (code: number) => void
  /** When each worker that runs was started. */
  readonly #workers = new Map<Worker, number>()
  /** Those that serve. */
  readonly #serving = new WeakSet<Worker>()
  /** Those who wait for a worker to have told everything, by number. */
  readonly #settling = new Map<number, () => void>()
  #asked = 0
  /** Workers in a row that ended soon after their start. */
  #falls = 0
  #isServing = false
  #isLeaving = false

  constructor(plan: Plan, end: (code: number) => void) {
    this.#plan = plan
    this.#end = end
  }

  start(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => this.#leave())
    // The first shows whether all of them can serve.
    this.#hire()
  }

  #hire(): void {
    if (this.#isLeaving) return
    const worker = cluster.fork({ [WORKER]: '1', DRAGOMAN_SECRET: this.#plan.secret })
    this.#workers.set(worker, performance.now())
    if (worker.process.stderr) writeLines(worker.process.stderr)
    worker.on('message', (report: Report) => this.#hear(worker, report))
    worker.process.once('close', (code, signal) => this.#lose(worker, signal ?? code))
  }

  #hear(worker: Worker, report: Report): void {
    const { store } = this.#plan
    if (report.type === 'serving') this.#welcome(worker, report.url)
    else if (report.type === 'put') void store.put(report.owner, report.stored)
    else if (report.type === 'told') this.#settling.get(report.number)?.()
    else if (report.type === 'memory') {
      for (const other of this.#workers.keys()) if (other !== worker) tell(other, report)
    } else {
      const { number, question } = report
      void answerFrom(store, question, () => this.#settle()).then((found) =>
        tell(worker, { type: 'answer', number, ...(found !== undefined && { found }) }),
      )
    }
  }

  #welcome(worker: Worker, url: string): void {
    this.#serving.add(worker)
    if (this.#isLeaving) tell(worker, { type: 'leave' })
    if (this.#isServing || this.#isLeaving) return
    this.#isServing = true
    this.#plan.serving(url)
    for (let count = 1; count < this.#plan.count; count++) this.#hire()
  }

  #lose(worker: Worker, reason: string | number | null): void {
    const lived = performance.now() - (this.#workers.get(worker) ?? 0)
    this.#workers.delete(worker)
    if (this.#isLeaving) {
      if (this.#workers.size === 0) this.#end(0)
    } else if (this.#isServing) {
      this.#falls = lived < STEADY ? this.#falls + 1 : 0
      const wait = this.#falls === 0 ? 0 : Math.min(SHORTEST * 2 ** (this.#falls - 1), LONGEST)
      const facts = { time: new Date().toISOString(), worker: worker.process.pid, ended: reason, replaced_in: wait }
      process.stderr.write(`${JSON.stringify(facts)}\n`)
      setTimeout(() => this.#hire(), wait)
    } else this.#end(1)
  }

  /** Resolves when every worker has told all that it had to tell by now. */
  async #settle(): Promise<void> {
    await Promise.all(
      [...this.#workers.keys()].map((worker) => {
        this.#asked += 1
        const number = this.#asked
        return new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer)
            this.#settling.delete(number)
            resolve()
          }
          // One that ends meanwhile has nothing more to tell.
          const timer = setTimeout(done, SETTLING)
          this.#settling.set(number, done)
          tell(worker, { type: 'tell', number })
        })
      }),
    )
  }

  #leave(): void {
    this.#isLeaving = true
    if (this.#workers.size === 0) this.#end(0)
    for (const worker of this.#workers.keys()) {
      if (this.#serving.has(worker)) tell(worker, { type: 'leave' })
      else worker.process.kill('SIGTERM')
    }
    setTimeout(() => {
      for (const worker of this.#workers.keys()) worker.process.kill('SIGKILL')
    }, this.#plan.patience + GRACE)
  }
}

function tell(worker: Worker, order: Order): void {
  // One that is about to end no longer listens.
  if (worker.isConnected()) worker.send(order, () => {})
}

/** Writes what a worker writes, by whole lines. */
function writeLines(stream: Readable): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const end = text.lastIndexOf('\n') + 1
    if (end > 0) process.stderr.write(rest + text.slice(0, end))
    rest = end > 0 ? text.slice(end) : rest + text
  })
  stream.once('end', () => {
    if (rest !== '') process.stderr.write(`${rest}\n`)
  })
}
