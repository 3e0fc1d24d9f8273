/**
 * The load: so many connections, each asking again as soon as it was answered.
 *
 * @module
 */
import { connect, type Socket } from 'node:net'
import { MessageReader } from './http-reader.ts'

/** What to ask, and how long. */
export interface Load {
  readonly port: number
  /** A whole request, HTTP and all. */
  readonly request: string
  readonly concurrency: number
  /** Ends after so many milliseconds, or so many requests. */
  readonly milliseconds: number
  readonly requests?: number | undefined
  /** A body of fewer bytes counts as a failure. */
  readonly least: number
  /** Whether what is still under way at the end is given up. */
  readonly abandon?: boolean | undefined
}

/** How it went. Times are in milliseconds. */
export interface Outcome {
  readonly requests: number
  readonly failed: number
  /** Answers that had begun when the rest was given up. */
  readonly open: number
  readonly milliseconds: number
  readonly latency: Spread
  /** Until the first byte of a body. */
  readonly first: Spread
}

/** The middle and the tail of many measurements. */
export interface Spread {
  readonly median: number
  readonly p99: number
}

/** Puts a gateway under load. */
export async function drive(load: Load): Promise<Outcome> {
  const latencies: number[] = []
  const firsts: number[] = []
  const connections = Array.from({ length: load.concurrency }, () => new Connection(load))
  const started = performance.now()
  const until = started + load.milliseconds
  let asked = 0
  let failed = 0
  const next = (): boolean => performance.now() < until && asked++ < (load.requests ?? Infinity)
  const running = connections.map(async (connection, index) => {
    // So that they do not march in step.
    await new Promise((resolve) => setTimeout(resolve, index % 20))
    while (next()) {
      const answer = await connection.ask()
      if (!answer) failed++
      else {
        latencies.push(answer.latency)
        firsts.push(answer.first)
      }
    }
  })
  let open = 0
  if (load.abandon) {
    await new Promise((resolve) => setTimeout(resolve, load.milliseconds))
    open = connections.filter(({ begun }) => begun).length
  } else await Promise.all(running)
  const milliseconds = performance.now() - started
  for (const connection of connections) connection.close()
  return { requests: latencies.length, failed, open, milliseconds, latency: spread(latencies), first: spread(firsts) }
}

interface Answered {
  readonly latency: number
  readonly first: number
}

/** One connection, kept alive and opened again where the server closes it. */
class Connection {
  readonly #load: Load
  readonly #request: Buffer
  #socket: Socket | undefined
  #settle: ((answer: Answered | undefined) => void) | undefined
  #asked = 0
  #first = 0
  #status = 0
  #received = 0

  constructor(load: Load) {
    this.#load = load
    this.#request = Buffer.from(load.request)
  }

  /** Whether an answer is under way. */
  get begun(): boolean {
    return this.#first > 0
  }

  /** Asks once. Resolves with nothing where there is no good answer. */
  ask(): Promise<Answered | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#received = 0
      this.#first = 0
      this.#asked = performance.now()
      this.#open().write(this.#request)
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket
    const socket = connect({ port: this.#load.port, host: '127.0.0.1', noDelay: true })
    const reader = new MessageReader({
      head: (text) => {
        this.#status = Number(text.slice(9, 12))
      },
      body: (bytes) => {
        this.#first ||= performance.now()
        this.#received += bytes.length
      },
      end: () => this.#end(),
    })
    socket.on('data', (bytes: Buffer) => reader.feed(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#tell(undefined)
    })
    this.#socket = socket
    return socket
  }

  #end(): void {
    const good = this.#status === 200 && this.#received >= this.#load.least
    const latency = performance.now() - this.#asked
    this.#tell(good ? { latency, first: this.#first - this.#asked } : undefined)
  }

  #tell(answer: Answered | undefined): void {
    const settle = this.#settle
    this.#settle = undefined
    settle?.(answer)
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).toSorted()
  const at = (share: number): number => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0
  return { median: at(0.5), p99: at(0.99) }
}
