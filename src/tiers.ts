/**
 * Which of the configured models is the best for a request: by what it must be able to do, what it costs, how fast it
 * has been, and whether it works.
 *
 * @module
 */
import type { Capabilities } from './adapter.ts'
import type { Health } from './health.ts'
import type { Price } from './price.ts'
import type { RequestFacts } from './request-facts.ts'
import { glob, keyOf, type Target } from './router.ts'
import type { Plan, Tier } from './routes.ts'

/** A model that may be chosen, and what is known of it. */
export interface Candidate {
  readonly target: Target
  readonly supports: Capabilities
  /** The most tokens of input and output together. */
  readonly context?: number | undefined
  readonly price?: Price | undefined
}

/** What a tier weighs how much. The measures run from 0, the worst candidate, to 1, the best. */
interface Weights {
  readonly price: number
  readonly speed: number
  /** Nobody measures how good a model is: what its maker asks for it is the best sign there is. */
  readonly quality: number
}

const TIERS: Readonly<Record<Tier, (facts: RequestFacts) => Weights>> = {
  cheap: () => ({ price: 1, speed: 0, quality: 0 }),
  fast: () => ({ price: 0, speed: 1, quality: 0 }),
  best: () => ({ price: 0, speed: 0, quality: 1 }),
  // The harder the request, the less the price matters.
  auto: ({ complexity }) => ({ price: 1 - complexity, speed: 0.3, quality: complexity * 1.5 }),
}

/** Tokens of an answer, about, for comparing prices. */
const ANSWER = 500
/** How many stand by for the best. */
const MOST = 5

/** Ranks models for a request. Those that cannot do what it asks are left out; those that fail lately come last. */
export function rank(
  tier: Tier,
  among: readonly string[] | undefined,
  facts: RequestFacts,
  candidates: readonly Candidate[],
  health: Health,
): Plan {
  const patterns = among?.map(glob)
  const listed = candidates.filter(
    ({ target }) => !patterns || patterns.some((pattern) => pattern.test(keyOf(target)) || pattern.test(target.model)),
  )
  const able = listed.filter((candidate) => can(candidate, facts))
  const measured = able.map((candidate) => measure(candidate, facts, health))
  const weights = TIERS[tier](facts)
  const dearest = Math.max(...measured.map(({ cost }) => cost ?? 0), Number.MIN_VALUE)
  const cheapest = Math.min(...measured.map(({ cost }) => cost ?? Infinity))
  const slowest = Math.max(...measured.map(({ wait }) => wait ?? 0), 1)
  const scored = measured.map((each) => {
    const { cost, wait, failing } = each
    // Prices differ by orders of magnitude, so they are compared as such. One that nobody knows is taken for the dearest.
    const spread = Math.log(dearest / cheapest) || 1
    const dear = cost === undefined ? 1 : cost <= 0 ? 0 : Math.log(cost / cheapest) / spread
    const quality = cost === undefined ? 0 : dear
    const speed = wait === undefined ? 0.5 : 1 - wait / slowest
    const merit = weights.price * (1 - dear) + weights.speed * speed + weights.quality * quality
    return { ...each, score: merit * (1 - failing) }
  })
  const sorted = scored.toSorted((one, other) => Number(one.broken) - Number(other.broken) || other.score - one.score)
  const [best] = sorted
  const why = best
    ? `${tier}: ${keyOf(best.target)} of ${able.length} that can (${described(best)})`
    : `${tier}: no configured model can`
  return { targets: sorted.slice(0, MOST).map(({ target }) => target), why: [why] }
}

/** Whether a model can do what a request asks, as it is. */
function can({ supports, context }: Candidate, facts: RequestFacts): boolean {
  return (
    (!facts.tools || supports.tools) &&
    (!facts.images || supports.images) &&
    (!facts.files || supports.files) &&
    (!facts.audio || supports.audioInput) &&
    (!facts.schema || supports.schema) &&
    (!facts.reasoning || supports.reasoning) &&
    (context === undefined || facts.inputTokens + ANSWER <= context)
  )
}

interface Measure {
  readonly target: Target
  /** USD for the request, about. */
  readonly cost: number | undefined
  /** Milliseconds for the request, about. */
  readonly wait: number | undefined
  readonly failing: number
  readonly broken: boolean
}

function measure({ target, price }: Candidate, facts: RequestFacts, health: Health): Measure {
  const pace = health.pace(keyOf(target))
  const { firstToken, throughput } = pace ?? {}
  const cost =
    price?.input === undefined || price.output === undefined
      ? undefined
      : (price.input * facts.inputTokens + price.output * ANSWER) / 1e6
  return {
    target,
    cost,
    wait: firstToken === undefined ? undefined : firstToken + (throughput ? (ANSWER / throughput) * 1000 : 0),
    failing: pace?.failing ?? 0,
    broken: health.isOpen(target.provider),
  }
}

function described({ cost, wait, failing }: Measure): string {
  return [
    cost === undefined ? 'price unknown' : `about $${cost.toPrecision(2)}`,
    ...(wait === undefined ? [] : [`about ${Math.round(wait)} ms`]),
    ...(failing > 0.05 ? [`${Math.round(failing * 100)}% fail`] : []),
  ].join(', ')
}
