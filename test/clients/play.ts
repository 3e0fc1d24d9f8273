/**
 * Scenarios as tests.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from './client.ts'
import { CLIENTS, programme } from './index.ts'
import { fullName } from './page.ts'
import { type House, MODELS, openHouse } from './stage.ts'

/** Plays every scenario with every model and every client that speaks a protocol. */
export function play(protocol: Client['protocol']): void {
  let house: House

  beforeAll(async () => {
    house = await openHouse()
  })

  afterAll(() => house.close())

  const clients = CLIENTS.filter((client) => client.protocol === protocol)
  describe.each(clients.map((client) => [fullName(client), client] as const))('%s', (_, client) => {
    // Side by side, for some clients take their time before another try.
    describe.concurrent.each(MODELS)('$id', (model) => {
      test.each(programme(client, model))('%s', (__, run) => run(house.stage(client, model)))
    })
  })

  test('the clients send nothing that the gateway does not know', () => {
    expect([...house.losses].filter((loss) => /=unknown$|\.name=/u.test(loss))).toEqual([])
  })
}
