/**
 * A real gateway between a client and a provider that are both played from a fixture.
 *
 * @module
 */
import { dirname, join } from 'node:path'
import type { Adapter } from '../adapter.ts'
import type { Json, JsonObject } from '../canonical.ts'
import { createGateway } from '../gateway.ts'
import { type FetchMedia, type Media, MediaError } from '../media.ts'
import type { LogEntry } from '../trip.ts'
import { isObject, parseJson } from '../wire/json.ts'
import { type Fixture, readFixture, type Recorded } from './fixture.ts'
import { readStream } from './chunks.ts'

/** Answers one call in the provider's place. */
export type Provider = (reply: Recorded, signal: AbortSignal | undefined) => Response | Promise<Response>

/** How a client asks: as the fixture has it, or for the same reply whole or streamed. */
export type Form = 'asked' | 'whole' | 'stream'

/** A gateway ready to be asked what a fixture asks. */
export interface Stage {
  /** The calls that arrived at the provider, as goldens show them. */
  readonly calls: JsonObject[]
  /** What was logged. */
  readonly entries: LogEntry[]
  /** The very `fetch` that clients are given. */
  readonly fetch: typeof globalThis.fetch
  ask(form: Form, init?: { readonly signal?: AbortSignal; readonly usage?: boolean }): Promise<Response>
}

/** Milliseconds since 1970 on every clock of the suite. */
const NOW = Date.UTC(2026, 0, 1)

/** Sets up a gateway with one provider. What comes before the case is asked before. */
export async function stage(adapter: Adapter, fixture: Fixture, provider: Provider): Promise<Stage> {
  const calls: JsonObject[] = []
  const entries: LogEntry[] = []
  let replies = fixture.replies
  let play = provider
  let fresh = 0
  const gateway = createGateway({
    // Prices change; what a provider says itself does not.
    prices: false,
    providers: { [adapter.name]: adapter },
    now: () => NOW,
    newId: (prefix) => `${prefix}fresh${++fresh}`,
    secret: 'a secret',
    // A fixture has every call that is made; what is tried again after failures has tests of its own.
    retries: 0,
    log: (entry) => entries.push(entry),
    fetchMedia: fixture.facts.media && reading(fixture.facts.media),
    async fetch(input, init) {
      const reply = replies[calls.length]
      calls.push(shown(adapter, new Request(input, { ...init, signal: null }), init?.body))
      if (!reply) throw new Error('The gateway calls more often than the fixture has replies.')
      return play(reply, init?.signal ?? undefined)
    },
  })
  const before = fixture.facts.after
  if (before !== undefined) {
    const earlier = readFixture(join(dirname(fixture.folder), before))
    replies = earlier.replies
    play = whole
    await (await gateway.fetch(request(adapter, earlier, 'whole', {}))).text()
    replies = fixture.replies
    play = provider
    calls.length = 0
    entries.length = 0
  }
  return {
    calls,
    entries,
    fetch: gateway.fetch,
    ask: (form, init = {}) => gateway.fetch(request(adapter, fixture, form, init)),
  }
}

/** Finds at an address what a fixture says is there. */
function reading(media: Readonly<Record<string, Media>>): FetchMedia {
  return async ({ href }) => {
    const found = media[href]
    if (!found) throw new MediaError('the fixture says nothing of it')
    return found
  }
}

/** The provider answers whole, where it can. */
export const whole: Provider = (reply) =>
  reply.whole === undefined ? streamed(cutNowhere)(reply, undefined) : answer(reply, reply.whole)

/** The provider streams, where it can, in the pieces its bytes are cut into. */
export function streamed(cut: (bytes: Uint8Array) => readonly Uint8Array[]): Provider {
  return (reply) => {
    if (!reply.streamed) return answer(reply, reply.whole ?? null)
    const pieces = [...cut(reply.streamed)].values()
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const { value, done } = pieces.next()
          if (done) controller.close()
          else controller.enqueue(value)
        },
      },
      { highWaterMark: 0 },
    )
    return answer(reply, body)
  }
}

/** Bytes in one piece. */
export function cutNowhere(bytes: Uint8Array): readonly Uint8Array[] {
  return [bytes]
}

/** A provider's answer. */
export function answer(
  { status, headers, type = 'text/event-stream' }: Recorded,
  body: string | ReadableStream<Uint8Array> | null,
): Response {
  const sent = typeof body === 'string' ? 'application/json' : type
  return new Response(body, { status, headers: { 'content-type': sent, ...headers } })
}

/** What a client was told, in the form of `told.json`: the completion, or the status, the error, and when to try again. */
export async function told(response: Response): Promise<Json> {
  const { status, headers } = response
  const text = await response.text()
  if (status < 400 && headers.get('content-type')?.startsWith('text/event-stream')) {
    const { body, error } = readStream(text)
    return error === undefined ? body : { error }
  }
  // What the gateway wrote is JSON.
  const body = JSON.parse(text) as JsonObject
  if (status < 400) return body
  const advice = Object.fromEntries([...headers].filter(([name]) => ADVICE.test(name)))
  return { status, ...(Object.keys(advice).length > 0 && { headers: advice }), ...body }
}

/** Headers that tell a client how to go on. */
const ADVICE = /^(?:retry-after|retry-after-ms|x-should-retry|x-ratelimit-.*|x-upstream-request-id)$/u

/** The request a fixture's client makes. */
export function request(
  adapter: Adapter,
  { facts, asked }: Fixture,
  form: Form,
  { signal, usage = true }: { signal?: AbortSignal; usage?: boolean },
): Request {
  const url = `http://gateway${facts.path}`
  const given = { ...(signal && { signal }) }
  if (!asked) return new Request(url, given)
  const { stream: _, stream_options: __, ...rest } = asked
  const forms = {
    asked,
    whole: rest,
    stream: { ...rest, stream: true, ...(usage && { stream_options: { include_usage: true } }) },
  }
  const body = JSON.stringify({
    ...(facts.model !== undefined && { model: `${adapter.name}/${facts.model}` }),
    ...forms[form],
  })
  return new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, ...given })
}

/** A call as goldens show it: nothing that is the same for all, and no credentials. */
function shown(adapter: Adapter, { method, url, headers }: Request, body: unknown): JsonObject {
  const kept = [...headers]
    .filter(([name]) => !COMMON.test(name))
    .map(([name, value]) => [name, isSecret(name) ? '***' : value] as const)
  return {
    ...(method !== 'POST' && { method }),
    path: url.slice(adapter.baseURL.replace(/\/+$/u, '').length),
    headers: Object.fromEntries(kept),
    // Adapters write JSON, so that is what was parsed.
    ...(typeof body === 'string' && { body: parseJson(body) as Json }),
  }
}

/** Headers that say nothing about the call, or not the same thing twice. */
const COMMON = /^(?:accept|content-type|(?:.*-)?date)$/u

/** Whether a header carries credentials. */
export function isSecret(name: string): boolean {
  return /auth|key|token|secret/iu.test(name)
}

/** Whether a golden tells of an error. */
export function isError(golden: Json | undefined): boolean {
  return isObject(golden) && 'error' in golden
}
