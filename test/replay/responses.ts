/**
 * Replaying recordings of OpenAI's Responses API: what was asked is asked of everybody, and what was said is passed on,
 * told by the gateway's own surface, and sent back as clients do.
 *
 * @module
 */
import type { Recording } from './recordings.ts'
import { backToAnother, backToItsMaker } from './responses-back.ts'
import { passOn } from './responses-passing.ts'
import { outputIn } from './responses-reading.ts'
import { replayAsked } from './responses-requests.ts'
import { tell } from './responses-told.ts'
import type { Route } from './routes.ts'
import { told, type Verdict } from './verdicts.ts'

/** Replays one interaction. */
export async function* replayResponses(
  recording: Recording,
  routes: readonly Route[],
  all: readonly Recording[],
): AsyncIterable<Verdict> {
  const { name, provider, operation, response } = recording
  const subject = { name, provider }
  yield await passed(recording, routes)
  if (operation !== 'responses') return
  yield* replayAsked(recording, routes, all)
  if (!response || response.status >= 400) return
  const telling = await tell(recording)
  if (typeof telling === 'string') {
    yield { ...subject, of: 'told reply', outcome: 'out of scope', reason: telling, faults: [] }
    return
  }
  const { faults, excused } = telling
  yield {
    ...told({ ...subject, of: 'told reply' }, [...faults, ...(await backToItsMaker(response, telling))]),
    excused,
  }
  const understood = await backToAnother(outputIn(response))
  yield typeof understood === 'string'
    ? { ...subject, of: 'reply sent back', outcome: 'refused', reason: understood, faults: [] }
    : told({ ...subject, of: 'reply sent back' }, understood)
}

/** Passes an interaction on to the provider that it was recorded of. */
async function passed(recording: Recording, routes: readonly Route[]): Promise<Verdict> {
  const { name, provider } = recording
  const subject = { name, provider, of: 'reply' } as const
  const route = routes.find((one) => one.provider === provider)
  const passing = route ? await passOn(recording, route) : 'no adapter yet'
  return typeof passing === 'string'
    ? { ...subject, outcome: 'out of scope', reason: passing, faults: [] }
    : told({ ...subject, through: provider }, passing)
}
