/**
 * Reading what was recorded of OpenAI's Responses API: a reply whichever way it was told, and what came before a request.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import { MemoryStore } from '../../src/response-store.ts'
import { createSeal } from '../../src/seal.ts'
import type { Session } from '../../src/surfaces/surface.ts'
import { verbatim } from '../../src/surfaces/present.ts'
import { NOW } from './oracle.ts'
import { events, isMembers, json, list, members, type Members, text } from './reading.ts'
import type { RecordedReply, Recording } from './recordings.ts'

/** The protocol of these recordings. */
export const RESPONSES = 'openai-responses'

/** The events of a recorded stream. */
export function eventsOf({ body }: RecordedReply): readonly Members[] {
  return events(text(body))
    .filter((data) => data !== '[DONE]')
    .map((data) => members(json(data)))
}

/** The response that a recorded reply tells, or that its last event tells; nothing of an error. */
export function responseIn(reply: RecordedReply): Members | undefined {
  const whole = reply.kind === 'sse' ? eventsOf(reply).findLast(isLast)?.['response'] : reply.body
  return isMembers(whole) && Array.isArray(whole['output']) ? whole : undefined
}

/** The items that a recorded reply tells. */
export function outputIn(reply: RecordedReply): readonly Members[] {
  return list(responseIn(reply)?.['output']).map(members)
}

/** The items of a request. A text alone is what a person says. */
export function inputOf(asked: Members): readonly Members[] {
  const { input } = asked
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : list(input).map(members)
}

/** A session that keeps nothing yet. */
export function sessionAlone(): Session & { readonly store: MemoryStore } {
  const now = (): number => NOW
  const store = new MemoryStore({ bytes: 2 ** 26, seconds: 3600, now })
  return { owner: '', seal: createSeal(SECRET), store, newId: counter(), now }
}

/** A session that keeps the replies recorded before this one, as if they had been told here. */
export function sessionBefore(recording: Recording, all: readonly Recording[]): Session {
  const session = sessionAlone()
  const { group, provider, sequence } = recording
  for (const earlier of all) {
    const isBefore = group != null && earlier.group === group && earlier.provider === provider
    if (!isBefore || (earlier.sequence?.index ?? 0) >= (sequence?.index ?? 0) || !earlier.response) continue
    const asked = members(earlier.request?.body)
    const response = responseIn(earlier.response)
    if (!response || earlier.protocol !== RESPONSES) continue
    const previous = text(asked['previous_response_id'])
    session.store.put('', {
      id: text(response['id']),
      response: verbatim(response),
      input: inputOf(asked).map(verbatim),
      ...(previous !== '' && { previous }),
    })
  }
  return session
}

/** What seals thoughts. */
export const SECRET = 'a secret for replaying'

/** Ids that count up. */
export function counter(): (prefix: string) => string {
  let ids = 0
  return (prefix) => `${prefix}${String(++ids).padStart(8, '0')}`
}

/** What a response keeps of what came before it: its own items, and those of the replies it stands on. */
export async function historyOf(asked: Members, { store, owner }: Session): Promise<readonly JsonObject[]> {
  const previous = text(asked['previous_response_id'])
  const stored = previous === '' ? undefined : await store?.get(owner, previous)
  if (!stored) return []
  const { input, response } = stored
  const before = await historyOf({ previous_response_id: stored.previous }, { store, owner } as Session)
  return [...before, ...input, ...list(response['output']).map((item) => verbatim(members(item)))]
}

function isLast({ type }: Members): boolean {
  return /^response\.(?:completed|incomplete|failed)$/u.test(text(type))
}
