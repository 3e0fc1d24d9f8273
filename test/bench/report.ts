/**
 * The tables of a run: what it found, beside what is wanted.
 *
 * @module
 */
import { SUBJECT, YARDSTICK } from './contestants.ts'
import type { Figure, Life, Results } from './results.ts'
import { isScenario, PROTOCOLS, SCENARIOS } from './scenarios.ts'

/** The most of a rival's cost that Dragoman's may be. */
type Targets = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What a gateway that translates may cost, held against one that only passes on, a popular one, and nginx. */
export const TARGETS: Targets = {
  'json-1k': { [YARDSTICK]: 1.4, portkey: 1 / 10, nginx: 4 },
  'json-100k': { [YARDSTICK]: 2, portkey: 1 / 6, nginx: 7 },
  'burst-1000': { [YARDSTICK]: 0.65, portkey: 1 / 10, nginx: 3 },
  paced: { [YARDSTICK]: 1.05, portkey: 1 / 2, nginx: 1.7 },
  first: { [YARDSTICK]: 1.2 },
  open: { [YARDSTICK]: 1.1, portkey: 1 / 2 },
}

/** The most of the cost of Anthropic's protocol that another may have. */
const PROTOCOL_TARGET = 1.3

/** Bytes that may be left of a request, on average, and the requests of a soak that can tell. */
const MOST_KEPT = 50
const ENOUGH = 5000

