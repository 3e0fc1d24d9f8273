import { describe, expect, test } from 'vitest'
import type { Usage } from '../src/canonical.ts'
import { costOf, costOfReply, digits } from '../src/price.ts'

const usage = (counts: Partial<Usage>): Usage => ({ input: 0, output: 0, ...counts })

describe('a cost', () => {
  const price = { input: 3, cached: 0.3, cacheWrite: 3.75, cacheWrite1h: 6, output: 15 }

  test('is of what each token is: fresh, read, written for a while or for an hour, said', () => {
    // 1000 × 3 + 20,000 × 0.3 + 3000 × 3.75 + 5000 × 6 + 700 × 15 = 60,750 millionths
    const spent = usage({ input: 29_000, cached: 20_000, cacheWrite: 8000, cacheWrite1h: 5000, output: 700 })
    expect(costOf(spent, price)).toBe(0.06075)
  })

  test('is of what was written for a while where nobody says that it was an hour', () => {
    expect(costOf(usage({ input: 1000, cacheWrite: 1000 }), price)).toBe(0.00375)
  })

  test('takes what costs nothing apart for what it is a part of', () => {
    const spent = { input: 600, cached: 100, cacheWrite: 200, cacheWrite1h: 100, audioInput: 100 }
    const said = { output: 60, reasoning: 30, audioOutput: 10, imageOutput: 10 }
    expect(costOf(usage({ ...spent, ...said }), { input: 1, output: 10 })).toBe(0.0012)
  })

  test('of sound, pictures and thoughts is their own', () => {
    const rates = { input: 1, output: 2, audioInput: 10, audioOutput: 20, imageOutput: 30, reasoning: 5 }
    // 90 × 1 + 10 × 10 + 60 × 2 + 10 × 20 + 10 × 30 + 20 × 5
    const said = { output: 100, audioOutput: 10, imageOutput: 10, reasoning: 20 }
    expect(costOf(usage({ input: 100, audioInput: 10, ...said }), rates)).toBe(0.00091)
  })

  test('of a long prompt is another, for the whole call, from the first token above the bound', () => {
    const tiered = { ...price, above: [{ tokens: 200_000, input: 6, cached: 0.6, output: 22.5 }] }
    expect(costOf(usage({ input: 200_000, cached: 50_000, output: 1000 }), tiered)).toBe(0.48)
    // 150,001 × 6 + 50,000 × 0.6 + 1000 × 22.5
    expect(costOf(usage({ input: 200_001, cached: 50_000, output: 1000 }), tiered)).toBe(0.952506)
  })

  test('of the highest bound passed holds, with what it leaves as it was', () => {
    const above = [
      { tokens: 10, input: 2 },
      { tokens: 100, output: 5 },
    ]
    expect(costOf(usage({ input: 101, output: 1 }), { input: 1, output: 1, above })).toBe(0.000207)
  })

  test('has calls and searches in it', () => {
    const rates = { input: 1, output: 1, call: 0.005, webSearch: 0.01 }
    expect(costOf(usage({ input: 1, output: 1, webSearches: 3 }), rates)).toBe(0.035002)
  })

  test('is unknown where a rate is that it needs', () => {
    expect(costOf(usage({ input: 1, output: 1 }), { input: 1 })).toBeUndefined()
    expect(costOf(usage({ input: 1, webSearches: 1 }), { input: 1 })).toBeUndefined()
    const kept = usage({ input: 2, cacheWrite: 2, cacheWrite1h: 1 })
    expect(costOf(kept, { input: 1, cacheWrite: 1.25 })).toBeUndefined()
    expect(costOf(kept, { input: 1 })).toBe(0.000002)
  })

  test('of embeddings needs no rate for output', () => {
    expect(costOf(usage({ input: 1000 }), { input: 0.02 })).toBe(0.00002)
  })

  test('is exact to a millionth of a millionth, and free is 0', () => {
    expect(costOf(usage({ input: 1, cached: 1 }), { input: 0.1, cached: 0.0028 })).toBe(0.0000000028)
    // The sum of floats is 0.007174999999999999.
    const spent = usage({ input: 1000, cached: 100, cacheWrite: 100, output: 100 })
    expect(costOf(spent, { input: 5, cached: 0.5, cacheWrite: 6.25, output: 25 })).toBe(0.007175)
    expect(costOf(usage({ input: 5, output: 5 }), { input: 0, output: 0 })).toBe(0)
  })
})

describe('the cost of a reply', () => {
  const price = { input: 1, output: 1 }
  const spent = usage({ input: 1, output: 1 })

  test('is what the provider says it is', () => {
    expect(costOfReply({ usage: { ...spent, cost: 0.5 }, serviceTier: 'priority' }, price)).toBe(0.5)
    expect(costOfReply({ usage: { ...spent, cost: 0 } }, undefined)).toBe(0)
  })

  test('is unknown where usage or price is', () => {
    expect(costOfReply({}, price)).toBeUndefined()
    expect(costOfReply({ usage: spent }, undefined)).toBeUndefined()
  })

  test('is for the usual tier of service, and unknown in others', () => {
    const cost = (serviceTier: string): number | undefined => costOfReply({ usage: spent, serviceTier }, price)
    expect(['default', 'standard', 'auto', 'on_demand'].map(cost)).toEqual([0.000002, 0.000002, 0.000002, 0.000002])
    expect(['priority', 'flex', 'fast', 'batch', 'something new'].map(cost)).not.toContainEqual(expect.any(Number))
  })
})

test.each([
  [0, '0'],
  [10, '10'],
  [0.06075, '0.06075'],
  [1e-7, '0.0000001'],
  [2.8e-9, '0.0000000028'],
  [123456.5, '123456.5'],
])('%d is printed as %s', (dollars, text) => {
  expect(digits(dollars)).toBe(text)
})
