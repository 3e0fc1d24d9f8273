/**
 * The way out: a call, signed and sent, to a reply worth reading or an error that explains itself.
 *
 * @module
 */
import type { Adapter, Call, Method, Outgoing, ReplyHeaders } from './adapter.ts'
import type { Failure } from './canonical.ts'
import { describe, failure, GatewayError } from './errors.ts'
import { CallHeaders } from './wire/headers.ts'
import { isObject, parseObject, stringify } from './wire/json.ts'

/** What is read of a provider's reply: the platform's `Response` has all of it. */
export interface Received {
  readonly ok: boolean
  readonly status: number
  readonly headers: ReplyHeaders
  readonly body: { getReader(): Reader } | null
  text(): Promise<string>
}

/** Reads a body piece by piece. */
export interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
  /**
   * What has arrived, for readers who can be asked: nothing at the end, or a promise that is kept when there is something to
   * ask for again. Throws what `read` would fail with.
   */
  poll?(): Uint8Array | Promise<void> | undefined
}

/** Reaches a provider. The platform's `fetch` does. */
export type Reach = (
  url: URL,
  init: {
    readonly method: Method
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
    readonly signal: AbortSignal
    readonly redirect: 'manual'
  },
) => Promise<Received>

/** What a call needs besides itself. */
export interface Sending {
  readonly adapter: Adapter
  /** The client's own key, where clients bring theirs. */
  readonly clientKey: string | undefined
  /** Static headers of the provider's configuration. */
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Reach
  readonly signal: AbortSignal
  /** Milliseconds. */
  now(): number
}

/** The most of an error body that is read, in characters. */
const LIMIT = 1024 * 1024

/** Makes a call leave: the exact URL, headers and body, credentials included. */
export function prepare(
  call: Call,
  { adapter, clientKey, headers }: Pick<Sending, 'adapter' | 'clientKey' | 'headers'>,
): Prepared | Promise<Prepared> {
  const { baseURL } = adapter
  const base = baseURL.endsWith('/') ? baseURL.replace(/\/+$/u, '') : baseURL
  const { body } = call
  const outgoing = {
    method: call.method ?? 'POST',
    url: new URL(base + call.path),
    headers: new CallHeaders(body === undefined ? BARE : WITH_BODY, headers, call.headers),
    body: body === undefined ? undefined : stringify(body),
  }
  const authorized = adapter.authorize(outgoing, clientKey)
  return authorized ? authorized.then(() => outgoing) : outgoing
}

type Prepared = Outgoing & { readonly headers: CallHeaders }

const BARE = { accept: '*/*' }
const WITH_BODY = { ...BARE, 'content-type': 'application/json' }

/** A reply with its body unread. */
export interface Sent {
  readonly response: Received
  /** What the client may be told of a failure inside the reply. */
  disclose(told: Failure): Failure
  /** Ends the call, body and all. */
  abort(): void
}

/**
 * Sends a call. Returns a 2xx reply, or throws a `GatewayError`. The call ends when the client leaves, when it is aborted,
 * or when no reply begins within `patience` milliseconds.
 */
export async function send(call: Call, sending: Sending, patience?: number): Promise<Sent> {
  const { adapter, fetch, now } = sending
  const controller = new AbortController()
  const { signal } = controller
  const leave = (): void => controller.abort(sending.signal.reason)
  if (sending.signal.aborted) leave()
  else sending.signal.addEventListener('abort', leave, { once: true })
  const timer = patience === undefined ? undefined : setTimeout(() => controller.abort(tooLate(adapter.name)), patience)
  try {
    const prepared = prepare(call, sending)
    const { url, method, headers, body } = prepared instanceof Promise ? await prepared : prepared
    const init = { method, headers: headers.fields, signal, redirect: 'manual' } as const
    let response: Received
    try {
      response = await fetch(url, body === undefined ? init : { ...init, body })
    } catch (error) {
      throw unreachable(adapter, error, signal)
    }
    const disclose = (told: Failure): Failure => {
      const clean = withoutSecrets(told, headers)
      return sending.clientKey === undefined ? ours(clean, adapter) : clean
    }
    if (response.ok) return { response, disclose, abort: () => controller.abort() }
    const failure = disclose(await explain(response, sending))
    throw new GatewayError(failure, toldHeaders(adapter, response.headers, now()))
  } finally {
    clearTimeout(timer)
  }
}

