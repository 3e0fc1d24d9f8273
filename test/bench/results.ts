/**
 * What a run of the benchmarks found, in the form it is kept in.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const number = z.number()
const maybe = number.optional()

const figure = z.object({
  scenario: z.string(),
  /** Who was measured. */
  name: z.string(),
  /** Microseconds of processor time per request or event: the median of the rounds, and how far they are apart. */
  cpu: maybe,
  cpuLeast: maybe,
  cpuMost: maybe,
  requestsPerSecond: number,
  /** Milliseconds. */
  latency: number,
  latencyP99: number,
  first: number,
  firstP99: number,
  /** Bytes. */
  memory: maybe,
  requests: number,
  failed: number,
})

const life = z.object({
  name: z.string(),
  /** Milliseconds from the start of the process to its first answer. */
  startup: number,
  /** Bytes. */
  idle: number,
  open: z.array(z.object({ streams: number, opened: number, memory: number })),
})

const soak = z.object({
  requests: number,
  failed: number,
  milliseconds: number,
  /** Bytes after each tenth of the way; the first is the warm-up. */
  memory: z.array(number),
  /** Of these, what is left when all is thrown away that can be. */
  heap: z.array(number),
})

const results = z.object({
  date: z.string(),
  node: z.string(),
  quick: z.boolean(),
  pinned: z.boolean(),
  rounds: number,
  /** The machine's load before, as `uptime` tells it. */
  load: number,
  figures: z.array(figure),
  lives: z.array(life),
  soak: soak.optional(),
  /** Who could not be measured, and why. */
  missing: z.array(z.string()),
})

/** How one of the contestants did under one kind of load. */
export type Figure = z.infer<typeof figure>

/** What a contestant needs to live. */
export type Life = z.infer<typeof life>

/** How memory held out over many requests. */
export type Soak = z.infer<typeof soak>

/** All of a run. */
export type Results = z.infer<typeof results>

/** Keeps the results of a run. */
export function keep(file: string, found: Results): void {
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`)
}

/** The results of an earlier run. Throws where the file holds none. */
export function recall(file: string): Results {
  return results.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** The middle one of some numbers; of none, not a number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
