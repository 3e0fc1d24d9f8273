/**
 * A request on its way to a provider that serves responses itself: as it came, but for what only this gateway knows.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { Json, JsonObject } from '../../canonical.ts'
import { itemsOf } from '../../response-store.ts'
import { isSealed } from '../../seal.ts'
import { isObject } from '../../wire/json.ts'
import type { Session } from '../surface.ts'
import { chain } from './resolve.ts'

/** The request as the provider is to see it: replies kept here are sent along, and thoughts of others stay behind. */
export async function forward(body: JsonObject, warn: Warn, session: Session): Promise<JsonObject> {
  const { previous_response_id: previous, input, ...rest } = body
  const kept = typeof previous === 'string' ? await session.store?.get(session.owner, previous) : undefined
  const before = kept && kept.provider === undefined ? (await chain(kept.id, session)).flatMap(itemsOf).map(bare) : []
  const given = Array.isArray(input) ? await Promise.all(input.map((item: Json) => resolved(item, session))) : input
  if (before.length === 0 && !Array.isArray(given)) return body
  const own = Array.isArray(given) ? given : given === undefined ? [] : [{ role: 'user', content: given }]
  const items = own.filter((item, index) => {
    if (!isOurs(item)) return true
    warn(`input[${index}]`, 'reasoning of another provider')
    return false
  })
  return {
    ...rest,
    ...(before.length === 0 && previous !== undefined && { previous_response_id: previous }),
    input: [...before.filter((item) => !isOurs(item)), ...items].map(plain),
  }
}

/** What is kept here, in place of a reference to it. */
async function resolved(item: Json, { store, owner }: Session): Promise<Json> {
  if (!isObject(item)) return item
  const { type, id, role } = item
  const refers = type === 'item_reference' || ((type === undefined || type === null) && role === undefined)
  const stored = refers && typeof id === 'string' ? await store?.item(owner, id) : undefined
  return stored ? bare(stored) : item
}

/** An item without the id it has here. */
function bare({ id: _, status: __, ...item }: JsonObject): JsonObject {
  return item
}

/** An item without what is told of sources beyond OpenAI's members: it refuses what it does not know. */
function plain(item: Json): Json {
  if (!isObject(item) || item['role'] !== 'assistant' || !Array.isArray(item['content'])) return item
  const content = item['content'].map((part: Json): Json => {
    const annotations = isObject(part) ? part['annotations'] : undefined
    if (!isObject(part) || !Array.isArray(annotations)) return part
    return { ...part, annotations: annotations.flatMap(known) }
  })
  return { ...item, content }
}

function known(annotation: Json): readonly Json[] {
  if (!isObject(annotation)) return [annotation]
  const { type, url, title, start_index, end_index, file_id: file } = annotation
  if (type === 'url_citation') return [{ type, url, title, start_index, end_index }]
  // A document that came with the request has no id there.
  return type === 'file_citation' && file === '' ? [] : [annotation]
}

function isOurs(item: Json): boolean {
  if (!isObject(item)) return false
  const sealed = item['type'] === 'reasoning' ? item['encrypted_content'] : undefined
  return typeof sealed === 'string' && isSealed(sealed)
}
