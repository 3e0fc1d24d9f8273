/**
 * Replies that are kept: shown again, listed, forgotten.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/get
 * @module
 */
import type { JsonObject } from '../../canonical.ts'
import { badRequest, GatewayError } from '../../errors.ts'
import type { StoredResponse } from '../../response-store.ts'
import type { Session } from '../surface.ts'

/** A reply that is kept, as it was told. Throws a 404 where there is none. */
export async function showResponse(session: Session, id: string, query: URLSearchParams): Promise<JsonObject> {
  if (query.get('stream') === 'true') {
    throw badRequest(
      'A reply that is kept cannot be streamed again: leave `stream` out.',
      'stream',
      'unsupported_value',
    )
  }
  return (await find(session, id)).response
}

/** Forgets a reply. Throws a 404 where there is none. */
export async function forgetResponse({ store, owner }: Session, id: string): Promise<JsonObject> {
  if (!(await store?.delete(owner, id))) throw notFound(id)
  return { id, object: 'response', deleted: true }
}

/** A page of what a reply answered, newest first unless asked otherwise. */
export async function listInput(session: Session, id: string, query: URLSearchParams): Promise<JsonObject> {
  const limit = numberOf(query.get('limit') ?? '20')
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') {
    throw badRequest("Invalid value for 'order'. Supported values are: 'asc' and 'desc'.", 'order', 'invalid_value')
  }
  const { input } = await find(session, id)
  const items = order === 'asc' ? input : input.toReversed()
  const after = query.get('after')
  const last = after === null ? -1 : items.findIndex((item) => item['id'] === after)
  if (after !== null && last < 0) {
    throw badRequest(
      `Invalid value for 'after': there is no item with id '${after.slice(0, 64)}'.`,
      'after',
      'invalid_value',
    )
  }
  const data = items.slice(last + 1, last + 1 + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: last + 1 + limit < items.length,
  }
}

/** Only replies in the background can be cancelled, and there are none. */
export async function cancelResponse(session: Session, id: string): Promise<never> {
  await find(session, id)
  throw badRequest('Only a reply in the background can be cancelled.', null, 'unsupported_value')
}

async function find({ store, owner }: Session, id: string): Promise<StoredResponse> {
  const stored = await store?.get(owner, id)
  if (!stored) throw notFound(id)
  return stored
}

/** OpenAI's 404. */
function notFound(id: string): GatewayError {
  const message = `Response with id '${id.slice(0, 64)}' not found.`
  return new GatewayError({ status: 404, type: 'invalid_request_error', code: null, param: null, message })
}

function numberOf(limit: string): number {
  const number = Number(limit)
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number
  throw badRequest("Invalid 'limit'. Expected an integer between 1 and 100.", 'limit', 'invalid_value')
}
