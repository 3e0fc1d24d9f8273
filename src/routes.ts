/**
 * Where a virtual model leads: to several models in turn, by lot, by rule, or to the best one for the request.
 *
 * @module
 */
import { badRequest } from './errors.ts'
import type { RequestFacts } from './request-facts.ts'
import { glob, keyOf, type Target } from './router.ts'
import { sha256 } from './wire/digest.ts'

/** Where a name leads: to another name, or by a route. */
export type Entry = string | Route

/** How a virtual model finds the models that answer for it. */
export type Route = FallbackRoute | WeightedRoute | RuledRoute | TierRoute | EnsembleRoute

/** The first that can. */
export interface FallbackRoute {
  readonly fallback: readonly Entry[]
}

/** By lot; the others stand in for the one that is drawn. */
export interface WeightedRoute {
  /** Model → its share of the requests, in any unit. */
  readonly weights: Readonly<Record<string, number>>
  /** What keeps to one model: all requests of a `user`, or all with the same value of `header:NAME`. */
  readonly sticky?: string | undefined
}

/** By what is asked: the first rule that holds. */
export interface RuledRoute {
  readonly rules: readonly Rule[]
  /** Where no rule holds. */
  readonly otherwise: Entry
}

/** One rule. All that `when` says must hold. */
export interface Rule {
  readonly when: Condition
  readonly use: Entry
}