/** Says that a provider let us wait too long. */
export function tooLate(provider: string): GatewayError {
  const message = `The provider ${provider} did not answer in time.`
  return new GatewayError(failure({ status: 504, code: 'upstream_timeout', message }))
}

/** Adds to headers what those of a provider's reply tell that a client may want to know: its id there, and the rate limits. */
export function toldHeaders(
  adapter: Adapter,
  headers: ReplyHeaders,
  now: number,
  told: Record<string, string> = {},
): Record<string, string> {
  const id = idIn(adapter.requestIds ?? [], headers) ?? headers.get('x-request-id') ?? headers.get('request-id')
  if (id !== null) told['x-upstream-request-id'] = id
  return adapter.rateLimits ? Object.assign(told, adapter.rateLimits(headers, now)) : told
}

function idIn(names: readonly string[], headers: ReplyHeaders): string | undefined {
  for (const name of names) {
    const id = headers.get(name)
    if (id !== null) return id
  }
  return undefined
}

function unreachable(adapter: Adapter, error: unknown, signal: AbortSignal): GatewayError {
  const reason: unknown = signal.reason
  if (signal.aborted && reason instanceof GatewayError) return reason
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = isObject(cause) && typeof cause['code'] === 'string' ? ` (${cause['code']})` : ''
  const message = `The provider ${adapter.name} could not be reached${code}.`
  return new GatewayError(failure({ status: 502, code: 'upstream_unreachable', message, cause: error }))
}

async function explain(response: Received, { adapter, now }: Sending): Promise<Failure> {
  const { status, headers } = response
  const text = (await response.text().catch(() => '')).slice(0, LIMIT)
  const told = adapter.failure?.(status, parsed(text), headers) ?? {}
  const known = { ...describe(settle(told.status ?? status)), ...told }
  const message = told.message ?? `The provider ${adapter.name} answered ${status}.`
  const retryAfter = told.retryAfter ?? seconds(headers.get('retry-after'), now())
  return { ...known, status: settle(known.status), message, ...(retryAfter !== undefined && { retryAfter }) }
}

/** A key of ours that is refused is no fault of the client's. */
function ours(told: Failure, adapter: Adapter): Failure {
  if (told.status !== 401 && told.status !== 403) return told
  const message = `The provider ${adapter.name} refused the gateway's credentials: ${told.message}`
  return { ...failure({ status: 502, code: 'upstream_authentication_failed', message }), retry: false }
}

/** Statuses that OpenAI's clients know. */
function settle(status: number): number {
  if (status === 529) return 503
  if (status === 402) return 429
  if (status === 422) return 400
  return status >= 400 && status <= 599 ? status : 502
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `retry-after` in seconds, whichever of its two forms it has. */
function seconds(value: string | null, now: number): number | undefined {
  if (!value) return undefined
  const count = Number(value)
  if (Number.isFinite(count)) return Math.max(count, 0)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max((date - now) / 1000, 0)
}

/** A failure without the credentials that went out in headers. */
function withoutSecrets({ extra, ...told }: Failure, headers: CallHeaders): Failure {
  const secrets = [...headers].flatMap(([name, value]) =>
    /auth|key|token|secret/iu.test(name) ? [value, value.replace(/^\w+\s+/u, '')] : [],
  )
  const clean = (text: string): string =>
    secrets.reduce((left, secret) => (secret.length > 3 ? left.replaceAll(secret, '[redacted]') : left), text)
  return { ...told, message: clean(told.message), ...(extra && { extra: parseObject(clean(stringify(extra))) ?? {} }) }
}
