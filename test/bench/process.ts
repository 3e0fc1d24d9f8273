/**
 * Processes of the benchmarks: starting them apart from each other, and what Linux counts of them.
 *
 * @module
 */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Who runs on which processor: what is measured has one of its own, as far as there are two. */
export type Seat = 'measured' | 'measuring'

const SEATS: Readonly<Record<Seat, string>> = { measured: '0', measuring: '1' }

/** Whether processes can be kept on processors of their own. */
export const pinned = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** A command line that stays on one processor, where that can be had. */
export function seated(seat: Seat, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return pinned ? ['taskset', '-c', SEATS[seat], ...command] : command
}

/** Starts a process with nothing of this one's environment that could change what it does. */
export function start(
  seat: Seat,
  command: readonly [string, ...string[]],
  { stdio, environment = {}, cwd }: { stdio: StdioOptions; environment?: Record<string, string>; cwd?: string },
): ChildProcess {
  const [file, ...rest] = seated(seat, command)
  return spawn(file, rest, { stdio, cwd, env: { PATH: process.env['PATH'] ?? '', ...environment } })
}

/** Ends a process that `start` began. One that does not leave when asked is made to. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const left = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000)
  await left
  clearTimeout(timer)
}

/** Processor time of a process and its descendants so far, in microseconds. */
export function cpuTime(pid: number): number {
  return family(pid)
    .flatMap((member) => list(`/proc/${member}/task`).map((task) => runTime(`/proc/${member}/task/${task}/schedstat`)))
    .reduce((sum, time) => sum + time, 0)
}

/** Memory that a process and its descendants hold, in bytes. */
export function memory(pid: number): number {
  return family(pid).reduce((sum, member) => {
    const kilobytes = /^VmRSS:\s+(\d+)/mu.exec(read(`/proc/${member}/status`))?.[1]
    return sum + Number(kilobytes ?? 0) * 1024
  }, 0)
}

/** Where a process with heap-probe.ts in it says what it holds. */
export function heapFile(pid: number): string {
  return join(tmpdir(), `dragoman-heap-${pid}`)
}

/** What a process with heap-probe.ts in it holds when all is thrown away that can be, in bytes; nothing where it does not say. */
export async function heap(pid: number): Promise<number | undefined> {
  const file = heapFile(pid)
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  const until = performance.now() + 5000
  while (read(file) === '' && performance.now() < until) await wait(20)
  const said = read(file)
  rmSync(file, { force: true })
  return said === '' ? undefined : Number(said)
}

/** The process that listens on a port of this machine; nothing where it is not ours to see. */
export function listener(port: number): number | undefined {
  const socket = socketOf(port)
  if (socket === undefined) return undefined
  const owner = list('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((pid) => list(`/proc/${pid}/fd`).some((fd) => link(`/proc/${pid}/fd/${fd}`) === `socket:[${socket}]`))
    .map(Number)
    .toSorted((one, other) => one - other)
  // Workers share the socket of their parent, which came first.
  return owner[0]
}

function socketOf(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => read(file).split('\n'))
  // The columns are number, local address, remote address, state, and six more before the inode; 0A is listening.
  const fields = lines.map((line) => line.trim().split(/\s+/u))
  return fields.find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')?.[9]
}

function family(pid: number): readonly number[] {
  const children = list(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(family)]
}

/** The first number of `schedstat` is nanoseconds on a processor: finer than the hundredths of a second in `stat`. */
function runTime(file: string): number {
  return Number(read(file).split(' ')[0]) / 1000
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
