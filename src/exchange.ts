/**
 * One request and its reply: fitted, encoded, sent, and read back.
 *
 * @module
 */
import { type Call, type ChatCodec, codecFor, type ReplyHeaders, type Warn } from './adapter.ts'
import type { Amendments } from './amendments.ts'
import { capabilities, check, fit } from './capabilities.ts'
import type { Block, ChatRequest, ReplyEvent, Usage } from './canonical.ts'
import type { Course, Leg } from './course.ts'
import { badRequest, GatewayError } from './errors.ts'
import { Fold } from './fold.ts'
import { type FetchMedia, resolveMedia } from './media.ts'
import { merge } from './merge.ts'
import { costOfReply, type Price } from './price.ts'
import type { Recall } from './recall.ts'
import { Relay } from './relay.ts'
import { Reply } from './reply.ts'
import { keyOf, type Target } from './router.ts'
import { type Reach, send } from './upstream.ts'
import { total } from './usage.ts'

/** How long to wait for a provider, in milliseconds. */
export interface Timeouts {
  /** For the head of a reply, and for the whole of one that does not stream. */
  readonly firstByte: number
  /** Between two pieces of a streamed reply. */
  readonly idle: number
}

/** What the exchanges of a gateway share. */
export interface Surroundings {
  readonly recall: Recall | undefined
  readonly amendments: Amendments
  /** Fetches media by address; without it, addresses that a provider does not read are refused. */
  readonly fetchMedia: FetchMedia | undefined
  /** Milliseconds. */
  now(): number
  newId(prefix: string): string
}

/** What is particular to one exchange. */
export interface Circumstances {
  readonly target: Target
  /** Static headers of the provider's configuration. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeouts: Timeouts
  /** Reaches the provider. */
  readonly fetch: Reach
  /** The client's own key, where clients bring theirs. */
  readonly clientKey: string | undefined
  /** Keeps what is remembered for one client from others. */
  readonly owner: string
  /** What the model costs, where somebody knows: found out while the provider is asked. */
  readonly price?: Promise<Price | undefined> | Price | undefined
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  readonly warn: Warn
  /** Hears the reply as it comes in. */
  tell?(event: ReplyEvent): void
}

/** A reply under way. */
export interface Exchange {
  /** Headers of the provider's reply. */
  readonly headers: ReplyHeaders
  /** The reply as far as it has come. */
  readonly whole: Fold
  /** Tokens spent until now, as far as the provider has told. */
  readonly usage: Usage | undefined
  /** What was lost, as it showed only in the reply. */
  readonly warnings: Reply['warnings']
  readonly done: boolean
  /** Reads what has arrived. Returns what to wait for, before asking again, where nothing has. */
  next(): Promise<void> | undefined
  abort(): void
}

/** The most replies one request may ask of a provider that gives one at a time. */
const MOST_CALLS = 8

/** Asks a provider. Resolves when it has begun to answer with a 2xx; throws a `GatewayError` before that. */
export async function begin(request: ChatRequest, shared: Surroundings, own: Circumstances): Promise<Exchange> {
  const { target, owner, warn } = own
  const chat = codecFor(target.adapter, target.model)
  if (!chat) throw badRequest(`The provider ${target.provider} has no chat.`, 'model', 'unsupported_model')
  const recalled = shared.recall?.fill(owner, request) ?? request
  // Nothing is fetched for a provider that would not look at it.
  check(recalled, target.adapter, target.model)
  const media = resolveMedia(recalled, chat, shared.fetchMedia, own.signal)
  const resolved = media instanceof Promise ? await media : media
  const { asked, count } = fanOut(resolved, target, warn)

  const whole = new Fold()
  const { tell } = own
  const write = (event: ReplyEvent): void => {
    whole.write(event)
    // Without a call there is nothing by which a client could refer to a reply.
    if (event.type === 'end' && whole.holds('tool'))
      for (const { blocks } of whole.completion?.choices ?? []) shared.recall?.keep(owner, blocks)
    tell?.(event)
  }

  const writers = count === 1 ? [write] : merge(count, write)
  const legs =
    count === 1 ? [await open(asked, chat, shared, own)] : await openAll(count, () => open(asked, chat, shared, own))
  const price = own.price instanceof Promise ? await own.price : own.price
  const courses = legs.map(({ leg, call }, index): Course => {
    const fold = count === 1 ? whole : new Fold()
    const out = writers[index] ?? write
    const reply = new Reply({
      write: fold === whole ? out : (event) => (fold.write(event), out(event)),
      now: () => Math.floor(shared.now() / 1000),
      newId: shared.newId,
      origin: { format: chat.format, model: target.model },
      model: target.model,
      undo: call.undo,
      choices: asked.choices,
      priced: (billed) => costOfReply(billed, price),
      disclose: leg.disclose,
    })
    const resume = async (blocks: readonly Block[]): Promise<Leg> => {
      const more = { ...asked, messages: [...asked.messages, { role: 'assistant' as const, blocks }] }
      return (await open(more, chat, shared, { ...own, warn: () => {} })).leg
    }
    return { leg, reply, fold, idle: own.timeouts.idle, resume }
  })
  return new Calls(courses, whole)
}

