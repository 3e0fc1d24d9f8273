/**
 * Conversations: a request for a reply, from the way it came in to the way it is answered.
 *
 * @module
 */
import { answerStream, type Pieces, wholeAnswer } from './answer.ts'
import type { Warn } from './adapter.ts'
import type { ReplyEvent } from './canonical.ts'
import type { Dispatcher } from './dispatch.ts'
import { dryRun, showCall } from './dry-run.ts'
import { type Errand, errandOf, planOf } from './errand.ts'
import { GatewayError } from './errors.ts'
import { begin, type Circumstances, type Exchange, type Surroundings, type translate } from './exchange.ts'
import type { Health } from './health.ts'
import { readJson, type Upload } from './intake.ts'
import { forwarded, pass } from './native.ts'
import { digits } from './price.ts'
import type { Prices } from './prices.ts'
import type { Settled } from './provider.ts'
import { keyOf, type Router, type Target } from './router.ts'
import type { Plan } from './routes.ts'
import type { Asked, Session, Surface } from './surfaces/surface.ts'
import { type Attempt, complete, note, survive } from './survive.ts'
import { answerTogether } from './together.ts'
import { CLIENT_GONE, type Trip } from './trip.ts'
import { toldHeaders } from './upstream.ts'
import type { Warnings } from './warnings.ts'
import type { Way } from './way.ts'
import { isObject } from './wire/json.ts'

/** A request as it came in, whatever brought it. */
export interface Incoming extends Upload {
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** An answer on its way out, whatever takes it. Everybody it comes by may add to its headers. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  /** The whole body, or its pieces as they come. */
  readonly body: string | Pieces
}

