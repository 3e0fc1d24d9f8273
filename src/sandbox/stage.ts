/**
 * What the emulations share of HTTP: failing as asked, and telling a reply piece by piece.
 *
 * @module
 */
import type { z } from 'zod'
import type { JsonObject } from '../canonical.ts'
import { type Prompt, wish } from '../sandbox.ts'

/** A piece of a streamed reply: text, or the bytes of a binary frame. */
export type Piece = string | Uint8Array

/** A reply in one provider's words, in both of its forms. */
export interface Told {
  readonly body: JsonObject
  /** Pieces to send one after the other. */
  readonly events: readonly Piece[]
}

/** How one provider tells a reply, and how it fails. */
export interface Telling {
  readonly streamed: boolean
  reply(): Told
  /** The event that tells of an error in the middle of a stream. */
  readonly failure: Piece
  /** The media type of a stream. Default: server-sent events. */
  readonly type?: string
  readonly headers: Readonly<Record<string, string>>
  /** A reply with an error status. */
  fail(status: number, message: string): Response
}

/** Tells a reply, or fails in the way the prompt asks for. */
export async function tell({ signal }: Request, prompt: Prompt, telling: Telling): Promise<Response> {
  const { streamed, failure, type = 'text/event-stream; charset=utf-8', headers, fail } = telling
  const retryAfter = wish(prompt, 'retry-after')
  const isOver = retryAfter !== undefined && !isFirst(prompt)
  const status = isOver ? 0 : Number(wish(prompt, 'error') ?? (retryAfter === undefined ? 0 : 429))
  if (status >= 400 && status < 600) {
    const response = fail(status, `The sandbox fails with ${status}, as it was asked to.`)
    if (retryAfter !== undefined) response.headers.set('retry-after', retryAfter)
    return response
  }
  const breaks = wish(prompt, 'error-mid-stream') !== undefined
  if (breaks && !streamed) return fail(500, 'The sandbox fails, as it was asked to.')
  const isCut = wish(prompt, 'cut') !== undefined
  const delay = Number(wish(prompt, 'slow') ?? 0)
  const { body, events } = telling.reply()
  if (streamed) {
    const told = breaks || isCut ? events.slice(0, Math.ceil(events.length / 2)) : events
    const stream = paced(breaks ? [...told, failure] : told, delay, signal)
    return new Response(stream, { headers: { 'content-type': type, ...headers } })
  }
  await wait(delay, signal)
  const text = JSON.stringify(body)
  const whole = isCut ? text.slice(0, text.length / 2) : text
  return new Response(whole, { headers: { 'content-type': 'application/json', ...headers } })
}

/** Cuts text into the pieces a stream tells it in: a word each. */
export function words(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/gu) ?? []
}

/** Cuts JSON into the pieces a stream tells it in, which care for nothing but whole characters. */
export function fragments(json: string): readonly string[] {
  return json.match(/[^]{1,12}/gu) ?? []
}

/** A fresh id that says where it comes from. */
export function freshId(prefix: string): string {
  return `${prefix}sandbox${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`
}

/** The model's name, without the misbehaviour asked for behind it. */
export function modelName(model: string): string {
  return model.replace(/[^\w.-]?sandbox:.*$/su, '')
}

type Issue = z.core.$ZodIssue

/** What is wrong with a request, and where: of several alternatives, the one that comes closest. */
export function firstProblem(issues: readonly Issue[]): {
  readonly path: readonly PropertyKey[]
  readonly message: string
} {
  const [issue] = issues
  if (!issue) return { path: [], message: 'Invalid request' }
  const alternatives = issue.code === 'invalid_union' ? issue.errors.map(firstProblem) : []
  const [closest] = alternatives.toSorted((one, other) => other.path.length - one.path.length)
  if (closest) return { path: [...issue.path, ...closest.path], message: closest.message }
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return { path: [...issue.path, ...unknown], message: issue.message }
}

/** Requests that failed once and may come again. */
const failed = new Set<string>()

/** Whether a request comes for the first time; if so, the next time it does not. */
function isFirst({ model, text }: Prompt): boolean {
  const key = JSON.stringify([model, text])
  if (failed.delete(key)) return false
  const [oldest] = failed
  if (failed.size > 1000 && oldest !== undefined) failed.delete(oldest)
  failed.add(key)
  return true
}

/** Sends pieces one by one, as fast as they are read and no faster than the delay; stops when the reader leaves. */
function paced(pieces: readonly Piece[], delay: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const gone = new AbortController()
  const either = AbortSignal.any([signal, gone.signal])
  const rest = pieces.values()
  return new ReadableStream(
    {
      async pull(controller) {
        await wait(delay, either)
        const { value, done } = rest.next()
        if (done) controller.close()
        else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
      },
      cancel: () => gone.abort(),
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  )
}

/** Waits, unless the signal says that nobody does. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (milliseconds === 0) return
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', leave, { once: true })
  })
}
