/**
 * The gateway: routes, access, headers and errors around one exchange.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { gatekeeper, type Keys } from './access.ts'
import type { Adapter } from './adapter.ts'
import { Amendments } from './amendments.ts'
import { answerStream, answerWhole, failureHeaders } from './answer.ts'
import type { ReplyEvent } from './canonical.ts'
import { createCatalog } from './catalog.ts'
import { dryRun, dryRunEmbed } from './dry-run.ts'
import { embed } from './embed.ts'
import { failure, GatewayError } from './errors.ts'
import { begin, type Exchange, type Surroundings, type Timeouts } from './exchange.ts'
import { readJson } from './intake.ts'
import type { FetchMedia } from './media.ts'
import { Recall } from './recall.ts'
import { createRouter, type Router, type Target } from './router.ts'
import { chat } from './surfaces/chat/index.ts'
import { parseEmbed, renderEmbed } from './surfaces/embeddings.ts'
import type { Surface } from './surfaces/surface.ts'
import { CLIENT_GONE, depart, type LogEntry, type Trip } from './trip.ts'
import { toldHeaders } from './upstream.ts'

/** A provider with settings of its own. */
export interface Provider {
  readonly adapter: Adapter
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeouts?: { readonly [K in keyof Timeouts]?: number | undefined } | undefined
  /** Reaches this provider in place of the gateway's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** How a gateway is made. */
export interface GatewayOptions {
  /** By id, which is the prefix of the provider's models. */
  readonly providers: Readonly<Record<string, Adapter | Provider>>
  /** Aliases and patterns: each name, or pattern with `*`, leads to a provider, a `provider/model`, or another name. */
  readonly models?: Readonly<Record<string, string>> | undefined
  /** Client keys. Without, everyone who can reach the gateway may ask. */
  readonly keys?: Keys | undefined
  /** Whether what a provider lacks is dropped with a warning, or refused. `warn` unless said otherwise. */
  readonly unsupported?: 'warn' | 'reject' | undefined
  /** The most bytes of a request. 32 MiB unless said otherwise. */
  readonly bodyLimit?: number | undefined
  readonly timeouts?: { readonly [K in keyof Timeouts]?: number | undefined } | undefined
  /** How much reasoning to remember for clients that cannot send it back, and for how long. 64 MiB and an hour unless said otherwise. */
  readonly memory?: { readonly bytes?: number | undefined; readonly seconds?: number | undefined } | false | undefined
  /** Fetches pictures and files by address for providers that take only bytes. Without it, such requests are refused. */
  readonly fetchMedia?: FetchMedia | undefined
  /** Origins of web pages that may ask. All unless said otherwise; only pages of this machine where no keys are set. */
  readonly origins?: readonly string[] | undefined
  /** Reaches providers. The runtime's own unless said otherwise. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Hears of every request when it is over. */
  readonly log?: ((entry: LogEntry) => void) | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
  /** A fresh id that starts with the prefix. */
  readonly newId?: ((prefix: string) => string) | undefined
}

/** A gateway: a Hono app to mount, and its `fetch` to call in-process or to serve. */
export interface Gateway {
  readonly app: Hono<Env>
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>
}

/** What Hono carries with a request. */
export interface Env {
  Variables: { trip: Trip }
}

const BODY_LIMIT = 32 * 1024 * 1024
const MEMORY = { bytes: 64 * 1024 * 1024, seconds: 60 * 60 }
const TIMEOUTS: Timeouts = { firstByte: 600_000, idle: 120_000 }
const EVENTS = 'text/event-stream'
/** Pages of this machine. */
const LOCAL = /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/u

/** Makes a gateway from adapters. */
export function createGateway(options: GatewayOptions): Gateway {
  const { models: entries = {}, memory, now = Date.now, newId = freshId, log } = options
  const providers = mapValues(options.providers, (given) => settle(given, options))
  const adapters = mapValues(providers, ({ adapter }) => adapter)
  const router = createRouter(adapters, entries)
  const catalog = createCatalog({ providers, entries, now })
  const admit = gatekeeper(options.keys)
  const recall = memory === false ? undefined : new Recall({ ...MEMORY, ...known(memory), now })
  const shared: Surroundings = { recall, amendments: new Amendments(), fetchMedia: options.fetchMedia, now, newId }
  const conversation = { router, providers, shared, bodyLimit: options.bodyLimit ?? BODY_LIMIT }

  const app = new Hono<Env>()
  app.use(cors({ origin: origins(options), exposeHeaders: ['*'] }))
  app.use(async (c, next) => {
    const { method, path } = c.req
    const refuse = (c.req.header('x-dragoman-unsupported') ?? options.unsupported) === 'reject'
    const trip = depart({ id: newId('req_'), method, path, refuse, now, log })
    c.set('trip', trip)
    c.header('x-request-id', trip.id)
    await next()
    // The end of a stream is for the stream to say.
    if (!c.res.headers.get('content-type')?.startsWith(EVENTS)) trip.end(c.res.status)
  })
  app.use('/v1/*', async (c, next) => {
    c.var.trip.client = admit(c.req.header('authorization'))
    await next()
  })
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.post('/v1/chat/completions', (c) => converse(c, chat, conversation))
  app.post('/v1/embeddings', (c) => answerEmbeddings(c, conversation))
  app.get('/v1/models', async (c) => c.json({ object: 'list', data: await catalog.list(c.var.trip.client.clientKey) }))
  app.get('/v1/models/:id{.+}', async (c) => c.json(await catalog.find(c.req.param('id'), c.var.trip.client.clientKey)))
  app.notFound((c) => refuse(c, unknownUrl(c)))
  app.onError((error, c) => refuse(c, error))
  return {
    app,
    fetch: async (input, init) => app.fetch(input instanceof Request && !init ? input : new Request(input, init)),
  }
}

/** A provider with every setting decided. */
interface Settled {
  readonly adapter: Adapter
  readonly headers: Readonly<Record<string, string>>
  readonly timeouts: Timeouts
  readonly fetch: typeof globalThis.fetch
}

/** What every conversation of a gateway needs. */
interface Conversation {
  readonly router: Router
  readonly providers: Readonly<Record<string, Settled>>
  readonly shared: Surroundings
  readonly bodyLimit: number
}

/** Answers a request that asks for a reply. */
async function converse(c: Context<Env>, surface: Surface, conversation: Conversation): Promise<Response> {
  const { trip } = c.var
  const { shared } = conversation
  const { warnings, client } = trip
  const asked = surface.parse(await readJson(c.req.raw, conversation.bodyLimit), warnings.warn)
  const { target, settings } = route(c, asked.request.model, conversation)
  if (c.req.header('x-dragoman-dry-run') === 'true') {
    const shown = await dryRun(asked.request, shared, { ...client, ...settings, target }, warnings)
    setWarnings(c)
    return c.json(shown)
  }
  const own = { ...client, ...settings, target, warn: warnings.warn, signal: c.req.raw.signal }
  const start = (tell?: (event: ReplyEvent) => void): Promise<Exchange> =>
    begin(asked.request, shared, tell ? { ...own, tell } : own)
  const tellHeaders = (exchange: Exchange): void => {
    for (const [param, reason] of exchange.warnings) warnings.note(param, reason)
    setHeaders(c, toldHeaders(target.adapter, exchange.headers, shared.now()))
    setWarnings(c)
  }
  if (!asked.request.stream) {
    const { exchange, body } = await answerWhole(asked, start)
    tellHeaders(exchange)
    trip.end(200, { exchange })
    return c.body(JSON.stringify(body), 200, { 'content-type': 'application/json' })
  }
  const { exchange, body } = await answerStream(asked, start, (exchange, gone) => {
    trip.end(gone ? CLIENT_GONE : 200, { exchange })
  })
  tellHeaders(exchange)
  return c.body(body, 200, { 'content-type': `${EVENTS}; charset=utf-8`, 'cache-control': 'no-cache' })
}

/** Answers a request for embeddings. */
async function answerEmbeddings(c: Context<Env>, conversation: Conversation): Promise<Response> {
  const { trip } = c.var
  const { warnings, client } = trip
  const request = parseEmbed(await readJson(c.req.raw, conversation.bodyLimit), warnings.warn)
  const { target, settings } = route(c, request.model, conversation)
  if (c.req.header('x-dragoman-dry-run') === 'true') {
    const shown = await dryRunEmbed(request, { ...settings, target }, warnings)
    setWarnings(c)
    return c.json(shown)
  }
  const { clientKey } = client
  const own = { ...settings, target, clientKey, warn: warnings.warn, signal: c.req.raw.signal }
  const { embeddings, headers } = await embed(request, conversation.shared, own)
  const { input } = embeddings
  if (input === undefined) warnings.note('usage', 'unknown')
  setHeaders(c, toldHeaders(target.adapter, headers, conversation.shared.now()))
  setWarnings(c)
  trip.end(200, input === undefined ? {} : { usage: { input, output: 0 } })
  return c.json(renderEmbed(embeddings, request))
}

/** Finds who serves a model, and says so. */
function route(
  c: Context<Env>,
  model: string,
  { router, providers }: Conversation,
): { target: Target; settings: Settled } {
  const target = router.resolve(model)
  c.var.trip.target = target
  c.header('x-model-router-provider', target.provider)
  c.header('x-model-router-model', target.model)
  return { target, settings: providers[target.provider] ?? settle(target.adapter, {}) }
}

/** Answers with an error. */
function refuse(c: Context<Env>, error: unknown): Response {
  const { failure, headers } = error instanceof GatewayError ? error : internal(error)
  setHeaders(c, { ...headers, ...failureHeaders(failure) })
  setWarnings(c)
  c.var.trip.end(c.req.raw.signal.aborted ? CLIENT_GONE : failure.status, { failure })
  // Hono lists the statuses it knows; a provider may answer with others.
  const status = failure.status as ContentfulStatusCode
  return c.body(JSON.stringify(chat.error(failure)), status, { 'content-type': 'application/json' })
}

function setHeaders(c: Context<Env>, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
}

function setWarnings(c: Context<Env>): void {
  const warnings = c.var.trip.warnings.header()
  if (warnings !== undefined) c.header('x-dragoman-warnings', warnings)
}

/** A fault of our own. Its details are for the log. */
function internal(cause: unknown): GatewayError {
  return new GatewayError(failure({ status: 500, message: 'The gateway failed to handle this request.', cause }))
}

function unknownUrl(c: Context<Env>): GatewayError {
  const message = `Unknown request URL: ${c.req.method} ${c.req.path}.`
  return new GatewayError(failure({ status: 404, code: 'unknown_url', message }))
}

/** Without keys any web page could spend our credentials through its visitor's browser, so only local pages may ask. */
function origins({ origins, keys }: GatewayOptions): (origin: string) => string | null {
  if (origins) return (origin) => (origins.includes(origin) || origins.includes('*') ? origin : null)
  return (origin) => (keys?.length || LOCAL.test(origin) ? origin : null)
}

function settle(given: Adapter | Provider, options: Pick<GatewayOptions, 'timeouts' | 'fetch'>): Settled {
  const provider: Provider = 'adapter' in given ? given : { adapter: given }
  const { adapter, headers = {}, timeouts, fetch = options.fetch ?? globalThis.fetch } = provider
  return { adapter, headers, fetch, timeouts: { ...TIMEOUTS, ...known(options.timeouts), ...known(timeouts) } }
}

function freshId(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll('-', '')
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

/** The members of an object that are not `undefined`. */
function known<T extends object>(values: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
}
