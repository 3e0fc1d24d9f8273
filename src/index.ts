/**
 * One OpenAI-compatible API in front, every AI provider's native protocol behind.
 *
 * @module
 */
import * as adapters from '../adapters/index.ts'
import type { Adapter } from './adapter.ts'
import { type Config, configure, type Environment, type Registry } from './config.ts'
import { createGateway as createFromAdapters, type Gateway, type GatewayOptions } from './gateway.ts'
import { guarded } from './media.ts'
import type { Provider } from './provider.ts'

/** How a gateway is made: a configuration as a file would hold it, adapters already made, or both. */
export type Options = Omit<Config, '$schema' | 'host' | 'port' | 'providers' | 'workers'> &
  Pick<GatewayOptions, 'fetch' | 'log' | 'now' | 'newId'> & {
    /** By id. Default: all whose key is in the environment; where there are none, emulations. */
    readonly providers?: Readonly<Record<string, Adapter | Provider | NonNullable<Config['providers']>[string]>>
    /** Where settings come from that are not given. Default: the process's own environment. */
    readonly environment?: Environment
  }

/** The adapters that come with the package, by id. */
export const registry: Registry = Object.fromEntries(Object.values(adapters).map((adapter) => [adapter.id, adapter]))

/**
 * Makes a gateway. Its `fetch` can be handed to a client or served, its `app` mounted.
 *
 * @example
 * const gateway = createGateway({ providers: { anthropic: { apiKey } } })
 * const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch })
 */
export function createGateway(options: Options = {}): Gateway {
  const { fetch, log, now, newId, environment = globalThis.process?.env ?? {}, ...config } = options
  const settings = configure(config, environment, registry)
  return createFromAdapters({ ...settings.options, fetchMedia: guarded(settings.media), fetch, log, now, newId })
}

export type {
  Adapter,
  AdapterDefinition,
  Call,
  Capabilities,
  ChatCodec,
  CountCodec,
  EmbedCodec,
  Model,
  ModelFact,
  ModelsCodec,
  Outgoing,
  Warn,
} from './adapter.ts'
export { defineAdapter } from './adapter.ts'
export type {
  Block,
  ChatRequest,
  Choice,
  Completion,
  Content,
  Embeddings,
  EmbedRequest,
  Failure,
  FinishReason,
  Json,
  JsonObject,
  Message,
  Part,
  ReplyEvent,
  Tool,
  Usage,
} from './canonical.ts'
export type { Config, Environment, Registry } from './config.ts'
export { ConfigError } from './config.ts'
export { badRequest, failure, GatewayError } from './errors.ts'
export type { Gateway, GatewayOptions } from './gateway.ts'
export type { Provider } from './provider.ts'
export type { ResponseStore, StoredResponse } from './response-store.ts'
export { Reply } from './reply.ts'
export type { LogEntry } from './trip.ts'
