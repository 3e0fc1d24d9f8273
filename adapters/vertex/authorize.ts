/**
 * Putting credentials on a call.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/start/api-keys
 * @module
 */
import type { Adapter } from '../../src/adapter.ts'
import type { Tokens } from './tokens.ts'

/** Signs calls with an API key where there is one, else with an access token. Clients bring a key in express mode, and tokens otherwise. */
export function authorizer(
  project: string | undefined,
  apiKey: string | undefined,
  tokens: Tokens,
): Adapter['authorize'] {
  return async ({ headers }, clientKey) => {
    const key = project === undefined ? (clientKey ?? apiKey) : clientKey === undefined ? apiKey : undefined
    if (key !== undefined) headers.set('x-goog-api-key', key)
    else if (clientKey !== undefined) headers.set('authorization', `Bearer ${clientKey}`)
    else {
      const { token, quotaProject } = await tokens.get()
      headers.set('authorization', `Bearer ${token}`)
      if (quotaProject !== undefined) headers.set('x-goog-user-project', quotaProject)
    }
  }
}
