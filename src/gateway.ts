/**
 * The gateway: routes, access, headers and errors around one exchange.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { gatekeeper, type Keys } from './access.ts'
import type { Adapter, Method } from './adapter.ts'
import { Amendments } from './amendments.ts'
import { failureHeaders, type Pieces } from './answer.ts'
import type { JsonObject } from './canonical.ts'
import { createCatalog } from './catalog.ts'
import { type Answer, ATTEMPTS, type Commons, converse, type Incoming, JSON_TYPE, route, servedBy } from './converse.ts'
import { answerCount } from './count.ts'
import { createDispatcher, TIER_NAMES } from './dispatch.ts'
import { dryRunEmbed } from './dry-run.ts'
import { embed } from './embed.ts'
import { failure, GatewayError } from './errors.ts'
import type { Surroundings, Timeouts } from './exchange.ts'
import { type BreakerOptions, Health } from './health.ts'
import { readJson, textOf } from './intake.ts'
import type { FetchMedia } from './media.ts'
import { createPrices, type Prices, type StatedPrices } from './prices.ts'
import { passStored } from './native.ts'
import { known, type Provider, settle } from './provider.ts'
import { Recall } from './recall.ts'
import { MemoryStore, type ResponseStore } from './response-store.ts'
import { createRouter } from './router.ts'
import type { Entry, Route } from './routes.ts'
import { createSeal } from './seal.ts'
import { chat } from './surfaces/chat/index.ts'
import { parseEmbed, renderEmbed } from './surfaces/embeddings.ts'
import { responses } from './surfaces/responses/index.ts'
import { cancelResponse, forgetResponse, listInput, showResponse } from './surfaces/responses/stored.ts'
import type { Session, Surface } from './surfaces/surface.ts'
import type { Endurance } from './survive.ts'
import { CLIENT_GONE, depart, type LogEntry, type Trip } from './trip.ts'
import { type Reach, toldHeaders } from './upstream.ts'

/** How a gateway is made. */
export interface GatewayOptions {
  /** By id, which is the prefix of the provider's models. */
  readonly providers: Readonly<Record<string, Adapter | Provider>>
  /** Aliases and patterns: each name, or pattern with `*`, leads to a provider, a `provider/model`, or another name. */
  readonly models?: Readonly<Record<string, Entry>> | undefined
  /** What models cost, in place of what is known; `false` where nobody is to reckon. */
  readonly prices?: StatedPrices | false | undefined
  /** Further rounds through all that can be tried, where all have failed before the first byte. 1 unless said otherwise. */
  readonly retries?: number | undefined
  /** Whether other targets of a route, and other keys, are tried where one fails. They are unless said otherwise. */
  readonly fallback?: boolean | undefined
  /** When a provider, or a key, that keeps failing is left alone: after 5 failures in a row for 30 seconds unless said otherwise. */
  readonly breaker?: { readonly [K in keyof BreakerOptions]?: number | undefined } | false | undefined
  /** Milliseconds of silence after which the next target is asked as well. Never unless said otherwise. */
  readonly hedge?: number | false | undefined
  /** Client keys. Without, everyone who can reach the gateway may ask. */
  readonly keys?: Keys | undefined
  /** Whether what a provider lacks is dropped with a warning, or refused. `warn` unless said otherwise. */
  readonly unsupported?: 'warn' | 'reject' | undefined
  /** The most bytes of a request. 32 MiB unless said otherwise. */
  readonly bodyLimit?: number | undefined
  /** `total` is for everything until an answer begins, further tries and all. None unless said otherwise. */
  readonly timeouts?: { readonly [K in keyof Timeouts | 'total']?: number | undefined } | undefined
  /**
   * How much reasoning to remember for clients that cannot send it back, and for how long: 64 MiB and an hour unless said
   * otherwise. Or a memory of your own; or none.
   */
  readonly memory?:
    | { readonly bytes?: number | undefined; readonly seconds?: number | undefined }
    | Recall
    | false
    | undefined
  /**
   * How many replies to keep for clients that refer to them (`previous_response_id`, `item_reference`), and for how long
   * after their last use: 64 MiB and an hour unless said otherwise. Or a store of your own; or none.
   */
  readonly responses?:
    | { readonly bytes?: number | undefined; readonly seconds?: number | undefined }
    | ResponseStore
    | false
    | undefined
  /**
   * Proves reasoning that clients carry to be ours. Gateways with the same secret read each other's; without one, every
   * gateway makes up its own.
   */
  readonly secret?: string | undefined
  /** Fetches pictures and files by address for providers that take only bytes. Without it, such requests are refused. */
  readonly fetchMedia?: FetchMedia | undefined
  /** Origins of web pages that may ask. All unless said otherwise; only pages of this machine where no keys are set. */
  readonly origins?: readonly string[] | undefined
  /** Reaches providers. The runtime's own `fetch` unless said otherwise. */
  readonly fetch?: Reach | undefined
  /** Hears of every request when it is over. */
  readonly log?: ((entry: LogEntry) => void) | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
  /** A fresh id that starts with the prefix. */
  readonly newId?: ((prefix: string) => string) | undefined
  /** A number from 0 to 1, for lots and waits. */
  readonly random?: (() => number) | undefined
  /** Waits so many milliseconds, or until the signal is aborted. */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined
}

