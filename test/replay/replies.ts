/**
 * Replaying recorded replies: each is told to OpenAI's SDK in every form, and judged.
 *
 * @module
 */
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai'
import { codecFor } from '../../src/adapter.ts'
import { askHelper, askStream, askWhole, type Cut, type Question, requestFor, type Told } from './ask.ts'
import { tidyCompletion } from './chunks.ts'
import { type Difference, differences, Like, show } from './compare.ts'
import { replayHistory } from './history.ts'
import { streamedEvents } from './eventstream.ts'
import type { Expected, ExpectedFailure } from './oracle.ts'
import { events, json, list, members, type Members, text } from './reading.ts'
import type { Recording, RecordedReply } from './recordings.ts'
import type { Route } from './routes.ts'
import { misordered, misshapen } from './shape.ts'

/** What went wrong in one check. */
export interface Fault extends Difference {
  readonly check: string
}

/** Streams up to this size are also fed byte by byte. */
const SMALL = 16 * 1024

/** How often a stream is cut at random. */
const CUTS = 3

/** Replays one reply. `replies` are the recorded ones that make it, one after another. */
export async function replayReply(
  recording: Recording,
  replies: readonly RecordedReply[],
  route: Route,
): Promise<readonly Fault[]> {
  const { adapter, oracle } = route
  const model = modelOf(recording, route)
  const expected = oracle.read(replies, model)
  const question: Question = { adapter, body: requestFor(expected, `${adapter.name}/${model}`), legs: replies }
  const faults: Fault[] = replies.flatMap((known) =>
    under('knows what was recorded', unknownFrames(known, route, model)),
  )

  const sent: unknown[] = []
  const whole = await askWhole({ ...question, hear: (body) => sent.push(body) })
  faults.push(...under('tells it whole', judge(whole, expected)))
  for (let leg = 1; leg < replies.length; leg++) {
    faults.push(
      ...under('goes on after a pause from what was said', oracle.echo?.(replies.slice(0, leg), sent[leg]) ?? []),
    )
  }
  const streamed = await askStream(question)
  faults.push(...under('tells it streamed', judge(streamed, expected)))
  if (expected.type === 'failure') return faults

  if (whole.type === 'completion' && streamed.type === 'completion') {
    faults.push(...under('tells both the same', differences(tidied(whole.completion), streamed.completion)))
    const helped = await askHelper(question)
    faults.push(...under('streams as the SDK folds it', helper(helped, whole.completion)))
  }
  if (replies.every(({ kind }) => kind !== 'json')) faults.push(...(await recut(question, whole, recording.name)))
  faults.push(...(await otherForm(question, replies, route, model)))
  if (whole.type === 'completion')
    faults.push(...under('is told back as it came', await replayHistory(question, whole.completion, oracle)))
  return faults
}

/** The same reply in the provider's other form must be told the same. */
async function otherForm(
  question: Question,
  replies: readonly RecordedReply[],
  { oracle }: Route,
  model: string,
): Promise<readonly Fault[]> {
  const legs = replies.map((reply) => oracle.translate(reply))
  const others = legs.filter((leg) => leg !== undefined)
  if (others.length < legs.length) return []
  const expected = oracle.read(others, model)
  const told = await askWhole({ ...question, legs: others })
  return under(`tells it the same from a ${others[0]?.kind === 'sse' ? 'stream' : 'whole body'}`, judge(told, expected))
}

/** Wherever the network cuts a stream, it says the same. */
async function recut(question: Question, whole: Told, seed: string): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  const same = (check: string, told: Told): void => {
    faults.push(...under(check, differences(outcome(whole), outcome(told))))
  }
  for (let at = 0; at < CUTS; at++) {
    const cut = atRandom(`${seed} ${at}`)
    same(
      'does not care where it is cut',
      at === 0 ? await askStream({ ...question, cut }) : await askWhole({ ...question, cut }),
    )
  }
  const size = question.legs.reduce((sum, { body }) => sum + String(body).length, 0)
  if (size <= SMALL) same('reads it byte by byte', await askWhole({ ...question, cut: everyByte }))
  return faults
}

function outcome(told: Told): unknown {
  return told.type === 'completion' ? tidied(told.completion) : text(members(told.error)['message'])
}

function judge(told: Told, expected: Expected): readonly Difference[] {
  if (expected.type === 'failure') return judgeFailure(told, expected.failure)
  if (told.type === 'failure') return [{ path: '', expected: 'a reply', actual: describe(told.error) }]
  const { completion, chunks } = told
  const shape = chunks ? misordered(chunks) : misshapen(completion)
  return [...shape, ...differences(expected.completion, tidied(completion))]
}

