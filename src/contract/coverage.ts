/**
 * Promises about an adapter as a whole: no claim without a case, no gap without a denial.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Adapter } from '../adapter.ts'
import { isObject } from '../wire/json.ts'
import { CASES, KNOBS } from './cases.ts'
import type { Fixture } from './fixture.ts'
import { expectation } from './golden.ts'
import { isError } from './stage.ts'

/** The shared cases an adapter owes: those whose capability it claims. */
export function owed({ supports, models, embed }: Adapter): readonly string[] {
  return Object.entries(CASES).flatMap(([name, need]) => {
    if (need === 'optional') return []
    if (need === 'embeddings') return embed ? [name] : []
    return need === 'always' || (need === 'models' ? models !== undefined : supports[need]) ? [name] : []
  })
}

/** Checks that every capability an adapter claims has its case, and that what the case shows is no refusal. */
export function assertOwed(adapter: Adapter, fixtures: readonly Fixture[]): void {
  const shown = new Set(fixtures.filter((fixture) => isAbout(fixture)).map(({ name }) => name))
  const missing = owed(adapter).filter((name) => !shown.has(name))
  assert.deepEqual(missing, [], `${adapter.name} claims what no case shows. Add the cases, or deny the capability.`)
}

/** Whether a case shows what its name says: a reply, or an error where that is what it is about. */
function isAbout({ name, folder }: Fixture): boolean {
  return /^(?:error-|stream-cut)/u.test(name) || !isError(expectation(join(folder, 'told.json')))
}

/** Checks that the case `knobs` turns every knob there is, so that those an adapter lacks are seen to be reported. */
export function assertKnobs(fixtures: readonly Fixture[]): void {
  const turned = fixtures.find(({ name }) => name === 'knobs')?.asked
  const missing = Object.keys(KNOBS).filter((knob) => !isObject(turned) || turned[knob] === undefined)
  assert.deepEqual(missing, [], 'The case knobs leaves some alone.')
}
