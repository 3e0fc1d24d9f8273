/**
 * The catalogue of edge cases: for each number, what shows it.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CASES } from '../../src/contract.ts'
import { type Proof, PROOFS, SHARED } from './evidence.ts'
import { fixturesOf, subjects } from './subjects.ts'

/** One thing that shows a number: where it is, and its name. */
export interface Evidence {
  readonly kind: 'fixture' | 'shared' | 'test'
  /** The folder of a fixture, the name of a shared case, or a test's file. */
  readonly place: string
  /** The name of a test. */
  readonly test?: string
}

const root = join(import.meta.dirname, '../..')
const fixtures = subjects.flatMap(({ adapter }) =>
  fixturesOf(adapter.name).map(({ name, facts }) => ({ place: `${adapter.name}/${name}`, shows: facts.shows })),
)

/** What shows a number. */
export function evidenceFor(number: string): readonly Evidence[] {
  const shown = ({ shows }: { readonly shows: readonly string[] }): boolean => shows.includes(number)
  const shared = Object.entries(SHARED).flatMap(([name, shows]) =>
    shows.includes(number) && name in CASES ? [name] : [],
  )
  return [
    ...shared.map((place) => ({ kind: 'shared' as const, place })),
    ...fixtures.filter(shown).map(({ place }) => ({ kind: 'fixture' as const, place })),
    ...PROOFS.filter(shown).map(({ file, test }) => ({ kind: 'test' as const, place: file, test })),
  ]
}

/** Whether a proof leads nowhere: to a file that has no test of that name. */
export function unproven({ file, test }: Proof): boolean {
  const text = readFileSync(join(root, file), 'utf8')
  return !["'", '"', '`'].some((quote) => text.includes(`${quote}${test}${quote}`))
}