/** Which error OpenAI's SDK raises for a status. */
const CLASSES: Readonly<Record<number, new (...given: never[]) => Error>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
  429: RateLimitError,
}

/** Where OpenAI's SDK does not raise the error it must. */
export function judgeFailure(told: Told, failure: ExpectedFailure): readonly Difference[] {
  if (told.type === 'completion') return [{ path: '', expected: 'an error', actual: show(told.completion) }]
  const { error } = told
  // The error of a stream that had begun has no status of its own.
  const late = failure.midway && (told.chunks?.length ?? 0) > 0
  const { status, type, code, param, message } = failure
  const Class = late ? APIError : (CLASSES[status] ?? (status >= 500 ? InternalServerError : APIError))
  const kind = error instanceof Class ? [] : [{ path: 'class', expected: Class.name, actual: describe(error) }]
  if (!(error instanceof APIError)) return kind
  const words =
    message instanceof Like ? message : new Like(`… ${show(message)}`, (said) => text(said).includes(message))
  const expected = { status: late ? undefined : status, type, code, param, message: words }
  const actual = {
    status: error.status,
    type: error.type,
    code: error.code,
    param: error.param,
    message: error.message,
  }
  return [...kind, ...differences(expected, actual, 'error')]
}

/** What the SDK's accumulator gives, as far as it can: it overwrites strings it does not know, and adds `parsed` members. */
function helper(helped: Told, whole: unknown): readonly Difference[] {
  if (helped.type === 'failure') return [{ path: '', expected: 'a reply', actual: describe(helped.error) }]
  return differences(typed(whole), typed(helped.completion))
}

function typed(completion: unknown): Members {
  const choices = list(members(completion)['choices']).map((choice) => {
    const { reasoning_content: _, audio: __, parsed: ___, tool_calls, ...message } = members(members(choice)['message'])
    const calls = list(tool_calls).map((call) => {
      const { parsed_arguments: _, ...told } = members(members(call)['function'])
      return members(call)['function'] === undefined ? call : { ...members(call), function: told }
    })
    return { ...members(choice), message: { ...message, tool_calls: calls } }
  })
  // The helper leaves an empty fingerprint out.
  const { system_fingerprint: fingerprint, ...rest } = members(completion)
  return tidyCompletion({ ...rest, ...(fingerprint !== '' && { system_fingerprint: fingerprint }), choices })
}

function tidied(completion: unknown): Members {
  return tidyCompletion(members(completion))
}

/** Every recorded frame must be known: in production an unknown one is skipped, and nobody would notice. */
function unknownFrames(reply: RecordedReply, { adapter }: Route, model: string): readonly Difference[] {
  const chat = codecFor(adapter, model)
  if (!chat || reply.status >= 400) return []
  const streamed = reply.kind !== 'json'
  const schema = streamed ? chat.frame : chat.body
  const frames = streamed ? framesOf(reply) : [reply.body]
  return frames.flatMap((frame, index) => {
    const parsed = schema.safeParse(frame)
    if (parsed.success) return []
    return [{ path: streamed ? `frames[${index}]` : 'body', expected: "the adapter's schema", actual: show(frame) }]
  })
}

function framesOf(reply: RecordedReply): readonly unknown[] {
  const { kind, body } = reply
  if (kind === 'eventstream') return streamedEvents(reply)
  const texts =
    kind === 'jsonl'
      ? text(body)
          .split('\n')
          .filter((line) => line.trim() !== '')
      : events(text(body))
  return texts.filter((data) => data !== '[DONE]').map(json)
}

/** Differences as faults of one check. */
export function under(check: string, found: readonly Difference[]): readonly Fault[] {
  return found.map((difference) => ({ check, ...difference }))
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return show(error)
  return `${error.constructor.name}: ${error.message.slice(0, 300)}`
}

function modelOf(recording: Recording | undefined, { models: [model = 'some-model'] }: Route): string {
  const [, named = ''] = /\/model\/(.+)\/converse/u.exec(recording?.request?.path ?? '') ?? []
  return (
    text(members(recording?.request?.body)['model']) ||
    text(members(recording?.response?.body)['model']) ||
    decodeURIComponent(named) ||
    model
  )
}

function* everyByte(all: Uint8Array<ArrayBuffer>): Iterable<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < all.length; at++) yield all.subarray(at, at + 1)
}

/** Cuts at places that a seed decides: mostly small pieces, so that frames and characters are cut too. */
export function atRandom(seed: string): Cut {
  let state = [...seed].reduce((sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5)
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 0x1000000
  }
  return function* (all) {
    for (let at = 0; at < all.length;) {
      const length = 1 + Math.floor(next() ** 3 * 2000)
      yield all.subarray(at, at + length)
      at += length
    }
  }
}
