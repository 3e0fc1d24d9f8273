/**
 * Conversations: a request for a reply, from the way it came in to the way it is answered.
 *
 * @module
 */
import type { Method } from './adapter.ts'
import { answerStream, answerWhole, type Pieces } from './answer.ts'
import type { JsonObject, ReplyEvent } from './canonical.ts'
import { dryRun, showCall } from './dry-run.ts'
import { GatewayError } from './errors.ts'
import { begin, type Exchange, type Surroundings } from './exchange.ts'
import { CUT, type Overheard, passThrough } from './passthrough.ts'
import type { Settled } from './provider.ts'
import type { Router, Target } from './router.ts'
import type { Asked, Session, Surface } from './surfaces/surface.ts'
import { CLIENT_GONE, type Trip } from './trip.ts'
import { toldHeaders } from './upstream.ts'
import type { Warnings } from './warnings.ts'
import { isObject } from './wire/json.ts'

/** A request as it came in, whatever brought it. */
export interface Incoming {
  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined
  /** Reads the body. Throws a `GatewayError` where it is no JSON, or too much of it. */
  json(): Promise<unknown>
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** An answer on its way out, whatever takes it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The whole body, or its pieces as they come. */
  readonly body: string | Pieces
}

/** What all conversations of a gateway share. */
export interface Commons {
  readonly router: Router
  readonly providers: Readonly<Record<string, Settled>>
  readonly shared: Surroundings
  readonly session: Omit<Session, 'owner'>
}

/** Who answers, and how it is reached. */
interface Way {
  readonly target: Target
  readonly settings: Settled
}

const JSON_TYPE = { 'content-type': 'application/json' }
const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Answers a request for a reply. Throws a `GatewayError` where there will be none. */
export async function converse(incoming: Incoming, trip: Trip, surface: Surface, commons: Commons): Promise<Answer> {
  const { warnings, client } = trip
  const body = await incoming.json()
  const session = { ...commons.session, owner: client.owner }
  const native = servesItself(body, surface, trip, commons)
  if (native) return pass(await native.forward(warnings.warn, session), native, incoming, trip, commons)
  const asked = await surface.parse(body, warnings.warn, session)
  try {
    return await answer(asked, incoming, trip, commons)
  } catch (error) {
    throw located(error, asked)
  }
}

/** Finds who serves a model, and says so. */
export function route(model: string, trip: Trip, { router, providers }: Commons): Way {
  const target = router.resolve(model)
  trip.target = target
  const settings = providers[target.provider]
  if (!settings) throw new TypeError(`The provider ${target.provider} is not settled.`)
  return { target, settings }
}

/** The headers that say who answers. */
export function servedBy({ target }: Pick<Way, 'target'>): Record<string, string> {
  return { 'x-model-router-provider': target.provider, 'x-model-router-model': target.model }
}

/** Answers a request that was understood. */
async function answer(asked: Asked, incoming: Incoming, trip: Trip, commons: Commons): Promise<Answer> {
  const { shared } = commons
  const { client } = trip
  const warnings = locatedWarnings(trip.warnings, asked)
  const way = route(asked.request.model, trip, commons)
  const { target, settings } = way
  if (incoming.header('x-dragoman-dry-run') === 'true') {
    const shown = await dryRun(asked.request, shared, { ...client, ...settings, target }, warnings)
    return { status: 200, headers: { ...servedBy(way), ...JSON_TYPE }, body: JSON.stringify(shown) }
  }
  const own = { ...client, ...settings, target, warn: warnings.warn, signal: incoming.signal }
  const start = (tell?: (event: ReplyEvent) => void): Promise<Exchange> =>
    begin(asked.request, shared, tell ? { ...own, tell } : own)
  const headersOf = (exchange: Exchange, type: Readonly<Record<string, string>>): Record<string, string> => {
    for (const [param, reason] of exchange.warnings) warnings.note(param, reason)
    return { ...servedBy(way), ...toldHeaders(target.adapter, exchange.headers, shared.now()), ...type }
  }
  if (!asked.request.stream) {
    const { exchange, body } = await answerWhole(asked, start)
    trip.end(200, { exchange })
    return { status: 200, headers: headersOf(exchange, JSON_TYPE), body: JSON.stringify(body) }
  }
  const { exchange, pieces } = await answerStream(asked, start, (exchange, gone) => {
    trip.end(gone ? CLIENT_GONE : 200, { exchange })
  })
  return { status: 200, headers: headersOf(exchange, EVENT_STREAM), body: pieces }
}

