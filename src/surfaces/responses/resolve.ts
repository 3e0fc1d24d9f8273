/**
 * What a request refers to, looked up: the reply before it, and items of earlier ones.
 *
 * @module
 */
import { z } from 'zod'
import type { JsonObject } from '../../canonical.ts'
import { GatewayError } from '../../errors.ts'
import { itemsOf, type StoredResponse } from '../../response-store.ts'
import { isObject } from '../../wire/json.ts'
import { verbatim } from '../present.ts'
import type { Session } from '../surface.ts'
import { wellFormed } from '../well-formed.ts'
import type { Entry } from './history.ts'
import { inputItem } from './items.ts'
import type { ResponsesBody } from './schema.ts'

/** What a request stands on. */
export interface Resolved {
  /** The whole conversation, references replaced by what they refer to. */
  readonly entries: readonly Entry[]
  /** What this request adds to it, as it was sent, to be kept. */
  readonly items: readonly JsonObject[]
}

/** The most replies in a row. */
const MOST = 1000

/** Looks up what a request refers to. Throws OpenAI's errors for what is not there. */
export async function resolve(asked: ResponsesBody, given: unknown, session: Session): Promise<Resolved> {
  const { previous_response_id: previous, input } = asked
  const before =
    previous == null
      ? []
      : (await chain(previous, session)).flatMap(itemsOf).map((item) => read(item, 'previous_response_id'))
  if (typeof input === 'string') {
    const item = { type: 'message' as const, role: 'user' as const, content: input }
    return { entries: [...before, { item, path: 'input' }], items: [item] }
  }
  const raw = rawItems(given)
  const found = await Promise.all(
    (input ?? []).map(async (item, index): Promise<{ entry: Entry; raw: JsonObject }> => {
      const path = `input[${index}]`
      if (item.type === 'item_reference') {
        const stored = await session.store?.item(session.owner, item.id)
        if (!stored) throw itemNotFound(item.id)
        return { entry: read(stored, path), raw: stored }
      }
      const own = raw[index] ?? {}
      if (item.type !== 'reasoning' || item.encrypted_content != null || item.id == null) {
        return { entry: { item, path }, raw: own }
      }
      // Clients that count on the store leave out what they need not send.
      const stored = await session.store?.item(session.owner, item.id)
      return stored ? { entry: read(stored, path), raw: stored } : { entry: { item, path }, raw: own }
    }),
  )
  return { entries: [...before, ...found.map(({ entry }) => entry)], items: found.map((each) => each.raw) }
}

/** A reply and all that came before it, in order. Throws where one of them is not kept here, or where there is no end to them. */
export async function chain(id: string, { store, owner }: Session): Promise<readonly StoredResponse[]> {
  const links: StoredResponse[] = []
  for (let next: string | undefined = id; next !== undefined;) {
    const stored: StoredResponse | undefined = await store?.get(owner, next)
    if (!stored || stored.provider !== undefined || links.length === MOST) throw responseNotFound(id)
    links.push(stored)
    next = stored.previous
  }
  return links.toReversed()
}

const one = z.object({ item: inputItem })

/** An item that was kept. What its schema did not know was reported when it came. */
function read(stored: JsonObject, path: string): Entry {
  return { item: wellFormed(one, { item: stored }, () => {}).item, path }
}

function rawItems(given: unknown): readonly JsonObject[] {
  const input = isObject(given) ? given['input'] : undefined
  return Array.isArray(input) ? input.map((item: unknown) => (isObject(item) ? verbatim(item) : {})) : []
}

/** The error for a reply that nobody keeps, in OpenAI's words. */
function responseNotFound(id: string): GatewayError {
  return new GatewayError({
    status: 400,
    type: 'invalid_request_error',
    code: 'previous_response_not_found',
    param: 'previous_response_id',
    message: `Previous response with id '${id.slice(0, 64)}' not found.`,
  })
}

function itemNotFound(id: string): GatewayError {
  const message = `Item with id '${id.slice(0, 64)}' not found. Items are not persisted when \`store\` is set to false.`
  return new GatewayError({ status: 404, type: 'invalid_request_error', code: null, param: 'input', message })
}