/** What all conversations of a gateway share. */
export interface Commons {
  /** The most bytes of a body. */
  readonly bodyLimit: number
  readonly router: Router
  readonly providers: Readonly<Record<string, Settled>>
  readonly dispatcher: Dispatcher
  readonly health: Health
  readonly prices: Prices
  readonly shared: Surroundings
  readonly session: Omit<Session, 'owner'>
  /** From 0 to 1. */
  random(): number
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

/** The header of a whole answer. */
export const JSON_TYPE: Readonly<Record<string, string>> = { 'content-type': 'application/json' }
const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Answers a request for a reply. Throws a `GatewayError` where there will be none. */
export async function converse(incoming: Incoming, trip: Trip, surface: Surface, commons: Commons): Promise<Answer> {
  const errand = errandOf(await readJson(incoming, commons.bodyLimit), incoming, trip, surface, commons)
  const { client } = trip
  const planned = planOf(errand)
  const plan = planned instanceof Promise ? await planned : planned
  if (incoming.header('x-dragoman-dry-run') === 'true') return show(errand, plan)
  if (plan.ensemble) return answerTogether(errand, plan, plan.ensemble)
  const { dispatcher, health, shared, random, sleep } = commons
  const ways = dispatcher.ways(plan, client.clientKey !== undefined)
  const endurance = dispatcher.endurance(incoming.header('x-dragoman-survival') === 'off')
  const ask = (way: Way, signal: AbortSignal): Promise<Answer> => answerFrom(way, errand, signal, ways.length > 1)
  const trying = (attempt: Attempt): void => void trip.attempts.push(attempt)
  const surviving = { endurance, health, signal: incoming.signal, now: shared.now, random, sleep, trying }
  const answer = await survive(ways, ask, surviving)
  answer.headers[ATTEMPTS] = String(trip.attempts.length)
  return answer
}

/** Tells how often providers were asked. */
export const ATTEMPTS = 'x-model-router-attempts'

/** Finds who serves a model, and says so. */
export function route(
  model: string,
  trip: Trip,
  { router, providers }: Commons,
): { target: Target; settings: Settled } {
  const target = router.resolve(model)
  trip.target = target
  return { target, settings: settingsOf(target, providers) }
}

/** The headers that say who answers. */
export function servedBy({ provider, model }: Target): Record<string, string> {
  return { 'x-model-router-provider': provider, 'x-model-router-model': model }
}

function settingsOf(target: Target, providers: Commons['providers']): Settled {
  const settings = providers[target.provider]
  if (!settings) throw new TypeError(`The provider ${target.provider} is not settled.`)
  return settings
}

/** What a way to an answer amounts to: who is asked, with which key, how, at what price. */
export function settled(way: Way, { trip, commons }: Errand, signal: AbortSignal, warn: Warn): Circumstances {
  const { dispatcher, providers, prices, shared } = commons
  const adapter = dispatcher.adapterOf(way)
  const target = adapter === way.target.adapter ? way.target : { ...way.target, adapter }
  const { headers, timeouts, fetch } = settingsOf(target, providers)
  const { clientKey, owner } = trip.client
  const price = prices.find(way.target, shared.now())
  return { target, headers, timeouts, fetch, clientKey, owner, price, signal, warn }
}

/** Answers through one target, natively where it serves the surface itself. */
function answerFrom(way: Way, errand: Errand, signal: AbortSignal, oneOfSeveral: boolean): Promise<Answer> {
  const { trip } = errand
  trip.target = way.target
  const endpoint = nativeEndpoint(errand, way)
  if (endpoint !== undefined) return pass(endpoint, way, settled(way, errand, signal, trip.warnings.warn), errand)
  const asked = errand.asked()
  return oneOfSeveral || asked instanceof Promise || asked.locate
    ? answerLocated(asked, way, errand, signal, oneOfSeveral)
    : answer(asked, way, settled(way, errand, signal, trip.warnings.warn), trip.warnings, errand)
}

/** Answers through one target, and tells what is lost or wrong in the words of the surface. */
async function answerLocated(
  understood: Asked | Promise<Asked>,
  way: Way,
  errand: Errand,
  signal: AbortSignal,
  oneOfSeveral: boolean,
): Promise<Answer> {
  const { trip } = errand
  const asked = await understood
  // What one target lacks does not matter where another one answers.
  const warnings = locatedWarnings(oneOfSeveral ? trip.warnings.fork() : trip.warnings, asked)
  try {
    return await answer(asked, way, settled(way, errand, signal, warnings.warn), warnings, errand)
  } catch (error) {
    throw located(error, asked)
  } finally {
    if (oneOfSeveral) for (const { param, reason } of warnings.list()) trip.warnings.note(param, reason)
  }
}

/** The endpoint at which a provider is asked as the client asked us, where it serves the surface itself. */
export function nativeEndpoint({ surface, body, commons }: Errand, { target }: Way): string | undefined {
  const { endpoint, forward } = surface
  if (endpoint === undefined || !forward || !isObject(body)) return undefined
  return settingsOf(target, commons.providers).serves.includes(endpoint) ? endpoint : undefined
}

/** Answers a request that was understood. */
function answer(
  asked: Asked,
  way: Way,
  own: Circumstances,
  warnings: Warnings,
  { trip, commons }: Errand,
): Promise<Answer> {
  const { shared, health } = commons
  const start = (tell?: (event: ReplyEvent) => void): Promise<Exchange> =>
    begin(asked.request, shared, tell ? { ...own, tell } : own)
  const headersOf = (exchange: Exchange): Record<string, string> => {
    for (const [param, reason] of exchange.warnings) warnings.note(param, reason)
    return toldHeaders(own.target.adapter, exchange.headers, shared.now(), servedBy(way.target))
  }
  const begun = shared.now()
  return deliver(asked, start, headersOf, trip, (exchange) => {
    const { failure, usage } = exchange.whole
    // With hedging, others were asked since.
    trip.target = way.target
    // What breaks after the first byte is nothing to survive, but something to remember.
    if (failure) note(health, way, failure)
    else complete(health, way)
    const seconds = (shared.now() - begun) / 1000
    const tokens = usage?.output ?? 0
    if (tokens > 0 && seconds > 0.05) health.paced(keyOf(way.target), { throughput: tokens / seconds })
  })
}

/** Delivers a reply as the client wants it: streamed, or whole. */
export async function deliver(
  asked: Asked,
  start: (tell?: (event: ReplyEvent) => void) => Promise<Exchange>,
  headersOf: (exchange: Exchange) => Record<string, string>,
  trip: Trip,
  over: (exchange: Exchange) => void,
): Promise<Answer> {
  if (!asked.request.stream) {
    const exchange = await start()
    while (!exchange.done) await exchange.next()
    const body = wholeAnswer(asked, exchange)
    over(exchange)
    trip.end(200, { exchange })
    const headers = headersOf(exchange)
    const cost = exchange.whole.usage?.cost
    if (cost !== undefined) headers[COST] = digits(cost)
    headers['content-type'] = 'application/json'
    return { status: 200, headers, body: JSON.stringify(body) }
  }
  const { exchange, pieces } = await answerStream(asked, start, (exchange, gone) => {
    if (!gone) over(exchange)
    trip.end(gone ? CLIENT_GONE : 200, { exchange })
  })
  return { status: 200, headers: { ...headersOf(exchange), ...EVENT_STREAM }, body: pieces }
}

/** Tells what a reply cost, in USD, where somebody knows. */
const COST = 'x-model-router-cost'

/** Shows what would be sent, and why to whom. */
export async function show(errand: Errand, plan: Plan, say?: typeof translate): Promise<Answer> {
  const { trip, commons } = errand
  const [way] = commons.dispatcher.ways(plan, false)
  if (!way) throw new TypeError('A plan without a target.')
  trip.target = way.target
  const own = settled(way, errand, errand.incoming.signal, trip.warnings.warn)
  const endpoint = nativeEndpoint(errand, way)
  const asked = endpoint === undefined ? await errand.asked() : undefined
  const shown = asked
    ? await dryRun(asked.request, commons.shared, own, locatedWarnings(trip.warnings, asked), say)
    : await showCall({ path: endpoint ?? '', body: await forwarded(errand, way) }, own, trip.warnings)
  const told = { ...shown, ...(plan.why.length > 0 && { route: plan.why, targets: plan.targets.map(keyOf) }) }
  return { status: 200, headers: { ...servedBy(way.target), ...JSON_TYPE }, body: JSON.stringify(told) }
}

/** A failure in the words of the surface it was met through. */
export function located(error: unknown, { locate }: Asked): unknown {
  if (!locate || !(error instanceof GatewayError)) return error
  const { param, message } = error.failure
  const failure = { ...error.failure, param: param === null ? null : locate(param), message: locate(message) }
  return new GatewayError(failure, error.headers)
}

/** Warnings in the words of the surface they are told through. */
export function locatedWarnings(warnings: Warnings, { locate }: Asked): Warnings {
  if (!locate) return warnings
  return {
    ...warnings,
    warn: (param, reason) => warnings.warn(locate(param), reason),
    note: (param, reason) => warnings.note(locate(param), reason),
  }
}
