/**
 * A gateway whose providers are played, for tests of `/v1/responses`.
 *
 * @module
 */
import { anthropic } from '../../adapters/anthropic.ts'
import { google } from '../../adapters/google.ts'
import { openai } from '../../adapters/openai.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { createGateway, type GatewayOptions } from '../../src/gateway.ts'
import type { LogEntry } from '../../src/trip.ts'

/** A call that arrived at a provider. */
export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly text: string
  readonly body: JsonObject
  readonly signal: AbortSignal | undefined
}

/** Answers in a provider's place. */
export type Upstream = (call: Arrived) => Response | Promise<Response>

/** A gateway, what was asked of its providers, and ways to ask it. */
export interface Rig {
  readonly calls: Arrived[]
  readonly log: LogEntry[]
  fetch(path: string, init?: RequestInit): Promise<Response>
  post(body: object, headers?: Record<string, string>): Promise<Response>
  /** Asks for a reply that is expected to be one. */
  ask(body: object, headers?: Record<string, string>): Promise<JsonObject>
}

const KEY = 'sk-upstream-secret'

/** Sets up a gateway with three providers, one of which serves responses itself. */
export function rig(upstream: Upstream, options: Partial<GatewayOptions> = {}): Rig {
  const calls: Arrived[] = []
  const log: LogEntry[] = []
  const gateway = createGateway({
    providers: {
      anthropic: anthropic({ apiKey: KEY }),
      google: google({ apiKey: KEY }),
      openai: openai({ apiKey: KEY }),
    },
    secret: 'a secret',
    retries: 0,
    prices: false,
    async fetch(input, init) {
      const { signal, ...rest } = init ?? {}
      const request = new Request(input, rest)
      const text = await request.text()
      const body = text === '' ? {} : JSON.parse(text)
      const { method, url, headers } = request
      const arrived = { method, url, headers, text, body, signal: signal ?? undefined }
      calls.push(arrived)
      return upstream(arrived)
    },
    log: (entry) => log.push(entry),
    ...options,
  })
  const fetch = (path: string, init?: RequestInit): Promise<Response> => gateway.fetch(`http://gateway/v1${path}`, init)
  const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch('/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const ask = async (body: object, headers?: Record<string, string>): Promise<JsonObject> => {
    const response = await post(body, headers)
    const told = await response.json()
    if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(told)}`)
    return told
  }
  return { calls, log, fetch, post, ask }
}