/** A gateway: a Hono app to mount, and its `fetch` to call in-process or to serve. */
export interface Gateway {
  readonly app: Hono<Env>
  /**
   * What most requests ask for, by path: answered without the platform's requests and responses, for servers that have
   * something quicker. `app` and `fetch` answer the same with the same.
   */
  readonly hot: Readonly<Record<string, (incoming: Incoming) => Promise<Answer>>>
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>
}

/** What Hono carries with a request. */
export interface Env {
  Variables: { trip: Trip }
}

/** How hard to try, unless said otherwise. */
const BREAKER: BreakerOptions = { failures: 5, cooldown: 30_000 }
const BODY_LIMIT = 32 * 1024 * 1024
/** How much to remember of what clients may refer to, and for how long, unless said otherwise. */
export const MEMORY = { bytes: 64 * 1024 * 1024, seconds: 60 * 60 }
/** What most requests ask for. */
const HOT: Readonly<Record<string, Surface>> = { '/v1/chat/completions': chat, '/v1/responses': responses }
/** Pages of this machine. */
const LOCAL = /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/u

/** Makes a gateway from adapters. */
export function createGateway(options: GatewayOptions): Gateway {
  const { models = {}, now = Date.now, newId = freshId, log, random = Math.random, sleep = wait } = options
  const providers = mapValues(options.providers, (given) => settle(given, options))
  const adapters = mapValues(providers, ({ adapter }) => adapter)
  const { names, routes } = sorted(models)
  const prices = options.prices === false ? UNPRICED : createPrices(options.prices)
  const router = createRouter(adapters, names)
  const catalog = createCatalog({
    providers,
    entries: names,
    virtual: [...Object.keys(routes), ...(Object.keys(providers).length > 1 ? TIER_NAMES : [])],
    prices,
    now,
  })
  const admit = gatekeeper(options.keys)
  const recall = recallOf(options, now)
  const health = new Health(now, options.breaker === false ? undefined : { ...BREAKER, ...known(options.breaker) })
  const dispatcher = createDispatcher({
    router,
    providers,
    routes,
    prices,
    health,
    endurance: enduranceOf(options),
    models: Object.keys(names).filter((name) => !name.includes('*')),
    now,
    random,
  })
  const shared: Surroundings = { recall, amendments: new Amendments(), fetchMedia: options.fetchMedia, now, newId }
  const seal = createSeal(options.secret ?? crypto.randomUUID())
  const session = { seal, store: storeOf(options, now), newId, now }
  const { bodyLimit = BODY_LIMIT } = options
  const commons: Commons = { bodyLimit, router, providers, dispatcher, health, prices, shared, session, random, sleep }

  const strictness = options.unsupported
  const begin = (method: string, path: string, incoming: Pick<Incoming, 'header'>): Trip => {
    const refuse = (incoming.header('x-dragoman-unsupported') ?? strictness) === 'reject'
    return depart({ id: newId('req_'), method, path, refuse, now, log })
  }
  const answer = async (path: string, surface: Surface, incoming: Incoming): Promise<Answer> => {
    const trip = begin('POST', path, incoming)
    try {
      trip.client = admit(incoming.header('authorization'))
      const told = await converse(incoming, trip, surface, commons)
      // The end of a stream is for the stream to say.
      if (typeof told.body === 'string') trip.end(told.status)
      addHeaders(told.headers, trip)
      return told
    } catch (error) {
      return refusal(error, trip, incoming.signal)
    }
  }
  const hot: Gateway['hot'] = Object.fromEntries(
    Object.entries(HOT).map(([path, surface]) => [path, (incoming) => answer(path, surface, incoming)]),
  )

  const app = new Hono<Env>()
  app.use(cors({ origin: origins(options), exposeHeaders: ['*'] }))
  for (const [path, ask] of Object.entries(hot)) app.post(path, async (c) => respond(c, await ask(new HonoUpload(c))))
  app.use(async (c, next) => {
    const { method, path } = c.req
    const trip = begin(method, path, new HonoUpload(c))
    c.set('trip', trip)
    c.header('x-request-id', trip.id)
    await next()
    trip.end(c.res.status)
  })
  app.use('/v1/*', async (c, next) => {
    c.var.trip.client = admit(c.req.header('authorization'))
    await next()
  })
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.post('/v1/responses/input_tokens', async (c) =>
    respond(c, await answerCount(new HonoUpload(c), c.var.trip, commons)),
  )
  app.get('/v1/responses/:id', (c) => recount(c, commons, showResponse))
  app.delete('/v1/responses/:id', (c) => recount(c, commons, forgetResponse))
  app.get('/v1/responses/:id/input_items', (c) => recount(c, commons, listInput))
  app.post('/v1/responses/:id/cancel', (c) => recount(c, commons, cancelResponse))
  app.post('/v1/embeddings', async (c) => respond(c, await answerEmbeddings(new HonoUpload(c), c.var.trip, commons)))
  app.get('/v1/models', async (c) => c.json({ object: 'list', data: await catalog.list(c.var.trip.client.clientKey) }))
  app.get('/v1/models/:id{.+}', async (c) => c.json(await catalog.find(c.req.param('id'), c.var.trip.client.clientKey)))
  app.notFound((c) => respond(c, refusal(unknownUrl(c), c.var.trip, c.req.raw.signal)))
  app.onError((error, c) => respond(c, refusal(error, c.var.trip, c.req.raw.signal)))
  return {
    app,
    hot,
    async fetch(input, init) {
      const request = input instanceof Request && !isInit(init) ? input : new Request(input, init)
      const response = await app.fetch(request)
      // Whoever aborts a fetch is told so by it, not by an answer.
      request.signal.throwIfAborted()
      return response
    },
  }
}

