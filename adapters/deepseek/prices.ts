/**
 * What DeepSeek's models cost, which depends on the hour: twice as much while China works. The price list knows the hours
 * but not the days, and an older price of the small model.
 *
 * @see https://api-docs.deepseek.com/quick_start/pricing
 * @module
 */
import type { Price } from '../../src/adapter.ts'

/** The small model. */
export function flash(at: Date): Price {
  return priced(0.15, 0.003, 0.6, at)
}

/** The large model. */
export function pro(at: Date): Price {
  return priced(0.66, 0.022, 1.98, at)
}

/** Models that are served under their old names only. */
export function unpriced(): undefined {}

function priced(input: number, cached: number, output: number, at: Date): Price {
  const times = isPeak(at) ? 2 : 1
  return { input: input * times, cached: cached * times, output: output * times }
}

/** From 01:00 to 04:00 and from 06:00 to 10:00 UTC, Monday to Friday. China's public holidays, which are off-peak, nobody can compute. */
function isPeak(at: Date): boolean {
  const hour = at.getUTCHours()
  const isWorkday = at.getUTCDay() >= 1 && at.getUTCDay() <= 5
  return isWorkday && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10))
}
