/**
 * Requests that go to a provider as they came, because it serves the same endpoint itself.
 *
 * @module
 */
import type { Call, ReplyHeaders } from './adapter.ts'
import type { Pieces } from './answer.ts'
import type { JsonObject, Usage } from './canonical.ts'
import { failure, GatewayError } from './errors.ts'
import type { Circumstances, Surroundings } from './exchange.ts'
import { type Received, sendWithin } from './upstream.ts'
import { splitter } from './wire/framing.ts'
import { isObject, parseObject } from './wire/json.ts'

/** A provider's reply on its way to the client, byte for byte. */
export interface Passed {
  readonly headers: ReplyHeaders
  readonly status: number
  readonly body: string | Pieces
}

/** What was overheard of a reply that passed through. */
export interface Overheard {
  /** The reply, as far as its last event tells; nothing where none was told. */
  readonly response?: JsonObject
  readonly usage?: Usage
  /** Whether the client left before the end. */
  readonly gone: boolean
  /** Whether the provider stopped before it had told the end. */
  readonly cut: boolean
}

/** Passes a call on. Throws a `GatewayError` where the provider refuses it. `over` hears once how it ended. */
export async function passThrough(
  call: Call,
  shared: Pick<Surroundings, 'now'>,
  own: Pick<Circumstances, 'target' | 'headers' | 'clientKey' | 'fetch' | 'signal' | 'timeouts'>,
  over: (overheard: Overheard) => void,
): Promise<Passed> {
  const { target, headers, clientKey, fetch, signal, timeouts } = own
  const sending = { adapter: target.adapter, headers, clientKey, fetch, signal, now: shared.now }
  const { response, abort } = await sendWithin(timeouts.firstByte, call, sending)
  const { status } = response
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const body = await response.text().catch((cause: unknown) => {
      throw new GatewayError({ ...CUT, cause })
    })
    const told = parseObject(body)
    over({ ...(told && overhear(told)), gone: false, cut: false })
    return { headers: response.headers, status, body }
  }
  return { headers: response.headers, status, body: relayed(response, timeouts.idle, abort, over) }
}

/** The failure of a reply that stopped before its end. */
export const CUT = failure({
  status: 502,
  code: 'upstream_stream_truncated',
  message: 'The provider ended the reply before it was complete.',
})

/** What ends a stream of responses. */
const LAST = /^response\.(?:completed|incomplete|failed)$/u

/** The bytes of a stream as they come; where they stop before the end, an event says so. */
function relayed(response: Received, idle: number, abort: () => void, over: (overheard: Overheard) => void): Pieces {
  const reader = response.body?.getReader()
  let last: JsonObject | undefined
  let number = 0
  let done = false
  const listener = splitter('sse', {
    frame(text) {
      number = Number(/"sequence_number":\s*(\d+)/u.exec(text)?.[1] ?? number)
      // Only the last event tells anything of the whole; the others need not be parsed.
      if (!/"type":\s*"(?:response\.(?:completed|incomplete|failed)|error)"/u.test(text)) return
      const event = parseObject(text)
      if (event && LAST.test(String(event['type']))) last = isObject(event['response']) ? event['response'] : {}
      else if (event?.['type'] === 'error') last ??= {}
    },
    done() {},
  })
  const finish = (gone: boolean): void => {
    if (done) return
    done = true
    over({ ...(last && overhear(last)), gone, cut: !gone && last === undefined })
  }
  return {
    get done() {
      return done
    },
    async next() {
      const timer = setTimeout(abort, idle)
      const piece = await reader?.read().catch(() => undefined)
      clearTimeout(timer)
      if (piece?.value) {
        listener.feed(piece.value)
        return piece.value
      }
      listener.end()
      const rest = last ? '' : truncated(number + 1)
      finish(false)
      return rest
    },
    cancel() {
      abort()
      finish(true)
    },
  }
}

/** The event that says that a stream was cut, in the form of OpenAI's own errors. */
function truncated(number: number): string {
  const { type, code, message, param } = CUT
  const told = { code, message, param }
  const event = { type: 'error', sequence_number: number, ...told, error: { type, ...told } }
  return `\n\nevent: error\ndata: ${JSON.stringify(event)}\n\n`
}

function overhear(response: JsonObject): Pick<Overheard, 'response' | 'usage'> {
  const { usage } = response
  if (!isObject(usage)) return { response }
  const { input_tokens: input, output_tokens: output } = usage
  if (typeof input !== 'number' || typeof output !== 'number') return { response }
  const cached = detail(usage, 'input_tokens_details', 'cached_tokens')
  const cacheWrite = detail(usage, 'input_tokens_details', 'cache_write_tokens')
  const reasoning = detail(usage, 'output_tokens_details', 'reasoning_tokens')
  return { response, usage: { input, output, ...cached, ...cacheWrite, ...reasoning } }
}

const NAMES = { cached_tokens: 'cached', cache_write_tokens: 'cacheWrite', reasoning_tokens: 'reasoning' } as const

function detail(usage: JsonObject, group: string, name: keyof typeof NAMES): Partial<Usage> {
  const details = usage[group]
  const count = isObject(details) ? details[name] : undefined
  return typeof count === 'number' ? { [NAMES[name]]: count } : {}
}
