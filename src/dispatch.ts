/**
 * From a request to those who may answer it, and how hard to try.
 *
 * @module
 */
import { type Adapter, codecFor, factFor } from './adapter.ts'
import { capabilities } from './capabilities.ts'
import { badRequest } from './errors.ts'
import type { Health } from './health.ts'
import type { Prices } from './prices.ts'
import type { Settled } from './provider.ts'
import type { RequestFacts } from './request-facts.ts'
import { keyOf, knownModels, type Router } from './router.ts'
import { type Entry, inTurn, plan, type Plan, type Planner, type Route, type Tier } from './routes.ts'
import type { Endurance } from './survive.ts'
import { type Candidate, rank } from './tiers.ts'
import type { Way } from './way.ts'

/** What dispatching needs. */
export interface DispatchOptions {
  readonly router: Router
  readonly providers: Readonly<Record<string, Settled>>
  /** Virtual models, by name. */
  readonly routes: Readonly<Record<string, Route>>
  readonly prices: Prices
  readonly health: Health
  readonly endurance: Endurance
  /** Models that are listed without asking anybody, as `provider/model`, besides those of the adapters. */
  readonly models: readonly string[]
  now(): number
  random(): number
}

/** Finds out who may answer. */
export interface Dispatcher {
  /** Plans who answers a request for a model, and for others in its place. `facts` is asked for only where a route needs them. */
  plan(model: string, others: readonly string[], facts: () => RequestFacts): Plan | Promise<Plan>
  /** Whether a model is what it is called: no route, no tier. */
  isPlain(model: string): boolean
  /** The ways to the targets of a plan: every key of each provider, beginning with another one each time. */
  ways(plan: Plan, ownKey: boolean): readonly Way[]
  /** How hard to try for a request. */
  endurance(off: boolean): Endurance
  /** The adapter that has the key of a way. */
  adapterOf(way: Way): Adapter
}

/** Tiers by the names under which everybody can ask for them. */
const TIERS: Readonly<Record<string, Tier>> = {
  auto: 'auto',
  'auto/cheap': 'cheap',
  'auto/fast': 'fast',
  'auto/best': 'best',
}

/** The names of the tiers that everybody can ask for. */
export const TIER_NAMES: readonly string[] = Object.keys(TIERS)

/** Whether a name is that of a tier, which everybody can ask for. */
export function isTier(name: string): boolean {
  return Object.hasOwn(TIERS, name)
}

/** A request that is tried once, and nowhere else. */
const ONCE: Endurance = { retries: 0, fallback: false, breaker: false }

/** The most models a client may name. */
const MOST = 20

/** A dispatcher for the configured providers. */
export function createDispatcher(options: DispatchOptions): Dispatcher {
  const { router, providers, routes, health, random } = options
  const turns = new Map<string, number>()
  const planner: Planner = {
    resolve: (model) => router.resolve(model),
    routeOf(model) {
      if (Object.hasOwn(routes, model)) return routes[model]
      const tier = Object.hasOwn(TIERS, model) ? TIERS[model] : undefined
      return tier && { tier }
    },
    rank: async (tier, among, facts) => rank(tier, among, facts, await candidatesOf(options), health),
    random,
  }
  const follow = async (entries: readonly Entry[], facts: () => RequestFacts): Promise<Plan> => {
    const plans = await Promise.all(entries.map((entry) => plan(entry, facts, planner)))
    const [only] = plans
    const whole = only && plans.length === 1 ? only : inTurn(plans, 'the models of the request in turn')
    if (whole.targets.length > 0) return whole
    throw badRequest(
      `No configured model can do what this request asks: ${whole.why.join('; ')}.`,
      'model',
      'unsupported_model',
    )
  }
  return {
    plan(model, others, facts) {
      if (others.length > MOST) throw badRequest(`At most ${MOST} models can be named.`, 'models', 'invalid_value')
      const isPlain = others.length === 0 && planner.routeOf(model) === undefined
      return isPlain ? { targets: [router.resolve(model)], why: [] } : follow([model, ...others], facts)
    },
    isPlain: (model) => planner.routeOf(model) === undefined,
    ways({ targets }, ownKey) {
      const ways: Way[] = []
      for (const target of targets) {
        const count = ownKey ? 1 : (providers[target.provider]?.adapters.length ?? 1)
        const turn = count === 1 ? 0 : (turns.get(target.provider) ?? 0)
        if (count > 1) turns.set(target.provider, turn + 1)
        for (let index = 0; index < count; index++) ways.push({ target, key: ownKey ? 'own' : (turn + index) % count })
      }
      return ways
    },
    endurance: (off) => (off ? ONCE : options.endurance),
    adapterOf({ target, key }) {
      return (key === 'own' ? undefined : providers[target.provider]?.adapters[key]) ?? target.adapter
    },
  }
}

/** Every model that is known to be there, without asking anybody. */
async function candidatesOf({
  router,
  providers,
  prices,
  models,
  now,
}: DispatchOptions): Promise<readonly Candidate[]> {
  const adapters = Object.fromEntries(Object.entries(providers).map(([id, { adapter }]) => [id, adapter]))
  const targets = new Map(
    [...models, ...knownModels(adapters)].map((name) => router.resolve(name)).map((target) => [keyOf(target), target]),
  )
  const found = await Promise.all(
    [...targets.values()].map(async (target): Promise<readonly Candidate[]> => {
      const { adapter, model } = target
      if (!codecFor(adapter, model)) return []
      const price = await prices.find(target, now())
      const context = factFor(adapter.facts, model)?.context
      return [{ target, supports: capabilities(adapter, model), context, price }]
    }),
  )
  return found.flat()
}
