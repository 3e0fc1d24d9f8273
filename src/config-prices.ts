/**
 * Prices in a configuration.
 *
 * @module
 */
import { z } from 'zod'
import type { Rates } from './price.ts'

const rate = z.number().nonnegative().optional()

/** Rates, by the names they have inside. */
const rates = {
  input: rate.describe('USD for a million tokens of input.'),
  output: rate.describe('USD for a million tokens of output.'),
  cached: rate.describe('Of input read from the cache. Default: as other input.'),
  cacheWrite: rate.describe('Of input written to the cache. Default: as other input.'),
  cacheWrite1h: rate.describe('Of input written to the cache for an hour.'),
  reasoning: rate.describe('Of thoughts. Default: as other output.'),
  audioInput: rate.describe('Of sound in the input. Default: as other input.'),
  audioOutput: rate.describe('Of sound in the output. Default: as other output.'),
  imageOutput: rate.describe('Of pictures in the output. Default: as other output.'),
} satisfies Record<keyof Rates, z.ZodType>

/** What a model costs, as a configuration says it. */
export const price = z.strictObject({
  ...rates,
  above: z
    .array(z.strictObject({ tokens: z.int().positive(), ...rates }))
    .refine((tiers) => tiers.every(({ tokens }, index) => tokens > (tiers[index - 1]?.tokens ?? 0)), 'The least first')
    .optional()
    .describe('Rates for calls with more input than `tokens`, the least first.'),
  call: rate.describe('USD for each call.'),
  webSearch: rate.describe('USD for each search of the web.'),
})

/** Entries of `prices` for what nobody provides. */
export function strayPrices(
  prices: Readonly<Record<string, unknown>>,
  providers: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(prices).flatMap((name) => {
    const [provider = '', ...model] = name.split('/')
    if (provider.includes('*') || (model.length > 0 && Object.hasOwn(providers, provider))) return []
    return [`prices.${name}: no provider "${provider}" is configured; prices are for provider/model`]
  })
}
