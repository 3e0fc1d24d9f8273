import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENTS, programme } from './clients/index.ts'
import { clientsPage, PAGE } from './clients/page.ts'
import { SCENARIOS } from './clients/scenarios.ts'
import { type House, MODELS, openHouse } from './clients/stage.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})

afterAll(() => house.close())

describe.each(CLIENTS)('$name, $protocol', (client) => {
  // Side by side, for some clients take their time before another try.
  describe.concurrent.each(MODELS)('$id', (model) => {
    test.each(programme(client, model))('%s', (_, run) => run(house.stage(client, model)))
  })
})

describe('the clients', () => {
  test('send nothing that the gateway does not know', () => {
    expect([...house.losses].filter((loss) => /=unknown$|\.name=/u.test(loss))).toEqual([])
  })

  test('leave out scenarios that there are', () => {
    const named = [...CLIENTS, ...MODELS].flatMap(({ lacks }) => Object.keys(lacks))
    expect(named.filter((name) => !SCENARIOS.has(name))).toEqual([])
  })

  test('are shown as they are in docs/clients.md: mend it with "npm run clients -- --write"', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(clientsPage(() => true))
  })
})
