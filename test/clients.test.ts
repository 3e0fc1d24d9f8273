import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CLIENTS } from './clients/index.ts'
import { clientsPage, PAGE } from './clients/page.ts'
import { SCENARIOS } from './clients/scenarios.ts'
import { MODELS } from './clients/stage.ts'

describe('the clients', () => {
  test('leave out scenarios that there are', () => {
    const named = [...CLIENTS, ...MODELS].flatMap(({ lacks }) => Object.keys(lacks))
    expect(named.filter((name) => !SCENARIOS.has(name))).toEqual([])
  })

  test('are shown as they are in docs/clients.md: mend it with "npm run clients -- --write"', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(clientsPage(() => true))
  })
})
