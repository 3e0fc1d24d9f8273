/**
 * Providers that serve a surface themselves: what they are handed, and what they keep.
 *
 * @module
 */
import type { Method } from './adapter.ts'
import type { JsonObject } from './canonical.ts'
import { type Answer, type Commons, type Incoming, servedBy } from './converse.ts'
import type { Errand } from './errand.ts'
import { CUT, type Overheard, passThrough } from './passthrough.ts'
import type { Circumstances } from './exchange.ts'
import { keep } from './response-store.ts'
import { complete, note } from './survive.ts'
import { CLIENT_GONE, type Trip } from './trip.ts'
import { toldHeaders } from './upstream.ts'
import type { Way } from './way.ts'
import { isObject } from './wire/json.ts'

/** A body as a provider that serves the surface itself is to get it. */
export async function forwarded({ surface, body, trip, commons }: Errand, { target }: Way): Promise<JsonObject> {
  if (!isObject(body) || !surface.forward) throw new TypeError('Nothing to forward.')
  const { models: _, ...rest } = body
  const session = { ...commons.session, owner: trip.client.owner }
  return { ...(await surface.forward(rest, trip.warnings.warn, session)), model: target.model }
}

/** Hands a request on, and the reply back, as they are. */
export async function pass(path: string, way: Way, own: Circumstances, errand: Errand): Promise<Answer> {
  const { trip, commons } = errand
  const { shared, session, health } = commons
  const body = await forwarded(errand, way)
  const over = ({ response, usage, gone, cut }: Overheard): void => {
    const id = response?.['id']
    if (typeof id === 'string' && body['store'] !== false) {
      const kept = { id, response: {}, input: [], provider: way.target.provider }
      // Whoever asks for it again is led to where it is kept.
      keep(session.store, trip.client.owner, kept)
    }
    if (cut) note(health, way, CUT)
    else if (!gone) complete(health, way)
    trip.end(gone ? CLIENT_GONE : 200, { ...(usage && { usage }), ...(cut && { failure: CUT }) })
  }
  const passed = await passThrough({ path, body }, shared, own, over)
  const type = passed.headers.get('content-type') ?? 'application/json'
  const told = toldHeaders(own.target.adapter, passed.headers, shared.now(), servedBy(way.target))
  return { status: passed.status, headers: { ...told, 'content-type': type }, body: passed.body }
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
