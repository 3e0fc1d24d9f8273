/**
 * What a client must be told for a recorded reply, as an independent reader of the native format finds it.
 *
 * @module
 */
import type { Difference, Like } from './compare.ts'
import type { Members } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** What must come of a reply: a completion, or an error. */
export type Expected =
  | { readonly type: 'completion'; readonly completion: Members }
  | { readonly type: 'failure'; readonly failure: ExpectedFailure }

/** An error as OpenAI's SDK must raise it. */
export interface ExpectedFailure {
  /** Absent where the reply breaks off after it began, for then there is no status. */
  readonly status: number
  /** Whether something may be told before the error. */
  readonly midway: boolean
  readonly type: string | Like
  readonly code: string | null | Like
  readonly param: string | null
  readonly message: string | Like
}

/** When a question was asked that no reply dates. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Reads one provider's replies. */
export interface Oracle {
  /** `legs` are the recorded replies that make one, where the provider paused. `model` is the model asked for. */
  read(legs: readonly RecordedReply[], model: string): Expected
  /** The same reply in the form it was not recorded in: whole instead of streamed, streamed instead of whole. */
  translate(reply: RecordedReply): RecordedReply | undefined
  /** Whether another reply follows as part of this one. */
  pauses(reply: RecordedReply): boolean
  /** A reply to follow one that pauses, where what followed was not recorded. */
  readonly rest?: RecordedReply
  /** Where a reply, told back to the provider as history in the request it is given, is not what the provider said. */
  echo?(legs: readonly RecordedReply[], sent: unknown): readonly Difference[]
}

/** How a reply that stops midway must fail. */
export const TRUNCATED = {
  midway: true,
  status: 502,
  type: 'server_error',
  code: 'upstream_stream_truncated',
  param: null,
} as const

/** How a refusal of the gateway's own key must look. */
export const KEY_REFUSED = {
  status: 502,
  type: 'server_error',
  code: 'upstream_authentication_failed',
  param: null,
} as const

/** Writes a stream of server-sent events. */
export function sse(frames: readonly unknown[], end = ''): RecordedReply {
  const body = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('') + end
  return { status: 200, headers: {}, kind: 'sse', body }
}

/** Writes a whole body. */
export function whole(body: unknown): RecordedReply {
  return { status: 200, headers: {}, kind: 'json', body }
}
