/**
 * Counting: a request whose tokens are counted, and that nobody answers.
 *
 * @module
 */
import { type Call, type ChatCodec, codecFor, type ReplyHeaders, type Warn } from './adapter.ts'
import { ask } from './ask.ts'
import type { ChatRequest } from './canonical.ts'
import {
  type Answer,
  type Commons,
  type Incoming,
  JSON_TYPE,
  located,
  locatedWarnings,
  nativeEndpoint,
  servedBy,
  settled,
  show,
} from './converse.ts'
import { type Errand, errandOf, planOf } from './errand.ts'
import { badRequest } from './errors.ts'
import { type Circumstances, mended, type Surroundings, translate } from './exchange.ts'
import { readJson } from './intake.ts'
import { resolveMedia } from './media.ts'
import { forwarded } from './native.ts'
import { passThrough } from './passthrough.ts'
import type { Target } from './router.ts'
import { inputTokens, renderCount } from './surfaces/responses/index.ts'
import type { Trip } from './trip.ts'
import { toldHeaders } from './upstream.ts'

/**
 * Answers how many tokens a request has for the first target that would be asked for the reply. It is asked once, and no
 * other in its place: that one would count differently. How it fares says nothing of replies, for providers limit the two
 * apart.
 */
export async function answerCount(incoming: Incoming, trip: Trip, commons: Commons): Promise<Answer> {
  const errand = errandOf(await readJson(incoming, commons.bodyLimit), incoming, trip, inputTokens, commons)
  const plan = await planOf(errand)
  if (plan.ensemble) {
    const message = 'Each model of an ensemble counts in its own way: name one of them.'
    throw badRequest(message, 'model', 'unsupported_model')
  }
  if (incoming.header('x-dragoman-dry-run') === 'true') return show(errand, plan, translateCount)
  const [way] = commons.dispatcher.ways(plan, trip.client.clientKey !== undefined)
  if (!way) throw new TypeError('A plan without a target.')
  trip.target = way.target
  const own = settled(way, errand, incoming.signal, trip.warnings.warn)
  const endpoint = nativeEndpoint(errand, way)
  if (endpoint !== undefined) {
    const call = { path: endpoint, body: await forwarded(errand, way) }
    const { headers, status, body } = await passThrough(call, commons.shared, own, () => {})
    return { status, headers: toldOf(way.target, headers, commons), body }
  }
  const { tokens, headers } = await understoodCount(errand, own)
  return { status: 200, headers: toldOf(way.target, headers, commons), body: JSON.stringify(renderCount(tokens)) }
}

interface Counted {
  readonly tokens: number
  readonly headers: ReplyHeaders
}

async function understoodCount(errand: Errand, own: Circumstances): Promise<Counted> {
  const asked = await errand.asked()
  const { warn } = locatedWarnings(errand.trip.warnings, asked)
  try {
    return await count(asked.request, errand.commons.shared, { ...own, warn })
  } catch (error) {
    throw located(error, asked)
  }
}

function toldOf(target: Target, headers: ReplyHeaders, { shared }: Commons): Record<string, string> {
  return { ...toldHeaders(target.adapter, headers, shared.now(), servedBy(target)), ...JSON_TYPE }
}

/** Asks a provider for a count of the very request it would be asked to answer. */
async function count(request: ChatRequest, shared: Surroundings, own: Circumstances): Promise<Counted> {
  const { target, owner, signal, warn } = own
  const chat = codecFor(target.adapter, target.model)
  const counter = chat?.count
  if (!chat || !counter) throw uncounted(target)
  const recalled = shared.recall?.fill(owner, request) ?? request
  const resolved = await resolveMedia(recalled, chat, shared.fetchMedia, signal)
  const { said: tokens, headers } = await mended(resolved, chat, shared, own, (known) =>
    ask(translateCount(known, target, chat, warn), { ...counter, unreadable: UNREADABLE }, shared, own),
  )
  return { tokens, headers }
}

const UNREADABLE = 'The provider sent a count that cannot be read.'

/** Says in a provider's words that a request is to be counted. What a count is asked with never streams. */
function translateCount(request: ChatRequest, target: Target, chat: ChatCodec, warn: Warn): Call {
  if (!chat.count) throw uncounted(target)
  return chat.count.encode(translate({ ...request, stream: false }, target, chat, warn), target.model, warn)
}

function uncounted({ provider }: Target): Error {
  const message = `The provider ${provider} does not count tokens before it answers.`
  return badRequest(message, 'model', 'unsupported_model')
}
