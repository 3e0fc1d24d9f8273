/**
 * Answering through several targets at once.
 *
 * @module
 */
import type { ChatRequest, ReplyEvent } from './canonical.ts'
import { type Answer, ATTEMPTS, deliver, settled } from './converse.ts'
import { beginTogether, type Candidate, type Choosing, finished, type Verdict } from './ensemble.ts'
import type { Errand } from './errand.ts'
import { GatewayError } from './errors.ts'
import { begin, type Exchange } from './exchange.ts'
import { questionFor, verdictOf } from './judge.ts'
import { keyOf, type Target } from './router.ts'
import type { Plan } from './routes.ts'

/** Answers through several targets at once. */
export async function answerTogether(
  errand: Errand,
  { targets }: Plan,
  { pick }: NonNullable<Plan['ensemble']>,
): Promise<Answer> {
  const { trip, commons, incoming } = errand
  const { dispatcher, shared } = commons
  const { clientKey } = trip.client
  const asked = await errand.asked()
  const { choices: _, ...request } = asked.request
  const ask = async (
    target: Target,
    question: ChatRequest,
    signal: AbortSignal,
    tell?: (event: ReplyEvent) => void,
  ): Promise<Exchange> => {
    const [way] = dispatcher.ways({ targets: [target], why: [] }, clientKey !== undefined)
    if (!way) throw new TypeError('A target without a way to it.')
    const own = settled(way, errand, signal, trip.warnings.warn)
    const about = { provider: target.provider, model: target.model, key: way.key }
    try {
      const exchange = await begin(question, shared, tell ? { ...own, tell } : own)
      trip.attempts.push(about)
      return exchange
    } catch (error) {
      if (error instanceof GatewayError) trip.attempts.push({ ...about, failure: error.failure })
      throw error
    }
  }
  const judge = async (judge: Target, candidates: readonly Candidate[]): Promise<Verdict> => {
    try {
      const completion = await finished(
        await ask(judge, questionFor(request, candidates, judge.model), incoming.signal),
      )
      const best = verdictOf(completion, candidates.length)
      if (best === undefined) trip.warnings.note('model', 'the judge was not understood')
      return { best, usage: completion.usage }
    } catch {
      trip.warnings.note('model', 'the judge did not answer')
      return { best: undefined, usage: undefined }
    }
  }
  const members = targets.map((target) => ({
    name: keyOf(target),
    begin: (tell: (event: ReplyEvent) => void, over: AbortSignal) =>
      ask(target, request, AbortSignal.any([incoming.signal, over]), tell),
  }))
  const choose: Choosing = typeof pick === 'string' ? pick : (candidates) => judge(pick.judge, candidates)
  const headersOf = (exchange: Exchange): Record<string, string> => {
    for (const [param, reason] of exchange.warnings) trip.warnings.note(param, reason)
    return {
      'x-model-router-provider': 'ensemble',
      'x-model-router-model': request.model,
      [ATTEMPTS]: String(trip.attempts.length),
    }
  }
  return deliver(
    asked,
    (tell) => beginTogether(members, choose, tell),
    headersOf,
    trip,
    () => {},
  )
}
