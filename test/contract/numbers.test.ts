import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ELSEWHERE, NUMBERS } from './numbers.ts'
import { fixturesOf, subjects } from './subjects.ts'

const fixtures = subjects.flatMap(({ adapter }) => fixturesOf(adapter.name))
const shown = new Set(fixtures.flatMap(({ facts }) => facts.shows))

describe('every edge case is shown', () => {
  for (const [number, about] of Object.entries(NUMBERS)) {
    test(`${number}: ${about}`, () => {
      expect(evidence(number)).toHaveLength(1)
    })
  }
})

test('fixtures show only what has a number', () => {
  expect([...shown].filter((number) => !(number in NUMBERS))).toEqual([])
})

/** Where a number is shown: by fixtures, by a test that is there, or nowhere for a reason; never in two of these ways. */
function evidence(number: string): readonly string[] {
  const elsewhere = ELSEWHERE[number]
  const byFixture = shown.has(number) ? ['by fixtures'] : []
  if (!elsewhere) return byFixture
  if ('reason' in elsewhere) return [...byFixture, elsewhere.reason]
  const isThere = readFileSync(elsewhere.file, 'utf8').includes(elsewhere.test)
  return isThere ? [...byFixture, elsewhere.test] : byFixture
}
