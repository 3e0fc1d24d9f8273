import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NUMBERS } from '../contract/numbers.ts'
import { edgeCasesPage, PAGE } from './edge-cases.ts'

const page = readFileSync(PAGE, 'utf8')

test('docs/edge-cases.md says what fixtures and tests show: mend it with "node test/docs/edge-cases.ts --write"', () => {
  expect(page).toBe(edgeCasesPage())
})

test('every number has a row, and every row says what shows it', () => {
  const rows = page.split('\n').filter((line) => /^\| (?:\*\*|\u00a0)/u.test(line))
  expect(rows).toHaveLength(Object.keys(NUMBERS).length)
  expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([])
})

test('every link leads somewhere', () => {
  const targets = [...page.matchAll(/\]\((?<target>[^)]+)\)/gu)].map(({ groups }) => groups?.['target'] ?? '')
  expect(targets.filter((target) => !existsSync(join(PAGE, '..', target)))).toEqual([])
})
