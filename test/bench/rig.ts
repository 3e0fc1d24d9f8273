/**
 * The benchmark's own two processes, the mock upstream and the load, and what they measure of a third.
 *
 * @module
 */
import { type ChildProcess, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import type { Post } from './conversation.ts'
import type { Load, Outcome } from './driver.ts'
import { cpuTime, memory, start, stop } from './process.ts'
import { type Scenario, type Shape, unitsOf } from './scenarios.ts'

/** Somebody who answers, and how to ask. */
export interface Running {
  readonly name: string
  /** The process; nothing where there is none to be measured. */
  readonly pid: number | undefined
  readonly port: number
  post(scenario: Scenario): Post
  stop(): Promise<void>
}

/** What one stretch of load told. */
export interface Measured extends Outcome {
  /** Microseconds of processor time for each request, or each event of a stream. Nothing where there is no process to look at. */
  readonly cpu: number | undefined
  /** Bytes held at the end. */
  readonly memory: number | undefined
}

/** How long to load: milliseconds, or a number of requests. */
export interface Stretch {
  readonly milliseconds: number
  readonly requests?: number
  readonly abandon?: boolean
}

/** The two processes. */
export interface Rig {
  /** The port of the mock upstream. */
  readonly port: number
  shape(shape: Shape): Promise<void>
  /** Asks once and returns the body. Throws where it is no good answer. */
  probe(running: Running, scenario: Scenario): Promise<Buffer>
  /** Puts a process under load. `least` is the size of a whole body. */
  measure(running: Running, scenario: Scenario, least: number, stretch: Stretch): Promise<Measured>
  close(): Promise<void>
}

const spread = z.object({ median: z.number(), p99: z.number() })
const outcome = z.object({
  requests: z.number(),
  failed: z.number(),
  open: z.number(),
  milliseconds: z.number(),
  latency: spread,
  first: spread,
})

/** Starts the mock upstream and the driver. */
export async function openRig(port = 0): Promise<Rig> {
  const upstream = fork('upstream-process.ts', String(port))
  const driver = fork('driver-process.ts')
  const [ready] = await Promise.all([once(upstream, 'message'), once(driver, 'message')])
  const serving = z.object({ port: z.number() }).parse(ready[0])
  return {
    port: serving.port,
    shape: async ({ deltas, pace }) => void (await ask(upstream, { deltas, pace })),
    async probe(running, scenario) {
      const { path, headers, body } = running.post(scenario)
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
      const response = await fetch(`http://127.0.0.1:${running.port}${path}`, init)
      const bytes = Buffer.from(await response.arrayBuffer())
      if (response.ok && !bytes.includes('data: {"error"')) return bytes
      throw new Error(`${running.name} answers ${scenario.name} with ${response.status}: ${bytes.toString()}`)
    },
    async measure(running, scenario, least, stretch) {
      const load: Load = {
        port: running.port,
        request: wire(running.post(scenario)),
        concurrency: scenario.concurrency,
        // The form of numbers may differ from reply to reply, by a few bytes.
        least: Math.floor(least * 0.98),
        ...stretch,
      }
      const before = running.pid === undefined ? 0 : cpuTime(running.pid)
      const told = outcome.parse(await ask(driver, { ...load }))
      const spent = running.pid === undefined ? undefined : cpuTime(running.pid) - before
      const cpu = spent === undefined ? undefined : spent / (told.requests * unitsOf(scenario))
      return { ...told, cpu, memory: running.pid === undefined ? undefined : memory(running.pid) }
    },
    async close() {
      await Promise.all([stop(upstream), stop(driver)])
    },
  }
}

function fork(file: string, ...values: readonly string[]): ChildProcess {
  const command = [process.execPath, join(import.meta.dirname, file), ...values] as const
  return start('measuring', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function ask(child: ChildProcess, message: Serializable): Promise<unknown> {
  const answered = once(child, 'message')
  child.send(message)
  return (await answered)[0]
}

/** A request as it goes over the wire. */
function wire({ path, headers, body }: Post): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
