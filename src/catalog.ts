/**
 * The models that can be asked for.
 *
 * @module
 */
import type { Adapter, Model } from './adapter.ts'
import { listed, type ListedModel } from './listing.ts'
import { createPrices, type Prices } from './prices.ts'
import { notFound } from './router.ts'
import { send, type Sending } from './upstream.ts'
import { parseJson } from './wire/json.ts'

export type { ListedModel }

/** A provider to ask for its list. */
type Source = Pick<Sending, 'adapter' | 'headers' | 'fetch'>

/** What the catalog is drawn from. */
export interface CatalogOptions {
  readonly providers: Readonly<Record<string, Source>>
  /** Aliases and patterns of the configuration. */
  readonly entries: Readonly<Record<string, string>>
  /** Models that have no provider of their own, but a route. */
  readonly virtual?: readonly string[]
  /** What models cost. Without, as it is known. */
  readonly prices?: Prices
  /** Milliseconds. */
  now(): number
}

/** Lists models: what each provider says it has, or what is known of it where it cannot be asked, and the aliases. */
export interface Catalog {
  list(clientKey: string | undefined): Promise<readonly ListedModel[]>
  /** One model; a 404 where there is none. */
  find(id: string, clientKey: string | undefined): Promise<ListedModel>
}

/** Milliseconds for which a provider's list is believed. */
const FRESH = 60 * 60 * 1000
/** Milliseconds until a provider that could not be asked is asked again. */
const STALE = 60 * 1000
/** Milliseconds for which a client waits for a provider's list where there is none yet. */
const PATIENCE = 2000
/** Milliseconds until a provider's list is given up. */
const LIMIT = 10_000
/** The most pages of one list. */
const MOST_PAGES = 20
/** How many names an alias may lead through. */
const MOST_HOPS = 10

/** What a provider said it has. */
interface Kept {
  /** The latest list, however old; none where it never gave one. */
  models: readonly Model[] | undefined
  /** When to ask again. */
  until: number
  /** Whether it is being asked. */
  asking: boolean
  /** The end of the first answer, or of the wait for it. */
  first: Promise<void> | undefined
}

/** A catalog of the configured providers. */
export function createCatalog(options: CatalogOptions): Catalog {
  const { providers, entries, virtual = [], prices = createPrices(), now } = options
  const kept = new Map<string, Kept>()

  const ask = async (source: Source, clientKey: string | undefined): Promise<readonly Model[]> => {
    const { models } = source.adapter
    if (!models) return known(source.adapter)
    const sending = { ...source, clientKey, now, signal: AbortSignal.timeout(LIMIT) }
    const found: Model[] = []
    let path: string | undefined = models.path
    for (let page = 0; path !== undefined && page < MOST_PAGES; page += 1) {
      const { response } = await send({ method: 'GET', path }, sending)
      const body = models.body.safeParse(parseJson(await response.text()))
      if (!body.success) throw new TypeError('The list of models has an unknown form.')
      found.push(...models.decode(body.data))
      path = models.next?.(body.data)
    }
    return found
  }

  const refresh = async (list: Kept, source: Source): Promise<void> => {
    try {
      list.models = await within(LIMIT, ask(source, undefined))
      list.until = now() + FRESH
    } catch {
      list.until = now() + STALE
    }
    list.asking = false
  }

  /** An old list is better than none, and better than waiting: it is told while a new one is asked for. */
  const modelsOf = async (provider: string, source: Source): Promise<readonly Model[]> => {
    const list: Kept = kept.get(provider) ?? { models: undefined, until: 0, asking: false, first: undefined }
    kept.set(provider, list)
    if (list.until <= now() && !list.asking) {
      list.asking = true
      const refreshed = refresh(list, source)
      list.first ??= within(PATIENCE, refreshed).catch(() => {})
    }
    if (!list.models) await list.first
    return list.models ?? known(source.adapter)
  }

  /** A list asked for with a client's own key is that client's alone. */
  const modelsFor = (source: Source, clientKey: string): Promise<readonly Model[]> =>
    within(PATIENCE, ask(source, clientKey)).catch(() => known(source.adapter))

  const tell = async (
    id: string,
    provider: string,
    { id: model, ...rest }: Model,
  ): Promise<ListedModel | undefined> => {
    const source = Object.hasOwn(providers, provider) ? providers[provider] : undefined
    if (!source) return undefined
    const target = { provider, adapter: source.adapter, model }
    return listed(id, target, rest, { stated: prices.stated(target), known: await prices.find(target, now()) })
  }

  /** An alias is told as what it leads to. */
  const tellAlias = async (name: string, models: readonly ListedModel[]): Promise<ListedModel> => {
    let to = name
    for (let hop = 0; hop < MOST_HOPS && Object.hasOwn(entries, to); hop += 1) to = entries[to] ?? to
    const found = models.find(({ id }) => id === to) ?? models.find(({ id }) => bare(id) === to)
    if (found) return { ...found, id: name }
    const [provider = to] = to.split('/')
    const model = provider === to ? name : to.slice(provider.length + 1)
    return (await tell(name, provider, { id: model })) ?? { id: name, object: 'model', created: 0, owned_by: provider }
  }

  const list = async (clientKey: string | undefined): Promise<readonly ListedModel[]> => {
    const lists = await Promise.all(
      Object.entries(providers).map(async ([provider, source]) => {
        const models = await (clientKey === undefined ? modelsOf(provider, source) : modelsFor(source, clientKey))
        return Promise.all(models.map((model) => tell(`${provider}/${model.id}`, provider, model)))
      }),
    )
    const models = lists.flat().filter((model) => model !== undefined)
    const aliases = Object.keys(entries).filter((name) => !name.includes('*'))
    const routed = virtual.map((id): ListedModel => ({ id, object: 'model', created: 0, owned_by: 'dragoman' }))
    return [...routed, ...(await Promise.all(aliases.map((name) => tellAlias(name, models)))), ...models]
  }

  return {
    list,
    async find(id, clientKey) {
      const models = await list(clientKey)
      const found = models.find((model) => model.id === id) ?? models.find((model) => bare(model.id) === id)
      if (found) return found
      throw notFound(
        id,
        models.map((model) => model.id),
      )
    },
  }
}

/** The model's name without its provider. */
function bare(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

/** What a promise gives, if it does in time. Not every `fetch` heeds a signal. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const signal = AbortSignal.timeout(milliseconds)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([promise, late])
}

/** What is known of a provider's models without asking. */
function known({ facts }: Adapter): readonly Model[] {
  return facts.flatMap(({ ids = [] }) => ids.map((id) => ({ id })))
}
