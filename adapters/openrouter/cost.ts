/**
 * What a reply cost, as OpenRouter tells it.
 *
 * @see https://openrouter.ai/docs/use-cases/usage-accounting
 * @module
 */
import { isObject } from '../../src/wire/json.ts'

/** What was charged, in USD: by OpenRouter, and by the provider behind it where that has a key of the user's own. */
export function charged({ cost, is_byok, cost_details }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof cost !== 'number') return undefined
  if (is_byok !== true) return cost
  const upstream = isObject(cost_details) ? cost_details['upstream_inference_cost'] : undefined
  return typeof upstream === 'number' ? cost + upstream : undefined
}
