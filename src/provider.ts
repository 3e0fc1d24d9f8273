/**
 * A provider as a gateway knows it: an adapter, and how it is to be reached.
 *
 * @module
 */
import type { Adapter } from './adapter.ts'
import type { Timeouts } from './exchange.ts'
import type { Reach } from './upstream.ts'

/** A provider with settings of its own. */
export interface Provider {
  readonly adapter: Adapter
  /** The same provider with other keys: requests take them in turn. */
  readonly alternates?: readonly Adapter[] | undefined
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeouts?: { readonly [K in keyof Timeouts]?: number | undefined } | undefined
  /** Endpoints that go to the provider as they come, where that is not as its adapter has it. */
  readonly serves?: readonly string[] | undefined
  /** Reaches this provider in place of the gateway's `fetch`. */
  readonly fetch?: Reach | undefined
}

/** A provider with every setting decided. */
export interface Settled {
  readonly adapter: Adapter
  /** One for each key, the adapter first. */
  readonly adapters: readonly Adapter[]
  readonly headers: Readonly<Record<string, string>>
  readonly timeouts: Timeouts
  readonly serves: readonly string[]
  readonly fetch: Reach
}

/** What holds for every provider that has no settings of its own. */
export interface Defaults {
  readonly timeouts?: Provider['timeouts']
  readonly fetch?: Reach | undefined
}

const TIMEOUTS: Timeouts = { firstByte: 600_000, idle: 120_000 }

/** Decides every setting of a provider. */
export function settle(given: Adapter | Provider, defaults: Defaults): Settled {
  const provider: Provider = 'adapter' in given ? given : { adapter: given }
  const { adapter, alternates = [], headers = {}, timeouts, serves = adapter.serves ?? [] } = provider
  const { fetch = defaults.fetch ?? globalThis.fetch } = provider
  return {
    adapter,
    adapters: [adapter, ...alternates],
    headers,
    serves,
    fetch,
    timeouts: { ...TIMEOUTS, ...known(defaults.timeouts), ...known(timeouts) },
  }
}

/** The members of an object that are not `undefined`. */
export function known<T extends object>(values: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
}
