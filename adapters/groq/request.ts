/**
 * What Groq takes together, and what it calls otherwise.
 *
 * @see https://console.groq.com/docs/structured-outputs
 * @see https://console.groq.com/docs/service-tiers
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'

/** Form and tools exclude each other, and tiers have other names. */
export function settled(body: JsonObject, { tools = [], format }: ChatRequest, warn: Warn): JsonObject {
  if (tools.length > 0 && format !== undefined && format.type !== 'text') {
    throw badRequest(
      'This provider takes no response_format beside tools. Leave out one of them.',
      'response_format',
      'unsupported_value',
    )
  }
  const { service_tier: tier, ...rest } = body
  if (tier === undefined || TIERS.has(tier)) return body
  if (tier === 'default') return { ...rest, service_tier: 'on_demand' }
  warn('service_tier', 'unsupported')
  return rest
}

const TIERS: ReadonlySet<unknown> = new Set(['auto', 'on_demand', 'flex', 'performance'])
