/**
 * What a reply costs.
 *
 * @module
 */
import type { Usage } from './canonical.ts'

/** Prices in USD for a million tokens. */
export interface Rates {
  /** Input outside the cache. */
  readonly input?: number | undefined
  readonly output?: number | undefined
  /** Input read from the cache. Where it is left out, it costs what other input does. */
  readonly cached?: number | undefined
  /** Input written to the cache, for as long as the provider keeps it unasked. Left out as above. */
  readonly cacheWrite?: number | undefined
  /** Input written to the cache for an hour. */
  readonly cacheWrite1h?: number | undefined
  /** Thoughts, where they cost something else than words. */
  readonly reasoning?: number | undefined
  /** Sound that is heard. Sound, and pictures, cost what words do where this is left out. */
  readonly audioInput?: number | undefined
  readonly audioOutput?: number | undefined
  readonly imageOutput?: number | undefined
}

/** What a model costs. What is left out of it is unknown, and so is the cost of a reply that needs it. */
export interface Price extends Rates {
  /** Rates for calls with more input than so many tokens, the least first: they hold for the whole call. */
  readonly above?: readonly (Rates & { readonly tokens: number })[] | undefined
  /** USD for each call. */
  readonly call?: number | undefined
  /** USD for each search of the web. */
  readonly webSearch?: number | undefined
}

/** What is known of a reply that bears on its cost. */
export interface Billed {
  readonly usage?: Usage | undefined
  readonly serviceTier?: string | undefined
}

/**
 * What a reply costs, in USD: what the provider says, or else what its price says. Unknown where the usage or the price
 * is, or where it was answered in another tier of service than the one that prices are for.
 */
export function costOfReply({ usage, serviceTier }: Billed, price: Price | undefined): number | undefined {
  if (usage?.cost !== undefined) return usage.cost
  if (!usage || !price || (serviceTier !== undefined && !STANDARD.has(serviceTier))) return undefined
  return costOf(usage, price)
}

/** Tiers of service at the usual price, by the names that providers have for them. */
const STANDARD: ReadonlySet<string> = new Set(['', 'auto', 'default', 'standard', 'on_demand'])

/** What the tokens of one call cost at a price, in USD; `undefined` where the price does not say. */
export function costOf(usage: Usage, price: Price): number | undefined {
  const rates = ratesFor(price, usage.input)
  const { input: plain, output: said } = rates
  const { cached = 0, cacheWrite = 0, cacheWrite1h = 0, audioInput = 0, webSearches = 0 } = usage
  const { audioOutput = 0, imageOutput = 0 } = usage
  const thought = rates.reasoning === undefined ? 0 : (usage.reasoning ?? 0)
  const fresh = Math.max(usage.input - cached - cacheWrite, 0)
  // Nobody tells how much of the cached input was sound: all sound is taken for fresh.
  const heard = Math.min(audioInput, fresh)
  // An hour costs more than the usual time: it has a price of its own, or writing costs nothing extra.
  const hour = rates.cacheWrite1h ?? (rates.cacheWrite === undefined ? plain : undefined)
  const millionths =
    times(fresh - heard, plain) +
    times(heard, rates.audioInput ?? plain) +
    times(cached, rates.cached ?? plain) +
    times(cacheWrite - cacheWrite1h, rates.cacheWrite ?? plain) +
    times(cacheWrite1h, hour) +
    times(Math.max(usage.output - audioOutput - imageOutput - thought, 0), said) +
    times(audioOutput, rates.audioOutput ?? said) +
    times(imageOutput, rates.imageOutput ?? said) +
    times(thought, rates.reasoning) +
    times(webSearches, price.webSearch === undefined ? undefined : price.webSearch * MILLION) +
    (price.call ?? 0) * MILLION
  return Number.isNaN(millionths) ? undefined : rounded(millionths / MILLION)
}

/** What so many cost; no number where they cost something that nobody knows. */
function times(count: number, rate: number | undefined): number {
  return count === 0 ? 0 : count * (rate ?? Number.NaN)
}

const MILLION = 1e6

/** An amount to the twelfth decimal: floats err beyond it, and no price has more. */
function rounded(dollars: number): number {
  const trillionths = Math.round(dollars * TRILLION)
  return Number.isSafeInteger(trillionths) ? trillionths / TRILLION : dollars
}

const TRILLION = 1e12

/** An amount of money as plain digits, without an exponent. */
export function digits(dollars: number, places = 12): string {
  const text = String(dollars)
  const point = text.indexOf('.')
  const isPlain = !text.includes('e') && (point < 0 || text.length - point - 1 <= places)
  return isPlain ? text : dollars.toFixed(places).replace(/\.?0+$/u, '')
}

function ratesFor(price: Price, input: number): Rates {
  if (!price.above) return price
  const { above, ...rates } = price
  return Object.assign({}, rates, ...above.filter(({ tokens }) => input > tokens))
}