/** A provider that serves the surface itself, and what it is to be sent. */
interface Native extends Way {
  readonly body: JsonObject
  readonly path: string
  forward(warn: Warnings['warn'], session: Session): Promise<JsonObject>
}

function servesItself(body: unknown, surface: Surface, trip: Trip, commons: Commons): Native | undefined {
  const { endpoint, forward } = surface
  if (endpoint === undefined || !forward || !isObject(body) || typeof body['model'] !== 'string') return undefined
  const way = route(body['model'], trip, commons)
  if (!way.settings.serves.includes(endpoint)) return undefined
  return {
    ...way,
    body,
    path: endpoint,
    forward: async (warn, session) => ({ ...(await forward(body, warn, session)), model: way.target.model }),
  }
}

/** Hands a request on, and the reply back, as they are. */
async function pass(
  body: JsonObject,
  way: Native,
  incoming: Incoming,
  trip: Trip,
  { shared, session }: Commons,
): Promise<Answer> {
  const { target, settings, path } = way
  const { clientKey, owner } = trip.client
  const own = { ...settings, target, clientKey, signal: incoming.signal }
  if (incoming.header('x-dragoman-dry-run') === 'true') {
    const shown = await showCall({ path, body }, own, trip.warnings)
    return { status: 200, headers: { ...servedBy(way), ...JSON_TYPE }, body: JSON.stringify(shown) }
  }
  const over = ({ response, usage, gone, cut }: Overheard): void => {
    const id = response?.['id']
    if (typeof id === 'string' && body['store'] !== false) {
      // Whoever asks for it again is led to where it is kept.
      void Promise.resolve(session.store?.put(owner, { id, response: {}, input: [], provider: target.provider })).catch(
        () => {},
      )
    }
    trip.end(gone ? CLIENT_GONE : 200, { ...(usage && { usage }), ...(cut && { failure: CUT }) })
  }
  const passed = await passThrough({ path, body }, shared, own, over)
  const type = passed.headers.get('content-type') ?? 'application/json'
  const told = toldHeaders(target.adapter, passed.headers, shared.now())
  const headers = { ...servedBy(way), ...told, 'content-type': type }
  return { status: passed.status, headers, body: passed.body }
}

/** Asks the provider that keeps a reply for it, where one does; nothing where the gateway has it, or nobody. */
export async function passStored(
  { method, path, id }: { readonly method: Method; readonly path: string; readonly id: string },
  incoming: Pick<Incoming, 'signal'>,
  trip: Trip,
  { providers, shared, session }: Commons,
): Promise<Answer | undefined> {
  const { clientKey, owner } = trip.client
  const stored = await session.store?.get(owner, id)
  if (stored && stored.provider === undefined) return undefined
  const provider = stored?.provider ?? onlyKeeper(providers, path, owner === '' || clientKey !== undefined)
  const settings = provider === undefined ? undefined : providers[provider]
  if (provider === undefined || !settings) return undefined
  const target = { provider, adapter: settings.adapter, model: '' }
  const own = { ...settings, target, clientKey, signal: incoming.signal }
  const passed = await passThrough({ method, path }, shared, own, ({ gone }) => trip.end(gone ? CLIENT_GONE : 200))
  const type = passed.headers.get('content-type') ?? 'application/json'
  return {
    status: passed.status,
    headers: { 'x-model-router-provider': provider, 'content-type': type },
    body: passed.body,
  }
}

/** The one provider that may keep what is not known here. Where clients are told apart, none does: ids are nobody's secret. */
function onlyKeeper(providers: Commons['providers'], path: string, alone: boolean): string | undefined {
  const keepers = Object.entries(providers).filter(([, { serves }]) => serves.some((served) => path.startsWith(served)))
  return alone && keepers.length === 1 ? keepers[0]?.[0] : undefined
}

/** A failure in the words of the surface it was met through. */
function located(error: unknown, { locate }: Asked): unknown {
  if (!locate || !(error instanceof GatewayError)) return error
  const { param, message } = error.failure
  const failure = { ...error.failure, param: param === null ? null : locate(param), message: locate(message) }
  return new GatewayError(failure, error.headers)
}

/** Warnings in the words of the surface they are told through. */
function locatedWarnings(warnings: Warnings, { locate }: Asked): Warnings {
  if (!locate) return warnings
  return {
    ...warnings,
    warn: (param, reason) => warnings.warn(locate(param), reason),
    note: (param, reason) => warnings.note(locate(param), reason),
  }
}