/** The calls of one exchange. A class, because an object with getters of its own is a class of its own to V8, every time. */
class Calls implements Exchange {
  readonly headers: ReplyHeaders
  readonly whole: Fold
  readonly #courses: readonly Course[]
  readonly #relay: Relay

  constructor(courses: readonly Course[], whole: Fold) {
    this.headers = courses[0]?.leg.response.headers ?? new Headers()
    this.whole = whole
    this.#courses = courses
    this.#relay = new Relay(courses)
  }

  get usage(): Usage | undefined {
    return this.whole.usage ?? total(this.#courses.flatMap(({ reply }) => reply.spent ?? []))
  }

  get warnings(): Reply['warnings'] {
    return this.#courses.flatMap(({ reply }) => reply.warnings)
  }

  get done(): boolean {
    return this.#relay.done
  }

  next(): ReturnType<Exchange['next']> {
    return this.#relay.next()
  }

  abort(): void {
    this.#relay.abort()
  }
}

/** Splits a request for several replies into several requests, where the provider gives one at a time. */
export function fanOut(
  request: ChatRequest,
  { adapter, model }: Target,
  warn: Warn,
): { asked: ChatRequest; count: number } {
  if ((request.choices ?? 1) === 1 || capabilities(adapter, model).choices) return { asked: request, count: 1 }
  const { choices = 1, ...rest } = request
  if (choices > MOST_CALLS)
    throw badRequest(`At most ${MOST_CALLS} replies can be asked for at once here.`, 'n', 'unsupported_value')
  warn('n', `${choices} calls`)
  return { asked: rest, count: choices }
}

interface Opened {
  readonly leg: Leg
  readonly call: Call
}

async function openAll(count: number, open: () => Promise<Opened>): Promise<readonly Opened[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, open))
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const refused = results.find((result) => result.status === 'rejected')
  if (!refused) return opened
  for (const { leg } of opened) leg.abort()
  throw refused.reason
}

/** Sends a request for a reply. */
function open(request: ChatRequest, chat: ChatCodec, shared: Surroundings, own: Circumstances): Promise<Opened> {
  return mended(request, chat, shared, own, async (known) => {
    const { headers, clientKey, fetch, signal, target, timeouts } = own
    const call = translate(known, target, chat, own.warn)
    const sending = { adapter: target.adapter, clientKey, headers, fetch, signal, now: shared.now }
    const { response, disclose, abort } = await send(call, sending, timeouts.firstByte)
    return { call, leg: { response, disclose, abort, codec: chat } }
  })
}

/** Makes an attempt, and once more where the provider refuses it in a way the adapter knows how to mend. */
export function mended<T>(
  request: ChatRequest,
  chat: ChatCodec,
  shared: Surroundings,
  { target, warn }: Pick<Circumstances, 'target' | 'warn'>,
  attempt: (request: ChatRequest) => Promise<T>,
): Promise<T> {
  const model = keyOf(target)
  const known = shared.amendments.apply(model, request, warn)
  return attempt(known).catch(async (error: unknown) => {
    if (!(error instanceof GatewayError) || error.failure.status !== 400) throw error
    const amendment = chat.amend?.(known, error.failure)
    if (!amendment) throw error
    const made = await attempt(amendment.apply(known))
    warn(amendment.param, amendment.reason)
    if (amendment.lasting) shared.amendments.learn(model, amendment)
    return made
  })
}

/** Says a request in a provider's words: what it cannot say was reported, emulated or refused. */
export function translate(request: ChatRequest, { adapter, model }: Target, chat: ChatCodec, warn: Warn): Call {
  const { request: fitted, undo } = fit({ ...request, model }, adapter, warn)
  const call = chat.encode(fitted, warn)
  return { ...call, undo: call.undo ? { ...undo, ...call.undo } : undo }
}
