/**
 * Replaying recorded requests: each is asked of every adapter, and what would be sent is judged by what the provider takes.
 *
 * @module
 */
import { z } from 'zod'
import { chatRequest } from '../../adapters/openai/strict.ts'
import { codecFor, type Schema, type Warn } from '../../src/adapter.ts'
import type { ChatRequest, Failure } from '../../src/canonical.ts'
import { capabilities } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { translate } from '../../src/exchange.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'
import { differences, show } from './compare.ts'
import { restated } from './identity.ts'
import { isMembers, members, type Members, text } from './reading.ts'
import type { Recording } from './recordings.ts'
import { missingFeature } from './refusals.ts'
import type { Fault } from './replies.ts'
import type { Route } from './routes.ts'

/** What became of a request. */
export type Outcome =
  | { readonly type: 'sent'; readonly faults: readonly Fault[] }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'foreign'; readonly reason: string }

/** Asks one adapter what it would send for a recorded chat request, and judges that. */
export function replayRequest(recording: Recording, route: Route, model: string): Outcome {
  const asked = recording.request?.body
  if (!isMembers(asked)) return { type: 'foreign', reason: 'the request was recorded without its body' }
  const own = isOwn(recording, route)
  try {
    const warned: string[] = []
    const warn = (param: string): void => void warned.push(param)
    const { request } = chat.parse(own ? asked : { ...asked, model }, warn)
    const sent = encode(request, route, own ? text(asked['model']) : model, warn)
    return {
      type: 'sent',
      faults: [
        ...(own ? unlawful(asked, sent, route.provider === recording.provider ? [] : warned) : []),
        ...unacceptable(recording, asked, sent, route),
      ],
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return refused(error.failure, recording, asked, route)
  }
}

/** Judges a native request by the schema we judge our own with: the provider took it, so the schema must. */
export function judgeNative(recording: Recording, route: Route): readonly Fault[] {
  const sent = recording.request?.body
  return issues(sent, route.native ?? route.request).map((issue) =>
    blame('a request the provider took passes our judge', sent, issue),
  )
}

/** What would be sent for a request, as the provider would parse it. */
export function encode(request: ChatRequest, { adapter, provider }: Route, model: string, warn: Warn): Members {
  const codec = codecFor(adapter, model)
  if (!codec) throw new TypeError(`${provider} has no chat.`)
  const { choices, ...one } = request
  const several = choices !== undefined && capabilities(adapter, model).choices
  const call = translate(several ? request : one, { provider, adapter, model }, codec, warn)
  return members(JSON.parse(stringify(call.body ?? null)))
}

/** Whether what is sent must be what was asked. */
function isOwn({ protocol }: Recording, route: Route): boolean {
  return route.protocol === protocol && route.translates !== true
}

/** Where what is sent is not what was asked, and nobody was told. What the provider itself takes must all be sent. */
function unlawful(asked: Members, sent: Members, warned: readonly string[]): readonly Fault[] {
  return differences(restated(asked), restated(sent))
    .filter(
      ({ path }) =>
        !warned.some((param) => path === param || path.startsWith(`${param}.`) || param.startsWith(`${path}.`)),
    )
    .map((difference) => ({ check: 'is sent as it was asked', ...difference }))
}

/** Where what is sent is not what the provider takes. */
function unacceptable(recording: Recording, asked: Members, sent: Members, route: Route): readonly Fault[] {
  const own = isOwn(recording, route)
  const accepted = own && route.provider === recording.provider && wasAccepted(recording)
  return issues(sent, route.request)
    .filter(({ at }) => accepted || !(own ? isSame(asked, sent, at) : isExtension(asked, at)))
    .map((issue) => blame('is what the provider takes', sent, issue))
}

/** Whether the client said it just so: a dialect's word, which OpenAI's own adapter passes on as it is. */
function isSame(asked: Members, sent: Members, at: readonly PropertyKey[]): boolean {
  return differences(dig(restated(asked), at), dig(restated(sent), at)).length === 0
}

/** Whether it is part of an extension, or of a tool that is a provider's own: those travel as the client words them. */
function isExtension(asked: Members, at: readonly PropertyKey[]): boolean {
  const [name, index] = at
  // A member of a message that OpenAI's API does not have: `messages[2].prefix`.
  if (name === 'messages' && at.length === 3)
    return issues(asked, chatRequest).some((issue) => startsWith(issue.at, at))
  if (name === 'tools') return !/^(?:function|custom)$/u.test(text(dig(asked, ['tools', Number(index), 'type'])))
  return typeof name === 'string' && name in asked && !(name in chatRequest.shape)
}

/** A refusal is right where the provider refused too, where a feature is missing, and where the client did not speak OpenAI's language. */
function refused(failure: Failure, recording: Recording, asked: Members, route: Route): Outcome {
  const { status, param, message } = failure
  const fault = { check: 'is sent, or refused for a reason', path: param ?? '', expected: 'a request', actual: message }
  if (status !== 400 || param === null) return { type: 'sent', faults: [fault] }
  if (isForeign(recording, asked, param)) {
    return {
      type: 'foreign',
      reason: `${param.replace(/\[\d+\]/gu, '[]')}: a dialect's word that OpenAI's API does not have`,
    }
  }
  const missing = missingFeature(route.provider, failure)
  if (missing !== undefined) return { type: 'refused', reason: missing }
  return wasAccepted(recording)
    ? { type: 'sent', faults: [fault] }
    : { type: 'refused', reason: 'refused by the provider as well' }
}

/** Whether a request to a dialect breaks OpenAI's own rules at a place. */
function isForeign({ provider }: Recording, asked: Members, param: string): boolean {
  const place = keys(param)
  return (
    provider !== 'openai' && issues(asked, chatRequest).some(({ at }) => startsWith(at, place) || startsWith(place, at))
  )
}

/** Whether the provider took it. */
export function wasAccepted({ response }: Recording): boolean {
  return (response?.status ?? 200) < 400
}

/** One thing that a schema has against a body. */
interface Issue {
  readonly at: readonly PropertyKey[]
  readonly message: string
}

/** What a schema has against a body. */
export function issues(body: unknown, schema: Schema<unknown>): readonly Issue[] {
  const parsed = schema.safeParse(body)
  if (parsed.success) return []
  if (!(parsed.error instanceof z.ZodError)) return [{ at: [], message: String(parsed.error) }]
  return parsed.error.issues.flatMap((issue): readonly Issue[] => {
    const { path, message } = issue
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ at: [...path, key], message }))
      : [{ at: path, message }]
  })
}

/** The fault that an issue is. */
export function blame(check: string, sent: unknown, { at, message }: Issue): Fault {
  return { check, path: at.join('.'), expected: message, actual: show(dig(sent, at)) }
}

/** What stands at a place. */
export function dig(value: unknown, at: readonly PropertyKey[]): unknown {
  return at.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  )
}

/** A path like `messages[0].content` as the keys it leads through. */
export function keys(param: string): readonly PropertyKey[] {
  return [...param.matchAll(/[^.[\]]+/gu)].map(([key]) => (/^\d+$/u.test(key) ? Number(key) : key))
}

function startsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.every((key, index) => path[index] === key)
}
