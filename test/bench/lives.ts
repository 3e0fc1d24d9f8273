/**
 * What a process needs from its start to its end: time until it answers, memory idle, under open streams, and over many
 * requests.
 *
 * @module
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Contestant, freePort } from './contestants.ts'
import { heap, memory } from './process.ts'
import { type Life, median, type Soak } from './results.ts'
import type { Rig, Running } from './rig.ts'
import { scenario } from './scenarios.ts'

/** How many streams are held open, and how fast each one tells its events, so that no contestant is short of time. */
export const CROWDS = [
  { streams: 200, pace: 50 },
  { streams: 1000, pace: 200 },
] as const

/** Milliseconds after which a process counts as idle. */
const SETTLED = 1000

/** How much of a life to live. */
export interface Plan {
  /** How often to start. */
  readonly starts: number
  readonly crowds: readonly (typeof CROWDS)[number][]
  /** Milliseconds that streams are held open. */
  readonly held: number
}

/** Lives one contestant's life, each time in a fresh process. */
export async function live(rig: Rig, contestant: Contestant, { starts, crowds, held }: Plan): Promise<Life> {
  const times: number[] = []
  const sizes: number[] = []
  for (let count = 0; count < starts; count++) {
    const port = await freePort()
    const started = performance.now()
    const running = await contestant.start(rig.port, port)
    try {
      await rig.probe(running, scenario('json-1k'))
      times.push(performance.now() - started)
      await wait(SETTLED)
      sizes.push(sizeOf(running))
    } finally {
      await running.stop()
    }
  }
  const open: Life['open'] = []
  for (const crowd of crowds) open.push(await hold(rig, contestant, crowd, held))
  return { name: contestant.name, startup: median(times), idle: median(sizes), open }
}

/** Memory under open streams, as it is once all of them have begun. */
async function hold(
  rig: Rig,
  contestant: Contestant,
  { streams, pace }: (typeof CROWDS)[number],
  milliseconds: number,
): Promise<Life['open'][number]> {
  const load = { ...scenario('paced'), deltas: 1000, pace, concurrency: streams }
  const running = await contestant.start(rig.port, await freePort())
  try {
    await rig.shape(load)
    const held = rig.measure(running, load, 0, { milliseconds, abandon: true })
    await wait(milliseconds / 2)
    const sizes: number[] = []
    for (let sample = 0; sample < 10; sample++) {
      await wait(100)
      sizes.push(sizeOf(running))
    }
    const { open } = await held
    return { streams, opened: open, memory: median(sizes) }
  } finally {
    await running.stop()
  }
}

/** The load of a soak: of ten requests nine are whole, one is a stream. */
const TENTHS = 10

/** What a process to be soaked is started with, so that it can say what it holds. */
export const PROBED = ['--expose-gc', '--import', join(import.meta.dirname, 'heap-probe.ts')]

/** Many requests to one fresh process, to see whether its memory grows. */
export async function soak(
  rig: Rig,
  contestant: Contestant,
  { requests, milliseconds }: { requests: number; milliseconds: number },
): Promise<Soak> {
  const running = await contestant.start(rig.port, await freePort())
  const until = performance.now() + milliseconds
  const sizes: number[] = []
  const heaps: number[] = []
  let done = 0
  let failed = 0
  try {
    for (let tenth = 0; tenth < TENTHS; tenth++) {
      for (const { load, share } of [
        { load: scenario('json-1k'), share: 0.9 },
        { load: scenario('burst-100'), share: 0.1 },
      ]) {
        await rig.shape(load)
        const left = Math.max((until - performance.now()) / (TENTHS - tenth), 1)
        const stretch = { milliseconds: left, requests: Math.round((requests / TENTHS) * share) }
        const told = await rig.measure(running, load, 1, stretch)
        done += told.requests
        failed += told.failed
      }
      sizes.push(sizeOf(running))
      heaps.push((running.pid === undefined ? undefined : await heap(running.pid)) ?? 0)
    }
  } finally {
    await running.stop()
  }
  const spent = performance.now() - (until - milliseconds)
  return { requests: done, failed, milliseconds: spent, memory: sizes, heap: heaps }
}

function sizeOf({ pid }: Running): number {
  return pid === undefined ? 0 : memory(pid)
}
