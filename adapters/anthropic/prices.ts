/**
 * What Claude models cost where the price list lags behind, or does not know them.
 *
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 * @module
 */
import type { Price } from '../../src/adapter.ts'

/** A search of the web, with any model. */
const webSearch = 0.01

const BEFORE = { input: 2, cached: 0.2, cacheWrite: 2.5, cacheWrite1h: 4, output: 10, webSearch } as const

/** Sonnet 5.5, whose cache has been cheaper to read since 7 October 2026. */
export function sonnet55(at: Date): Price {
  return at < new Date('2026-10-07') ? BEFORE : { ...BEFORE, cached: 0.1 }
}

/** Haiku 5.5, which has two prices by the length of the prompt. */
export const HAIKU_5_5: Price = {
  ...{ input: 0.1, cached: 0.01, cacheWrite: 0.125, cacheWrite1h: 0.2, output: 0.5, webSearch },
  above: [{ tokens: 100_000, input: 0.5, cached: 0.05, cacheWrite: 0.625, cacheWrite1h: 1, output: 2.5 }],
}

/** Fable 5, and Mythos 5 for those who may use it. */
export const FABLE_5: Price = { input: 10, cached: 1, cacheWrite: 12.5, cacheWrite1h: 20, output: 50, webSearch }

/** Fable 5.1 and Mythos 5.1. */
export const FABLE_5_1: Price = { ...FABLE_5, cached: 0.25 }

/** Models whose price is not on the page; the list may take them for others. */
export function unpriced(): undefined {}