/** A request as Hono has it. */
class HonoUpload implements Incoming {
  readonly #request: Context<Env>['req']

  constructor({ req }: Context<Env>) {
    this.#request = req
  }

  header(name: string): string | undefined {
    return this.#request.header(name)
  }

  text(limit: number): Promise<string> {
    return textOf(this.#request.raw, limit)
  }

  /** The request is held as long as its signal is: one without the other never tells that the client left. */
  get signal(): AbortSignal {
    return this.#request.raw.signal
  }
}

/** An answer as Hono wants it. */
function respond(c: Context<Env>, { status, headers, body }: Answer): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  const warnings = c.var.trip?.warnings.header()
  if (warnings !== undefined) c.header('x-dragoman-warnings', warnings)
  // Hono lists the statuses it knows; a provider may answer with others.
  return c.body(typeof body === 'string' ? body : streamOf(body), status as ContentfulStatusCode)
}

/** Adds what every answer says of its trip. */
function addHeaders(headers: Record<string, string>, trip: Trip): Record<string, string> {
  headers['x-request-id'] = trip.id
  const warnings = trip.warnings.header()
  if (warnings !== undefined) headers['x-dragoman-warnings'] = warnings
  return headers
}

/** Whether a request is to be changed. Servers hand on things of their own with each, such as Bun itself. */
function isInit(given: unknown): boolean {
  return typeof given === 'object' && given !== null && Object.getPrototypeOf(given) === Object.prototype
}

/** One pull is one piece. */
function streamOf(pieces: Pieces): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await pieces.next()
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece)
        if (pieces.done) controller.close()
      },
      cancel: () => pieces.cancel(),
    },
    { highWaterMark: 0 },
  )
}

/** Answers a question about a reply that is kept: by this gateway, or by a provider. */
async function recount(
  c: Context<Env>,
  commons: Commons,
  own: (session: Session, id: string, query: URLSearchParams) => Promise<JsonObject>,
): Promise<Response> {
  const { pathname, search, searchParams } = new URL(c.req.url)
  const id = c.req.param('id') ?? ''
  // Hono answers no other methods here.
  const method = c.req.method as Method
  const path = pathname.slice(pathname.indexOf('/responses/')) + search
  const passed = await passStored({ method, path, id }, { signal: c.req.raw.signal }, c.var.trip, commons)
  if (passed) return respond(c, passed)
  return c.json(await own({ ...commons.session, owner: c.var.trip.client.owner }, id, searchParams))
}

