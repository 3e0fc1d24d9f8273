/**
 * What is printed of a replay.
 *
 * @module
 */
import type { Verdict } from './verdicts.ts'

/** How many verdicts of each kind there were. A refusal for a known reason is a pass. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly outOfScope: number
}

/** Counts verdicts. */
export function totals(verdicts: readonly Verdict[]): Totals {
  const count = (...outcomes: readonly Verdict['outcome'][]): number =>
    verdicts.filter(({ outcome }) => outcomes.includes(outcome)).length
  return { passed: count('passed', 'refused'), failed: count('failed'), outOfScope: count('out of scope') }
}

/** A table by provider, the reasons for what was not replayed, every failure, and the totals. */
export function report(verdicts: readonly Verdict[]): string {
  const { passed, failed, outOfScope } = totals(verdicts)
  return [
    ...table(verdicts),
    ...reasons('Refused, for a reason that is known', verdicts, 'refused'),
    ...reasons('Out of scope', verdicts, 'out of scope'),
    ...excuses(verdicts),
    ...failures(verdicts),
    '',
    `${passed} passed, ${failed} failed, ${outOfScope} out of scope`,
  ].join('\n')
}

interface Column {
  readonly of: readonly Verdict['of'][]
  readonly outcome: Verdict['outcome']
  readonly title: string
}

const REPLIES = ['reply', 'told reply'] as const
const REQUESTS = ['request', 'native request', 'reply sent back'] as const
const COLUMNS: readonly Column[] = [
  { of: REPLIES, outcome: 'passed', title: 'passed' },
  { of: REPLIES, outcome: 'failed', title: 'failed' },
  { of: REPLIES, outcome: 'out of scope', title: 'out' },
  { of: REQUESTS, outcome: 'passed', title: 'passed' },
  { of: REQUESTS, outcome: 'refused', title: 'refused' },
  { of: REQUESTS, outcome: 'failed', title: 'failed' },
  { of: REQUESTS, outcome: 'out of scope', title: 'out' },
]

function table(verdicts: readonly Verdict[]): readonly string[] {
  const providers = [...Map.groupBy(verdicts, ({ provider }) => provider)].toSorted(([one], [other]) =>
    one.localeCompare(other),
  )
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(18) + cells.map((cell) => cell.padStart(8)).join('')
  return [
    line('', ['replies', '', '', 'requests']),
    line(
      'provider',
      COLUMNS.map(({ title }) => title),
    ),
    ...providers.map(([provider, own]) =>
      line(
        provider,
        COLUMNS.map(({ of, outcome }) =>
          String(own.filter((verdict) => of.includes(verdict.of) && verdict.outcome === outcome).length || '·'),
        ),
      ),
    ),
  ]
}

function reasons(title: string, verdicts: readonly Verdict[], outcome: Verdict['outcome']): readonly string[] {
  const found = verdicts.filter((verdict) => verdict.outcome === outcome)
  const groups = [
    ...Map.groupBy(
      found,
      ({ of, through, reason }) => `${of}${through === undefined ? '' : ` to ${through}`}: ${reason ?? ''}`,
    ),
  ]
  const lines = groups
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([reason, { length }]) => `${String(length).padStart(6)}  ${reason}`)
  return lines.length > 0 ? ['', title, ...lines] : []
}

function excuses(verdicts: readonly Verdict[]): readonly string[] {
  const found = verdicts.flatMap(({ excused = [] }) => excused)
  const groups = [...Map.groupBy(found, (reason) => reason)].toSorted(([, one], [, other]) => other.length - one.length)
  const lines = groups.map(([reason, { length }]) => `${String(length).padStart(6)}  ${reason}`)
  return lines.length > 0 ? ['', 'Places that are told otherwise, for a reason that is known', ...lines] : []
}

/** Differences shown of one recording; the rest are in the JSON. */
const MOST = 5

function failures(verdicts: readonly Verdict[]): readonly string[] {
  const failed = verdicts.filter(({ outcome }) => outcome === 'failed')
  const lines = failed.flatMap(({ provider, name, of, through, faults }) => [
    `  ${provider}/${name} (${of}${through !== undefined && through !== provider ? ` to ${through}` : ''})`,
    ...faults
      .slice(0, MOST)
      .flatMap(({ check, path, expected, actual }) => [
        `    ${check}${path ? ` at ${path}` : ''}`,
        `      expected ${expected}, got ${actual}`,
      ]),
    ...(faults.length > MOST ? [`    … and ${faults.length - MOST} more`] : []),
  ])
  return lines.length > 0 ? ['', 'Failures', ...lines] : []
}
