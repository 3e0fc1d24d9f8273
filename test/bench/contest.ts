/**
 * Rounds of load, each contestant in turn: A B C, B C A, C A B, so that what disturbs one round disturbs them all.
 *
 * @module
 */
import { type Figure, median } from './results.ts'
import type { Measured, Rig, Running } from './rig.ts'
import { type Scenario, scenario } from './scenarios.ts'

/** How thorough to be. */
export interface Effort {
  readonly rounds: number
  /** Milliseconds of load in a round. */
  readonly milliseconds: number
  /** Milliseconds of load before the first round. */
  readonly warm: number
  /** When no further round may begin, on the clock of `performance.now()`. Two are always run. */
  readonly until: number
}

/** Who did how well. */
export interface Standing {
  readonly figures: readonly Figure[]
  /** Who could not be measured, and why. */
  readonly missing: readonly string[]
}

/** Has a fresh process compile what it will need, before anything is measured. */
export async function warmUp(rig: Rig, running: Running, milliseconds: number): Promise<void> {
  for (const load of [scenario('json-1k'), scenario('burst-100')]) {
    await rig.shape(load)
    await rig.measure(running, load, 1, { milliseconds: milliseconds / 2 })
  }
}

/** Measures contestants under one kind of load. */
export async function contest(
  rig: Rig,
  entrants: readonly Running[],
  scenario: Scenario,
  effort: Effort,
): Promise<Standing> {
  await rig.shape(scenario)
  const missing: string[] = []
  const ready: Entrant[] = []
  for (const running of entrants) {
    try {
      const body = await rig.probe(running, scenario)
      await rig.measure(running, scenario, body.length, { milliseconds: effort.warm })
      ready.push({ running, least: body.length, rounds: [] })
    } catch (error) {
      missing.push(error instanceof Error ? error.message.slice(0, 300) : String(error))
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    if (round > 1 && performance.now() > effort.until) break
    for (const { running, least, rounds } of rotated(ready, round))
      rounds.push(await rig.measure(running, scenario, least, { milliseconds: effort.milliseconds }))
  }
  return { figures: ready.map((entrant) => figure(entrant, scenario)), missing }
}

interface Entrant {
  readonly running: Running
  readonly least: number
  readonly rounds: Measured[]
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

function figure({ running, rounds }: Entrant, { name: scenario }: Scenario): Figure {
  const middle = (read: (round: Measured) => number): number => median(rounds.map(read))
  const total = (read: (round: Measured) => number): number => rounds.reduce((sum, round) => sum + read(round), 0)
  const costs = rounds.flatMap(({ cpu }) => (cpu === undefined || !Number.isFinite(cpu) ? [] : [cpu]))
  const sizes = rounds.flatMap(({ memory }) => (memory === undefined ? [] : [memory]))
  return {
    scenario,
    name: running.name,
    ...(costs.length > 0 && { cpu: median(costs), cpuLeast: Math.min(...costs), cpuMost: Math.max(...costs) }),
    requestsPerSecond: middle(({ requests, milliseconds }) => (requests * 1000) / milliseconds),
    latency: middle(({ latency }) => latency.median),
    latencyP99: middle(({ latency }) => latency.p99),
    first: middle(({ first }) => first.median),
    firstP99: middle(({ first }) => first.p99),
    ...(sizes.length > 0 && { memory: median(sizes) }),
    requests: total(({ requests }) => requests),
    failed: total(({ failed }) => failed),
  }
}
