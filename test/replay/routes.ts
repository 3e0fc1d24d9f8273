/**
 * What can be replayed, and how. A new provider is a row here.
 *
 * @module
 */
import type { Adapter, Schema } from '../../src/adapter.ts'
import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import { anthropicOracle } from './anthropic-oracle.ts'
import { openaiOracle } from './openai-oracle.ts'
import type { Oracle } from './oracle.ts'
import type { Recording } from './recordings.ts'

/** How one provider's recordings are replayed. */
export interface Route {
  readonly protocol: string
  readonly provider: string
  readonly adapter: Adapter
  readonly oracle: Oracle
  /** What the provider's API accepts. */
  readonly request: Schema<unknown>
  /** Models to encode other people's requests for: a plain one and, where they differ, one with rules of its own. */
  readonly models: readonly string[]
}

/** Everything that can be replayed. */
export const ROUTES: readonly Route[] = [
  {
    protocol: 'openai-chat',
    provider: 'openai',
    adapter: openai({ apiKey: 'test' }),
    oracle: openaiOracle,
    request: chatRequest,
    models: ['gpt-4.1'],
  },
  {
    protocol: 'anthropic-messages',
    provider: 'anthropic',
    adapter: anthropic({ apiKey: 'test' }),
    oracle: anthropicOracle,
    request: messagesRequest,
    models: ['claude-sonnet-4-5', 'claude-opus-5-5'],
  },
]

/** Operations that a model answers with words. */
const CHAT = new Set(['chat', 'responses'])

/** How a recording's reply is replayed, or why it is not. */
export function routeOf(recording: Recording, routes: readonly Route[]): Route | string {
  const { protocol, provider, operation, response } = recording
  if (!CHAT.has(operation)) return `operation ${operation}: not a chat reply`
  const speakers = routes.filter((route) => route.protocol === protocol)
  if (speakers.length === 0) return `protocol ${protocol}: no adapter yet`
  const route = speakers.find((one) => one.provider === provider)
  if (!route) return `provider ${provider} (${protocol}): no adapter yet`
  if (!response) return 'no reply was recorded'
  return response.status < 400 && response.kind === 'json' && typeof response.body === 'string'
    ? 'the recorded body is not JSON'
    : route
}
