import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationPage, PAGE } from './configuration.ts'

test('docs/configuration.md is what the schemas say: mend it with "node test/docs/configuration.ts"', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(configurationPage())
})

test('every setting is described', () => {
  expect(configurationPage()).not.toMatch(/\| +\|$/mu)
})
