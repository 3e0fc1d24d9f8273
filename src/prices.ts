/**
 * What models cost: as the configuration says, as the adapter knows, or as the price list has it.
 *
 * The list is that of https://github.com/pydantic/genai-prices, which follows the providers' own pages. It is large, so
 * it is read when it is first needed. It asks nothing of the network.
 *
 * @module
 */
import type { ModelPrice } from '@pydantic/genai-prices'
import { factFor } from './adapter.ts'
import type { Price, Rates } from './price.ts'
import { glob, keyOf, type Target } from './router.ts'

/** Finds out what models cost. */
export interface Prices {
  /** What a model costs at an instant, in milliseconds; nothing where nobody knows. The list is read at the first call, and is at hand after that. */
  find(target: Target, at: number): Found | Promise<Found>
  /** What the configuration says a model costs. */
  stated(target: Target): Price | undefined
}

/** The price of models by name: `provider/model`, or a pattern with `*`. */
export type StatedPrices = Readonly<Record<string, Price>>

/** Prices change at full hours, if at all during a day. */
const HOUR = 60 * 60 * 1000
/** How many prices to remember: names come from clients. */
const MOST = 1000

type Found = Price | undefined
type List = Pick<typeof import('@pydantic/genai-prices'), 'calcPrice'>

/** Prices, with those that the configuration states. */
export function createPrices(
  stated: StatedPrices = {},
  load: () => Promise<List> = () => import('@pydantic/genai-prices'),
): Prices {
  const patterns = Object.entries(stated)
    .map(([name, price]) => ({ test: glob(name), length: name.length, price }))
    .toSorted((one, other) => other.length - one.length)
  let loading: Promise<List | undefined> | undefined
  let cached: { readonly hour: number; readonly prices: Map<Target, Found> } | undefined
  const listed = (target: Target, pricedAs: string, at: number): Found | Promise<Found> => {
    const hour = Math.floor(at / HOUR)
    if (cached?.hour !== hour || cached.prices.size > MOST) cached = { hour, prices: new Map() }
    const { prices } = cached
    if (prices.has(target)) return prices.get(target)
    loading ??= load().catch(() => undefined)
    return loading.then((list) => {
      const found = list?.calcPrice({}, target.model, { providerId: pricedAs, timestamp: new Date(at) })
      const price = found ? read(found.model_price) : undefined
      prices.set(target, price)
      return price
    })
  }
  const priceStated = (target: Target): Price | undefined => {
    if (patterns.length === 0) return undefined
    const name = keyOf(target)
    return Object.hasOwn(stated, name) ? stated[name] : patterns.find(({ test }) => test.test(name))?.price
  }
  return {
    stated: priceStated,
    find(target, at) {
      const { provider, adapter, model } = target
      const price = priceStated(target)
      if (price) return price
      // Another address under another name is another provider, whatever its models are called.
      if (adapter.pricedAs === undefined || adapter.name !== provider) return undefined
      const known = factFor(adapter.facts, model)?.price
      if (known) return typeof known === 'function' ? known(new Date(at)) : known
      return listed(target, adapter.pricedAs, at)
    },
  }
}

/** Our names for rates ← the list's. Audio read from a cache is left out: no provider counts it apart. */
const RATES: Readonly<Record<keyof Rates, string>> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cached: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  reasoning: 'output_reasoning_mtok',
  audioInput: 'input_audio_mtok',
  audioOutput: 'output_audio_mtok',
  imageOutput: 'output_image_mtok',
}

/** A price of the list. One without a rate for input is for something else than tokens. */
function read(price: ModelPrice): Price | undefined {
  if (price[RATES.input] === undefined) return undefined
  const starts = Object.values(price).flatMap((rate) => (typeof rate === 'object' ? rate.tiers : []))
  const bounds = [...new Set(starts.map(({ start }) => start))].toSorted((one, other) => one - other)
  const { requests_kcount: calls, web_searches_kcount: searches } = price
  return {
    ...ratesAt(price, 0),
    ...(bounds.length > 0 && { above: bounds.map((tokens) => ({ tokens, ...ratesAt(price, tokens + 1) })) }),
    ...(typeof calls === 'number' && { call: calls / 1000 }),
    ...(typeof searches === 'number' && { webSearch: searches / 1000 }),
  }
}

/** The rates for calls with so much input. */
function ratesAt(price: ModelPrice, input: number): Rates {
  const rates = Object.entries(RATES).flatMap(([name, key]) => {
    const rate = price[key]
    if (rate === undefined) return []
    if (typeof rate === 'number') return [[name, rate]]
    return [[name, rate.tiers.reduce((held, { start, price: higher }) => (input > start ? higher : held), rate.base)]]
  })
  return Object.fromEntries(rates)
}
