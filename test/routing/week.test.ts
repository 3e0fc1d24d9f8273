/** A week of traffic on a clock of its own: `auto` moves off a provider that fails, and back to it. */
import { expect, test } from 'vitest'
import { openai } from '../../adapters/index.ts'
import type { Capabilities } from '../../src/adapter.ts'
import { createGateway } from '../../src/gateway.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** When a provider does what. Cheap is down on Tuesday, slow and half broken on Thursday; a cheaper one comes on Saturday. */
const isDown = (at: number): boolean => at >= DAY && at < 1.5 * DAY
const isShaky = (at: number): boolean => at >= 3 * DAY && at < 3.25 * DAY

interface Hour {
  cheap: number
  dear: number
  cheaper: number
  failed: number
  calls: number
}

function hour(): Hour {
  return { cheap: 0, dear: 0, cheaper: 0, failed: 0, calls: 0 }
}

const provider = (name: string) => {
  const made = openai({ apiKey: name, baseURL: `https://${name}.test/v1` })
  return Object.create(made, {
    name: { value: name, enumerable: true },
    facts: { value: [{ match: 'm', ids: ['m'], context: 100_000 }] },
    supports: { value: { ...(made.supports as Capabilities) } },
  }) as typeof made
}

test('a week: figures by the day', async () => {
  let clock = 0
  // A generator of its own, so that every week is the same week.
  let seed = 1
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647
  const hours: Hour[] = []
  const now = (): Hour => (hours[Math.floor(clock / HOUR)] ??= hour())
  const fetch = async (input: string | URL | Request): Promise<Response> => {
    const { hostname } = new URL(input instanceof Request ? input.url : input)
    const name = hostname.replace('.test', '') as 'cheap' | 'dear' | 'cheaper'
    now().calls += 1
    clock += name === 'dear' ? 400 : 300
    const fails = name === 'cheap' && (isDown(clock) || (isShaky(clock) && random() < 0.6))
    if (fails) return Response.json({ error: { message: 'Down.' } }, { status: 503 })
    const choices = [{ index: 0, message: { role: 'assistant', content: name }, finish_reason: 'stop' }]
    return Response.json({ id: 'c', choices, usage: { prompt_tokens: 100, completion_tokens: 50 } })
  }
  const common = {
    now: () => clock,
    random,
    sleep: async (milliseconds: number) => void (clock += milliseconds),
    fetch,
    prices: {
      'cheap/m': { input: 1, output: 2 },
      'dear/m': { input: 5, output: 10 },
      'cheaper/m': { input: 0.2, output: 0.4 },
    },
  }
  const weekdays = createGateway({ ...common, providers: { cheap: provider('cheap'), dear: provider('dear') } })
  const weekend = createGateway({
    ...common,
    providers: { cheap: provider('cheap'), dear: provider('dear'), cheaper: provider('cheaper') },
  })

  for (let minute = 0; minute < (7 * DAY) / MINUTE; minute += 1) {
    clock = Math.max(clock, minute * MINUTE)
    const gateway = clock < 5 * DAY ? weekdays : weekend
    const at = now()
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto/cheap', messages: [{ role: 'user', content: 'Hello.' }] }),
    })
    const served = response.headers.get('x-model-router-provider')
    if (response.status !== 200) at.failed += 1
    else if (served === 'cheap' || served === 'dear' || served === 'cheaper') at[served] += 1
    await response.text()
  }

  const sum = (from: number, to: number): Hour =>
    hours.slice(from / HOUR, to / HOUR).reduce(
      (total, each) => ({
        cheap: total.cheap + each.cheap,
        dear: total.dear + each.dear,
        cheaper: total.cheaper + each.cheaper,
        failed: total.failed + each.failed,
        calls: total.calls + each.calls,
      }),
      hour(),
    )
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
  console.table(Object.fromEntries(days.map((day, index) => [day, sum(index * DAY, (index + 1) * DAY)])))

  // Nobody went without an answer, all week.
  expect(sum(0, 7 * DAY).failed).toBe(0)
  // While all is well the cheap one answers everybody.
  expect(sum(0, DAY)).toMatchObject({ cheap: 1440, dear: 0 })
  // It is down for half of Tuesday: within an hour hardly anybody knocks there in vain, and it is back within the hour.
  const down = sum(DAY, 1.5 * DAY)
  expect(down.cheap).toBe(0)
  expect(down.calls - down.dear).toBeLessThan(down.dear * 0.6)
  expect(sum(1.5 * DAY + HOUR, 2 * DAY).dear).toBe(0)
  // A provider that fails more often than not is avoided; most are answered elsewhere.
  expect(sum(3 * DAY, 3.25 * DAY).dear).toBeGreaterThan(sum(3 * DAY, 3.25 * DAY).cheap)
  expect(sum(3.25 * DAY + HOUR, 4 * DAY).dear).toBe(0)
  // A cheaper one that can do the same takes over as soon as it is configured.
  expect(sum(5 * DAY, 7 * DAY)).toMatchObject({ cheap: 0, dear: 0, cheaper: 2880 })
})
