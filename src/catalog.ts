/**
 * The models that can be asked for.
 *
 * @module
 */
import type { Adapter, Model } from './adapter.ts'
import type { JsonObject } from './canonical.ts'
import { notFound } from './router.ts'
import { send, type Sending } from './upstream.ts'
import { parseJson } from './wire/json.ts'

/** A model as `GET /v1/models` tells it. */
export interface ListedModel extends JsonObject {
  readonly id: string
  readonly object: 'model'
  /** Unix seconds; 0 where nobody knows. */
  readonly created: number
  readonly owned_by: string
}

/** A provider to ask for its list. */
type Source = Pick<Sending, 'adapter' | 'headers' | 'fetch'>

/** What the catalog is drawn from. */
export interface CatalogOptions {
  readonly providers: Readonly<Record<string, Source>>
  /** Aliases and patterns of the configuration. */
  readonly entries: Readonly<Record<string, string>>
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
/** Milliseconds to wait for a provider's list. */
const PATIENCE = 3000
/** The most pages of one list. */
const MOST_PAGES = 20

/** A catalog of the configured providers. */
export function createCatalog(options: CatalogOptions): Catalog {
  const cache = new Map<string, { readonly until: number; readonly models: Promise<readonly Model[]> }>()

  const modelsOf = async (
    provider: string,
    source: Source,
    clientKey: string | undefined,
  ): Promise<readonly Model[]> => {
    // A list asked for with a client's own key is that client's alone.
    if (clientKey !== undefined) return ask(source, clientKey).catch(() => known(source.adapter))
    const cached = cache.get(provider)
    if (cached && cached.until > options.now()) return cached.models
    const models = ask(source, undefined).catch(() => {
      cache.set(provider, { until: options.now() + STALE, models })
      return known(source.adapter)
    })
    cache.set(provider, { until: options.now() + FRESH, models })
    return models
  }

  const ask = async (source: Source, clientKey: string | undefined): Promise<readonly Model[]> => {
    const { models } = source.adapter
    if (!models) return known(source.adapter)
    const signal = AbortSignal.timeout(PATIENCE)
    const sending = { ...source, clientKey, now: options.now, signal }
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

  const list = async (clientKey: string | undefined): Promise<readonly ListedModel[]> => {
    const lists = await Promise.all(
      Object.entries(options.providers).map(async ([provider, source]) => {
        const models = await modelsOf(provider, source, clientKey)
        return models.map((model) => listed(`${provider}/${model.id}`, provider, model))
      }),
    )
    const aliases = Object.entries(options.entries).filter(([name]) => !name.includes('*'))
    return [...aliases.map(([name, to]) => listed(name, to.split('/')[0] ?? to)), ...lists.flat()]
  }

  return {
    list,
    async find(id, clientKey) {
      const models = await list(clientKey)
      const found =
        models.find((model) => model.id === id) ??
        models.find((model) => model.id.slice(model.id.indexOf('/') + 1) === id)
      if (found) return found
      throw notFound(
        id,
        models.map((model) => model.id),
      )
    },
  }
}

function listed(id: string, provider: string, model?: Model): ListedModel {
  return { id, object: 'model', created: model?.created ?? 0, owned_by: provider, ...model?.extra }
}

/** What is known of a provider's models without asking. */
function known({ facts }: Adapter): readonly Model[] {
  return facts.flatMap(({ ids = [], context, output }) =>
    ids.map((id) => ({
      id,
      extra: {
        ...(context !== undefined && { context_length: context }),
        ...(output !== undefined && { max_output_tokens: output }),
      },
    })),
  )
}
