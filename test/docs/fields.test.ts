import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fieldsPage, LOST, PAGE } from './fields.ts'

test('docs/fields.md is what the adapters do: mend it with "node test/docs/fields.ts --write"', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await fieldsPage())
})

test('no field is lost', async () => {
  expect(await fieldsPage()).not.toContain(LOST)
})