/** What can be asked of a request. */
export interface Condition {
  readonly tools?: boolean | undefined
  readonly images?: boolean | undefined
  readonly files?: boolean | undefined
  readonly audio?: boolean | undefined
  readonly schema?: boolean | undefined
  readonly reasoning?: boolean | undefined
  readonly inputTokens?: Range | undefined
  readonly complexity?: Range | undefined
  /** Member of `metadata` → its value, or a pattern with `*`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Header → its value, or a pattern with `*`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly user?: string | undefined
}

/** A range of numbers, both ends included. */
export interface Range {
  readonly least?: number | undefined
  readonly most?: number | undefined
}

/** What a tier looks for in a model. */
export type Tier = 'auto' | 'cheap' | 'fast' | 'best'

/** The best model for the request, of those configured, by a tier. */
export interface TierRoute {
  readonly tier: Tier
  /** Models to choose from, as names or patterns with `*`. All that are known, unless said otherwise. */
  readonly among?: readonly string[] | undefined
}

/** Several at once. */
export interface EnsembleRoute {
  readonly ensemble: readonly string[]
  /** `all` tells every reply as a choice, `first` the first that is complete, a judge the one it picks. */
  readonly pick?: 'all' | 'first' | { readonly judge: string } | undefined
}

/** Who is to answer a request. */
export interface Plan {
  /** In the order to try them. */
  readonly targets: readonly Target[]
  /** Why these, in this order: for people. */
  readonly why: readonly string[]
  /** Where several are asked at once, how one answer comes of it. */
  readonly ensemble?: { readonly pick: 'all' | 'first' | { readonly judge: Target } } | undefined
}

/** What planning needs. */
export interface Planner {
  /** Who serves a model that is not virtual. */
  resolve(model: string): Target
  /** The route of a virtual model. */
  routeOf(model: string): Route | undefined
  /** Models for a tier, best first, and why. */
  rank(tier: Tier, among: readonly string[] | undefined, facts: RequestFacts): Promise<Plan>
  /** A number from 0 to 1, for lots. */
  random(): number
}

/** How many names a route may lead through. */
const MOST_HOPS = 10

/** Plans who answers. `facts` is asked for only where a route depends on them. */
export async function plan(entry: Entry, facts: () => RequestFacts, planner: Planner, hops = 0): Promise<Plan> {
  if (hops > MOST_HOPS) throw badRequest('The route of this model leads in a circle.', 'model', 'invalid_route')
  const follow = (next: Entry): Promise<Plan> => plan(next, facts, planner, hops + 1)
  const route = typeof entry === 'string' ? planner.routeOf(entry) : entry
  const name = typeof entry === 'string' ? `${entry}: ` : ''
  if (route === undefined) return { targets: [planner.resolve(String(entry))], why: [] }
  if ('fallback' in route) return inTurn(await Promise.all(route.fallback.map(follow)), `${name}in turn`)
  if ('weights' in route) return drawn(route, facts, planner, follow, name)
  if ('rules' in route) return ruled(route, facts(), follow, name)
  if ('tier' in route) return planner.rank(route.tier, route.among, facts())
  return together(route, planner, name)
}

/** Targets of several plans, one after the other, each once. */
export function inTurn(plans: readonly Plan[], why: string): Plan {
  const targets = new Map(plans.flatMap((each) => each.targets).map((target) => [keyOf(target), target]))
  return { targets: [...targets.values()], why: [why, ...plans.flatMap((each) => each.why)] }
}

async function drawn(
  { weights, sticky }: WeightedRoute,
  facts: () => RequestFacts,
  planner: Planner,
  follow: (next: Entry) => Promise<Plan>,
  name: string,
): Promise<Plan> {
  const models = Object.entries(weights).filter(([, weight]) => weight > 0)
  const sum = models.reduce((total, [, weight]) => total + weight, 0)
  const key =
    sticky === undefined
      ? undefined
      : sticky === 'user'
        ? facts().user
        : facts().header(sticky.replace(/^header:/u, ''))
  const lot = (key === undefined ? planner.random() : lotOf(key)) * sum
  let passed = 0
  const at = models.findIndex(([, weight]) => (passed += weight) > lot)
  const first = Math.max(at, 0)
  const order = [...models.slice(first), ...models.slice(0, first)].map(([model]) => model)
  const how = key === undefined ? 'by lot' : `by lot of its ${sticky}`
  return inTurn(await Promise.all(order.map(follow)), `${name}${order[0]} ${how}`)
}

/** The lot of somebody, from 0 to 1: always the same. */
function lotOf(key: string): number {
  return Number.parseInt(sha256(key).slice(0, 8), 16) / 2 ** 32
}

async function ruled(
  { rules, otherwise }: RuledRoute,
  facts: RequestFacts,
  follow: (next: Entry) => Promise<Plan>,
  name: string,
): Promise<Plan> {
  const at = rules.findIndex(({ when }) => holds(when, facts))
  const chosen = await follow(rules[at]?.use ?? otherwise)
  return { ...chosen, why: [at < 0 ? `${name}no rule holds` : `${name}rule ${at + 1} holds`, ...chosen.why] }
}

/** Whether all that is said of a request is true. */
export function holds(when: Condition, facts: RequestFacts): boolean {
  const { inputTokens, complexity, metadata = {}, headers = {}, user, ...flags } = when
  return (
    Object.entries(flags).every(
      ([name, wanted]) => wanted === undefined || facts[name as keyof typeof flags] === wanted,
    ) &&
    within(facts.inputTokens, inputTokens) &&
    within(facts.complexity, complexity) &&
    Object.entries(metadata).every(([name, pattern]) => fits(facts.metadata[name], pattern)) &&
    Object.entries(headers).every(([name, pattern]) => fits(facts.header(name.toLowerCase()), pattern)) &&
    (user === undefined || fits(facts.user, user))
  )
}

function within(value: number, { least = -Infinity, most = Infinity }: Range = {}): boolean {
  return value >= least && value <= most
}

function fits(value: string | undefined, pattern: string): boolean {
  return value !== undefined && glob(pattern).test(value)
}

function together({ ensemble, pick = 'all' }: EnsembleRoute, planner: Planner, name: string): Plan {
  const targets = ensemble.map((model) => planner.resolve(model))
  const how = typeof pick === 'string' ? pick : { judge: planner.resolve(pick.judge) }
  const said = typeof pick === 'string' ? pick : `the pick of ${pick.judge}`
  return { targets, why: [`${name}${targets.length} at once, ${said}`], ensemble: { pick: how } }
}
