import { describe, expect, test } from 'vitest'
import { evidenceFor, unproven } from './catalogue.ts'
import { OTHERWISE, PENDING, PROOFS, SHARED } from './evidence.ts'
import { NUMBERS, pointsOf } from './numbers.ts'
import { fixturesOf, subjects } from './subjects.ts'

describe('every edge case is shown', () => {
  for (const [number, about] of Object.entries(NUMBERS)) {
    test(`${number}: ${about}`, () => {
      const isShown = pointsOf(number).length > 0 || evidenceFor(number).length > 0
      expect(isShown || number in OTHERWISE || PENDING.includes(number)).toBe(true)
    })
  }
})

test('nothing is shown that has no number', () => {
  const fixtures = subjects.flatMap(({ adapter }) => fixturesOf(adapter.name)).flatMap(({ facts }) => facts.shows)
  const shown = [...fixtures, ...PROOFS.flatMap(({ shows }) => shows), ...Object.values(SHARED).flat()]
  expect([...shown, ...Object.keys(OTHERWISE), ...PENDING].filter((number) => !(number in NUMBERS))).toEqual([])
})

test('every list is numbered from its first to its last', () => {
  const lists = { T: [1, 50], A: [1, 60], C: [1, 34], O: [35, 44], M: [45, 54], D: [55, 70], G: [1, 60] } as const
  for (const [list, [first, last]] of Object.entries(lists)) {
    const own = Object.keys(NUMBERS).filter((number) => number.startsWith(list) && /\d$/u.test(number))
    expect(own.map((number) => Number(number.slice(1)))).toEqual(
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    )
  }
})

test('every test that is named is there', () => {
  expect(PROOFS.filter(unproven)).toEqual([])
})

test('nothing is pending but what is being built, and that is not shown yet', () => {
  expect(PENDING.filter((number) => evidenceFor(number).length > 0)).toEqual([])
})