/** All tables of a run. */
export function report(found: Results): string {
  const names = [...new Set(found.figures.map(({ name }) => name))]
  const rivals = names.filter((name) => name !== SUBJECT && name !== 'direct' && !isProtocol(name))
  const parts = [
    `Processor time of the gateway's process, in microseconds; median of ${found.rounds} rounds, in brackets the extremes.`,
    costs(found, rivals),
    ...(names.some(isProtocol)
      ? ['The same for other protocols upstream, against Anthropic’s.', protocols(found)]
      : []),
    'What clients see: requests per second, latency and time to the first event in milliseconds, median / p99.',
    experience(found),
    ...(found.lives.length > 0 ? ['Start, and memory in MB of fresh processes.', lives(found.lives)] : []),
    ...soakLine(found),
    ...found.missing.map((reason) => `Not measured: ${reason}`),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What changed since an earlier run: Dragoman's cost, by itself and as a share of the yardstick's. */
export function changes(before: Results, now: Results): string {
  const rows = now.figures.flatMap((figure) => {
    const old = find(before, figure.scenario, figure.name)
    if (figure.cpu === undefined || old?.cpu === undefined) return []
    if (figure.name !== SUBJECT && !isProtocol(figure.name)) return []
    const shares = [before, now].map((run) => shareOf(run, figure))
    const [was, is] = shares.map((share) => (share === undefined ? '–' : `${fixed(share)}x`))
    return [
      [`${figure.scenario}, ${figure.name}`, fixed(old.cpu), fixed(figure.cpu), percent(old.cpu, figure.cpu), was, is],
    ]
  })
  return table(['', 'before', 'now', 'change', `of ${YARDSTICK} before`, 'now'], rows)
}

/** Where Dragoman's share of the yardstick's cost is more than so many times what is wanted. */
export function beyond(found: Results, factor: number): readonly string[] {
  return found.figures.flatMap((figure) => {
    const target = TARGETS[figure.scenario]?.[YARDSTICK]
    const share = figure.name === SUBJECT && figure.scenario !== 'first' ? shareOf(found, figure) : undefined
    if (target === undefined || share === undefined || share <= target * factor) return []
    return [
      `${figure.scenario} costs ${fixed(share)}x of what ${YARDSTICK} costs: more than ${factor} times the ${target}x that are wanted.`,
    ]
  })
}

function costs(found: Results, rivals: readonly string[]): string {
  const rows = Object.entries(SCENARIOS).flatMap(([scenario, { title }]) => {
    const own = find(found, scenario, SUBJECT)
    if (!own) return []
    const cell = (rival: string): string => {
      const other = find(found, scenario, rival)
      const [mine, theirs] = scenario === 'first' ? added(found, own, other) : [own.cpu, other?.cpu]
      return versus(mine, theirs, TARGETS[scenario]?.[rival])
    }
    const mine = scenario === 'first' ? `${fixed(added(found, own, own)[0])} ms more than direct` : range(own)
    return [[title, mine, ...rivals.map(cell)]]
  })
  return table(['', SUBJECT, ...rivals], rows)
}

/** The time to the first event that two contestants add to what it is without them. */
function added(found: Results, one: Figure, other: Figure | undefined): readonly [number?, number?] {
  const floor = find(found, 'first', 'direct')?.first
  return floor === undefined || !other ? [] : [one.first - floor, other.first - floor]
}

function protocols(found: Results): string {
  const measured = Object.keys(SCENARIOS).filter((scenario) => find(found, scenario, 'anthropic'))
  const rows = measured.map((scenario) => {
    const base = find(found, scenario, 'anthropic')
    const others = PROTOCOLS.slice(1).map((protocol) =>
      versus(find(found, scenario, protocol)?.cpu, base?.cpu, PROTOCOL_TARGET, true),
    )
    return [isScenario(scenario) ? SCENARIOS[scenario].title : scenario, base ? range(base) : '–', ...others]
  })
  return table(['', ...PROTOCOLS], rows)
}

function experience({ figures }: Results): string {
  const rows = figures
    .filter(({ name }) => !isProtocol(name))
    .map((figure) => [
      figure.scenario,
      figure.name,
      String(Math.round(figure.requestsPerSecond)),
      `${fixed(figure.latency)} / ${fixed(figure.latencyP99)}`,
      `${fixed(figure.first)} / ${fixed(figure.firstP99)}`,
      figure.memory === undefined ? '–' : megabytes(figure.memory),
      figure.failed > 0 ? `${figure.failed} failed` : '',
    ])
  return table(['', '', 'req/s', 'latency', 'first event', 'MB', ''], rows)
}

function lives(all: readonly Life[]): string {
  const own = all.find(({ name }) => name === SUBJECT)
  const rows = all.map(({ name, startup, idle, open }) => [
    name,
    `${Math.round(startup)} ms`,
    megabytes(idle),
    ...open.map(({ streams, opened, memory }) => {
      const short = opened < streams ? ` (only ${opened} opened)` : ''
      const mine = own?.open.find((other) => other.streams === streams)?.memory
      const target = streams === 200 ? TARGETS['open']?.[name] : undefined
      const ratio = mine === undefined || name === SUBJECT ? '' : `, ${judged(mine / memory, target)}`
      return megabytes(memory) + short + ratio
    }),
  ])
  const crowds = all[0]?.open.map(({ streams }) => `${streams} streams`) ?? []
  return table(['', 'first answer', 'idle', ...crowds], rows)
}

function soakLine({ soak }: Results): readonly string[] {
  if (!soak) return []
  const { requests, failed, milliseconds, memory, heap } = soak
  const seconds = Math.round(milliseconds / 1000)
  // In the second half all is warm: what is compiled, and seen for the first time, was so before.
  const half = Math.floor(heap.length / 2)
  const grown = (heap.at(-1) ?? 0) - (heap[half - 1] ?? 0)
  const kept = grown / Math.max(requests * (1 - half / heap.length), 1)
  const verdict = requests < ENOUGH ? '' : `, wanted < ${MOST_KEPT} ${kept < MOST_KEPT ? '✓' : '✗'}`
  return [
    `Soak: ${requests} requests in ${seconds} s, ${failed} failed. What is held by tenths, in MB: ${heap.map(megabytes).join(' ')} with all garbage thrown away, ${fixed(kept)} bytes more for each request of the second half${verdict}; ${memory.map(megabytes).join(' ')} as the system counts.`,
  ]
}

function find({ figures }: Results, scenario: string, name: string): Figure | undefined {
  return figures.find((figure) => figure.scenario === scenario && figure.name === name)
}

function shareOf(run: Results, { scenario, name }: Figure): number | undefined {
  const own = find(run, scenario, name)?.cpu
  const other = find(run, scenario, YARDSTICK)?.cpu
  return own === undefined || other === undefined ? undefined : own / other
}

/** What a rival costs, and what share of it the subject's cost is. */
function versus(mine: number | undefined, theirs: number | undefined, target?: number, reversed = false): string {
  if (mine === undefined || theirs === undefined) return '–'
  return `${fixed(reversed ? mine : theirs)}: ${judged(mine / theirs, target)}`
}

function judged(ratio: number, target: number | undefined): string {
  const wanted = target === undefined ? '' : `, wanted ${words(target)} ${ratio <= target ? '✓' : '✗'}`
  const isLess = target === undefined ? ratio < 0.5 : target < 0.6
  return `${isLess ? `${fixed(1 / ratio)}x less` : `${fixed(ratio)}x`}${wanted}`
}

function words(target: number): string {
  return target < 0.6 ? `≥ ${fixed(1 / target)}x` : `≤ ${target}x`
}

function range({ cpu, cpuLeast, cpuMost }: Figure): string {
  return cpu === undefined ? '–' : `${fixed(cpu)} [${fixed(cpuLeast)}..${fixed(cpuMost)}]`
}

function isProtocol(name: string): boolean {
  return PROTOCOLS.some((protocol) => protocol === name)
}

function percent(before: number, now: number): string {
  const change = Math.round((now / before - 1) * 100)
  return `${change > 0 ? '+' : ''}${change} %`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

/** A number with about three digits that count. */
export function fixed(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
}

/** A table in Markdown, its columns lined up. */
export function table(heads: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const all = [heads, ...rows].map((row) => heads.map((_, column) => row[column] ?? ''))
  const widths = heads.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
