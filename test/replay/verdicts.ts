/**
 * Replaying recordings, one after another, and saying what became of each.
 *
 * @module
 */
import { COUNTS, replayCount } from './count.ts'
import { replayEmbeddings } from './embeddings.ts'
import type { RecordedReply, Recording } from './recordings.ts'
import { type Fault, replayReply } from './replies.ts'
import { judgeNative, replayRequest } from './requests.ts'
import { replayResponses } from './responses.ts'
import { RESPONSES } from './responses-reading.ts'
import { type Route, routeOf } from './routes.ts'

/** What became of one reply, or of one request. */
export interface Verdict {
  readonly name: string
  readonly provider: string
  /**
   * A recorded reply told to a client, a recorded request told to a provider, or a native request told to our judge. Of
   * the Responses API a reply is passed on; it is also told by our own surface, and sent back as a client does.
   */
  readonly of: 'reply' | 'told reply' | 'request' | 'native request' | 'reply sent back'
  /** The adapter it went through. */
  readonly through?: string
  /** `refused` is a pass: with a 400 for a reason that is known. */
  readonly outcome: 'passed' | 'refused' | 'failed' | 'out of scope'
  readonly reason?: string
  readonly faults: readonly Fault[]
  /** Why places in it are told otherwise than they were recorded. */
  readonly excused?: readonly string[]
}

/** Replays recordings. Where a reply pauses, the rest of it is looked for among `all`. */
export async function* replay(
  recordings: readonly Recording[],
  routes: readonly Route[],
  all: readonly Recording[] = recordings,
): AsyncIterable<Verdict> {
  for (const recording of recordings) {
    if (recording.operation === 'embeddings') {
      yield* replayEmbeddings(recording)
      continue
    }
    if (COUNTS.has(recording.operation)) {
      yield* replayCount(recording)
      continue
    }
    if (recording.protocol === RESPONSES) {
      yield* replayResponses(recording, routes, all)
      continue
    }
    yield await judgeReply(recording, routes, all)
    yield* judgeRequests(recording, routes)
  }
}

async function judgeReply(recording: Recording, routes: readonly Route[], all: readonly Recording[]): Promise<Verdict> {
  const subject = { name: recording.name, provider: recording.provider, of: 'reply' } as const
  const route = routeOf(recording, routes)
  if (typeof route === 'string') return { ...subject, outcome: 'out of scope', reason: route, faults: [] }
  try {
    return told(
      { ...subject, through: route.provider },
      await replayReply(recording, legsOf(recording, route, all), route),
    )
  } catch (error) {
    return told({ ...subject, through: route.provider }, broken(error))
  }
}

function* judgeRequests(recording: Recording, routes: readonly Route[]): Iterable<Verdict> {
  const { name, provider, protocol, operation, request, response } = recording
  if (operation !== 'chat' || !request) return
  const native = routes.find((route) => route.protocol === protocol && route.provider === provider)
  if (native && (response?.status ?? 200) < 400) {
    const subject = { name, provider, of: 'native request', through: native.provider } as const
    yield typeof request.body === 'string'
      ? { ...subject, outcome: 'out of scope', reason: 'the recorded request is not JSON', faults: [] }
      : told(
          subject,
          attempt(() => judgeNative(recording, native)),
        )
  }
  if (protocol === 'openai-chat') for (const route of routes) yield judgeRequest(recording, route)
}

function judgeRequest(recording: Recording, route: Route): Verdict {
  const subject = {
    name: recording.name,
    provider: recording.provider,
    of: 'request',
    through: route.provider,
  } as const
  const faults: Fault[] = []
  let refused: string | undefined
  for (const model of route.models) {
    try {
      const outcome = replayRequest(recording, route, model)
      if (outcome.type === 'foreign') return { ...subject, outcome: 'out of scope', reason: outcome.reason, faults }
      if (outcome.type === 'sent') faults.push(...outcome.faults)
      else refused = outcome.reason
    } catch (error) {
      faults.push(...broken(error))
    }
  }
  if (faults.length > 0 || refused === undefined) return told(subject, faults)
  return { ...subject, outcome: 'refused', reason: refused, faults }
}

/** The replies that make one: the recorded one, and while it pauses those that follow it. */
function legsOf(
  { response, group, sequence, provider }: Recording,
  route: Route,
  all: readonly Recording[],
): readonly RecordedReply[] {
  if (!response) return []
  const { pauses, rest } = route.oracle
  if (!pauses(response)) return [response]
  const index = (sequence?.index ?? Number.NaN) + 1
  const next = all.find(
    (other) => other.group === group && other.provider === provider && other.sequence?.index === index,
  )
  return [response, ...(next ? legsOf(next, route, all) : rest ? [rest] : [])]
}

/** The verdict that faults amount to. */
export function told(
  subject: Pick<Verdict, 'name' | 'provider' | 'of' | 'through'>,
  faults: readonly Fault[],
): Verdict {
  return { ...subject, outcome: faults.length > 0 ? 'failed' : 'passed', faults }
}

function attempt(judge: () => readonly Fault[]): readonly Fault[] {
  try {
    return judge()
  } catch (error) {
    return broken(error)
  }
}

/** The fault that an exception is. */
export function broken(error: unknown): readonly Fault[] {
  const actual = error instanceof Error ? (error.stack ?? error.message).slice(0, 500) : String(error)
  return [{ check: 'can be replayed', path: '', expected: 'no exception', actual }]
}
