/**
 * From the model a client names to the provider that serves it.
 *
 * @module
 */
import type { Adapter } from './adapter.ts'
import { GatewayError } from './errors.ts'

/** Who serves a request, and under which name it knows the model. */
export interface Target {
  /** The provider's id in this gateway. */
  readonly provider: string
  readonly adapter: Adapter
  readonly model: string
}

/** Finds the target for a model name. */
export interface Router {
  /** By exact entry or alias, then as `provider/model`, then by the longest pattern that matches. Throws a 404 where there is none. */
  resolve(model: string): Target
}

/** A target by one name. */
export function keyOf(target: Pick<Target, 'provider' | 'model'>): string {
  const known = keys.get(target)
  if (known !== undefined) return known
  const key = `${target.provider}/${target.model}`
  keys.set(target, key)
  return key
}

/** Made once for each target: a router finds the same one each time. */
const keys = new WeakMap<object, string>()

/** How many names an alias may lead through. */
const MOST_HOPS = 10

/** How many targets to remember, and the longest name that a model has, in characters: both come from clients. */
const MOST_KNOWN = 1000
const LONGEST = 2048

/** Routes by model name among the configured providers. `entries` are names, or patterns with `*`, each leading to a provider or a model. */
export function createRouter(
  providers: Readonly<Record<string, Adapter>>,
  entries: Readonly<Record<string, string>> = {},
): Router {
  const patterns = collectPatterns(providers, entries)
  // The same target each time: what is found out about it can be kept under it, and its names are hashed once.
  const known = new Map<string, Target>()

  const follow = (model: string, hops: number): Target | undefined => {
    if (hops > MOST_HOPS) return undefined
    const exact = Object.hasOwn(entries, model) ? entries[model] : undefined
    if (exact !== undefined) return lead(exact, model, hops)
    const prefixed = split(model, providers)
    if (prefixed) return prefixed
    const pattern = patterns.find(({ test }) => test.test(model))
    return pattern && lead(pattern.to, model, hops)
  }

  /** Where an entry leads: to a provider, which gets the name as it is, or to another name. */
  const lead = (to: string, model: string, hops: number): Target | undefined => {
    const adapter = Object.hasOwn(providers, to) ? providers[to] : undefined
    return adapter ? { provider: to, adapter, model } : follow(to, hops + 1)
  }

  return {
    resolve(model) {
      const found = known.get(model)
      if (found) return found
      const target = model.length > LONGEST ? undefined : follow(model, 0)
      if (!target) throw notFound(model, [...Object.keys(entries), ...knownModels(providers)])
      if (known.size >= MOST_KNOWN) known.clear()
      known.set(model, target)
      return target
    },
  }
}

/** The models that are known without asking a provider, as `provider/model`. */
export function knownModels(providers: Readonly<Record<string, Adapter>>): readonly string[] {
  return Object.entries(providers).flatMap(([provider, { facts }]) =>
    facts.flatMap(({ ids = [] }) => ids.map((id) => `${provider}/${id}`)),
  )
}

/** The 404 for a model nobody serves, in OpenAI's words, with the names that come close. */
export function notFound(model: string, known: readonly string[]): GatewayError {
  const close = near(model, known)
  const hint = close.length > 0 ? ` Did you mean ${close.map((name) => `\`${name}\``).join(' or ')}?` : ''
  return new GatewayError({
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    param: 'model',
    message: `No provider serves the model \`${model.slice(0, 200)}\`.${hint}`,
  })
}

interface Pattern {
  readonly test: RegExp
  readonly to: string
  readonly length: number
}

/** Patterns of the configuration and of the adapters, the longest first; of equals, the configuration's. */
function collectPatterns(
  providers: Readonly<Record<string, Adapter>>,
  entries: Readonly<Record<string, string>>,
): readonly Pattern[] {
  const own = Object.entries(entries).filter(([name]) => name.includes('*'))
  const theirs = Object.entries(providers).flatMap(([provider, { patterns }]) =>
    patterns.map((pattern) => [pattern, provider] as const),
  )
  return [...own, ...theirs]
    .map(([pattern, to]) => ({ test: glob(pattern), to, length: pattern.length }))
    .toSorted((one, other) => other.length - one.length)
}

/** A pattern in which `*` stands for anything. */
export function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\/]/gu, '\\$&').replaceAll('*', '.*')}$`, 'u')
}

function split(model: string, providers: Readonly<Record<string, Adapter>>): Target | undefined {
  const slash = model.indexOf('/')
  const provider = model.slice(0, slash)
  const rest = model.slice(slash + 1)
  const adapter = slash > 0 && rest !== '' && Object.hasOwn(providers, provider) ? providers[provider] : undefined
  return adapter && { provider, adapter, model: rest }
}

/** At most three names that share the most letter pairs with the one asked for. */
function near(model: string, known: readonly string[]): readonly string[] {
  const wanted = pairs(model)
  return known
    .map((name) => ({
      name,
      likeness: Math.max(likeness(wanted, pairs(name)), likeness(wanted, pairs(name.slice(name.indexOf('/') + 1)))),
    }))
    .filter(({ likeness }) => likeness > 0.5)
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, 3)
    .map(({ name }) => name)
}

function pairs(text: string): ReadonlySet<string> {
  const lower = text.toLowerCase().slice(0, 100)
  return new Set(Array.from({ length: Math.max(lower.length - 1, 0) }, (_, index) => lower.slice(index, index + 2)))
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((pair) => other.has(pair)).length
  return (2 * shared) / (one.size + other.size || 1)
}