/** Answers a request for embeddings. */
async function answerEmbeddings(incoming: Incoming, trip: Trip, commons: Commons): Promise<Answer> {
  const { shared } = commons
  const { warnings } = trip
  const request = parseEmbed(await readJson(incoming, commons.bodyLimit), warnings.warn)
  const { target, settings } = route(request.model, trip, commons)
  const json = { 'content-type': 'application/json' }
  if (incoming.header('x-dragoman-dry-run') === 'true') {
    const shown = await dryRunEmbed(request, { ...settings, target }, warnings)
    return { status: 200, headers: { ...servedBy(target), ...json }, body: JSON.stringify(shown) }
  }
  const { clientKey } = trip.client
  const own = { ...settings, target, clientKey, warn: warnings.warn, signal: incoming.signal }
  const { embeddings, headers } = await embed(request, shared, own)
  const { input } = embeddings
  if (input === undefined) warnings.note('usage', 'unknown')
  trip.end(200, input === undefined ? {} : { usage: { input, output: 0 } })
  const told = toldHeaders(target.adapter, headers, shared.now())
  return {
    status: 200,
    headers: { ...servedBy(target), ...told, ...json },
    body: JSON.stringify(renderEmbed(embeddings, request)),
  }
}

/** The answer that there will be none. */
function refusal(error: unknown, trip: Trip, signal: AbortSignal): Answer {
  const { failure, headers } = error instanceof GatewayError ? error : internal(error)
  const { target } = trip
  trip.end(signal.aborted ? CLIENT_GONE : failure.status, { failure })
  const served = target ? servedBy(target) : {}
  const attempts = trip.attempts.length > 0 ? { [ATTEMPTS]: String(trip.attempts.length) } : {}
  return {
    status: failure.status,
    headers: addHeaders({ ...served, ...attempts, ...headers, ...failureHeaders(failure), ...JSON_TYPE }, trip),
    body: JSON.stringify(chat.error(failure)),
  }
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

/** How hard to try, as the options have it. */
function enduranceOf({ retries = 1, fallback = true, breaker, hedge, timeouts }: GatewayOptions): Endurance {
  return {
    retries,
    fallback,
    breaker: breaker !== false,
    ...(typeof hedge === 'number' && hedge > 0 && { hedge }),
    ...(timeouts?.total !== undefined && { total: timeouts.total }),
  }
}

/** Entries that are names, and those that are routes. */
function sorted(entries: Readonly<Record<string, Entry>>): {
  readonly names: Readonly<Record<string, string>>
  readonly routes: Readonly<Record<string, Route>>
} {
  const names = Object.entries(entries).flatMap(([name, to]) => (typeof to === 'string' ? [[name, to] as const] : []))
  const routes = Object.entries(entries).flatMap(([name, to]) => (typeof to === 'string' ? [] : [[name, to] as const]))
  return { names: Object.fromEntries(names), routes: Object.fromEntries(routes) }
}

/** Where nobody is to say what anything costs. */
const UNPRICED: Prices = { find: () => undefined, stated: () => undefined }

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer)
      reject(new GatewayError(failure({ status: 499, message: 'The client left.' })))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave)
      resolve()
    }, milliseconds)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}

function recallOf({ memory }: GatewayOptions, now: () => number): Recall | undefined {
  if (memory === false) return undefined
  return memory instanceof Recall ? memory : new Recall({ ...MEMORY, ...known(memory), now })
}

function storeOf({ responses }: GatewayOptions, now: () => number): ResponseStore | undefined {
  if (responses === false) return undefined
  return responses && 'put' in responses ? responses : new MemoryStore({ ...MEMORY, ...known(responses), now })
}

function freshId(prefix: string): string {
  if (entropy === '') entropy = randomDigits(ID * 128)
  const id = prefix + entropy.slice(0, ID)
  entropy = entropy.slice(ID)
  return id
}

/** Hex digits of an id. */
const ID = 32
/** Random digits that are in no id yet: to ask for many at once costs hardly more than to ask for few. */
let entropy = ''

function randomDigits(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count))
  return new TextDecoder().decode(bytes.map((byte) => HEX.charCodeAt(byte % HEX.length)))
}

const HEX = '0123456789abcdef'

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
