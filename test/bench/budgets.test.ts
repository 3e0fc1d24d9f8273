import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Figures } from './budgets.ts'
import { table } from './report.ts'
import { type Protocol, PROTOCOLS } from './scenarios.ts'

/**
 * The most that each figure may be: about 1.25 times of what it is, so that growth is noticed and chance is not. Whoever
 * makes a figure smaller makes its limit smaller, too.
 */
const BUDGETS: Readonly<Record<keyof Figures, Readonly<Record<Protocol, number>>>> = {
  small: { anthropic: 60_500, google: 59_500, openai: 58_500, bedrock: 69_000 },
  large: { anthropic: 420_000, google: 444_000, openai: 397_000, bedrock: 447_000 },
  event: { anthropic: 890, google: 1250, openai: 1060, bedrock: 1360 },
  promises: { anthropic: 0.07, google: 0.073, openai: 0.07, bedrock: 0.081 },
  paced: { anthropic: 2090, google: 2580, openai: 2380, bedrock: 2650 },
  // Once for each read, and never more.
  writes: { anthropic: 1, google: 1, openai: 1, bedrock: 1 },
  waits: { anthropic: 2.5, google: 2.5, openai: 2.5, bedrock: 2.5 },
  // None for each event: some for each stream.
  timers: { anthropic: 0.003, google: 0.003, openai: 0.003, bedrock: 0.003 },
  calls: { anthropic: 1, google: 1, openai: 1, bedrock: 1 },
}

const SAYS: Readonly<Record<keyof Figures, string>> = {
  small: 'bytes allocated for a request of 1 KB',
  large: 'bytes allocated for a request of 100 KB',
  event: 'bytes allocated for an event, many in a read',
  promises: 'promises made for an event, many in a read',
  paced: 'bytes allocated for an event, one in a read',
  writes: 'writes for a read',
  waits: 'promises made for an event, one in a read',
  timers: 'timers set for an event, one in a read',
  calls: 'calls of the provider for a request',
}

const figures = Object.keys(SAYS) as (keyof Figures)[]
let found: Readonly<Record<Protocol, Figures>>

beforeAll(() => {
  // In a process of its own, where nothing else allocates.
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'budgets.ts')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  found = JSON.parse(stdout)
  const told = (figure: keyof Figures, protocol: Protocol): string =>
    `${rounded(found[protocol][figure])} of ${BUDGETS[figure][protocol]}`
  const rows = figures.map((figure) => [SAYS[figure], ...PROTOCOLS.map((protocol) => told(figure, protocol))])
  process.stdout.write(`\n${table(['figure, of its limit', ...PROTOCOLS], rows)}\n`)
}, 240_000)

describe.each(PROTOCOLS)('with %s upstream', (protocol) => {
  test.each(figures)('%s stays within its limit', (figure) => {
    const [is, most] = [found[protocol][figure], BUDGETS[figure][protocol]]
    expect(is, `${SAYS[figure]}: ${rounded(is)}, and the limit is ${most}`).toBeLessThanOrEqual(most)
  })
})

test('the figures are of work that was done', () => {
  for (const protocol of PROTOCOLS) {
    const { small, event, writes, calls } = found[protocol]
    expect(small).toBeGreaterThan(1000)
    expect(event).toBeGreaterThan(100)
    expect(writes).toBeGreaterThan(0.9)
    expect(calls).toBe(1)
  }
})

function rounded(value: number): number {
  return Number(value.toPrecision(value < 1 ? 2 : 4))
}
