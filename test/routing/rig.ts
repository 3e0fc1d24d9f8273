import type { ServerResponse } from 'node:http'
import { openai } from '../../adapters/index.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts'
import type { LogEntry } from '../../src/trip.ts'
import { type LocalUpstream, openUpstream } from '../local-upstream.ts'

/** What an upstream does with one call. */
export type Step = (response: ServerResponse, asked: unknown) => void

const JSON_TYPE = { 'content-type': 'application/json' }
const EVENTS = { 'content-type': 'text/event-stream' }

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

/** Answers. `says` tells upstreams apart. */
export const ok =
  (says: string): Step =>
  (response, asked) => {
    const stream = typeof asked === 'object' && asked !== null && 'stream' in asked && asked.stream === true
    if (stream) {
      response.writeHead(200, EVENTS)
      response.end(`${chunk({ role: 'assistant', content: says })}${chunk({}, 'stop')}data: [DONE]\n\n`)
      return
    }
    const choices = [{ index: 0, message: { role: 'assistant', content: says }, finish_reason: 'stop' }]
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }
    response.writeHead(200, JSON_TYPE)
    response.end(JSON.stringify({ id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
  }

/** Answers with an error. */
export const error =
  (status: number, headers: Readonly<Record<string, string>> = {}): Step =>
  (response) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers })
    response.end(JSON.stringify({ error: { message: `Says ${status}.`, type: 'x', code: null, param: null } }))
  }

/** Never answers. */
export const hang: Step = () => {}
/** Breaks the connection. */
export const cut: Step = (response) => response.destroy()
/** Breaks it after the head of a stream, before any event. */
export const cutBeforeWords: Step = (response) => {
  response.writeHead(200, EVENTS)
  response.flushHeaders()
  setTimeout(() => response.destroy(), 20)
}
/** Breaks it in the middle of a stream. */
export const cutAfterWords: Step = (response) => {
  response.writeHead(200, EVENTS)
  response.write(chunk({ role: 'assistant', content: 'Half a' }))
  setTimeout(() => response.destroy(), 20)
}
/** Answers with what is no JSON. */
export const garbled: Step = (response) => {
  response.writeHead(200, JSON_TYPE)
  response.end('<html>')
}
/** Answers a word at a time. */
export const drip =
  (says: string, milliseconds: number): Step =>
  (response) => {
    response.writeHead(200, EVENTS)
    const words = [...says]
    const next = (): void => {
      const word = words.shift()
      if (word !== undefined) {
        response.write(chunk({ content: word }))
        setTimeout(next, milliseconds)
      } else response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
    }
    setTimeout(next, milliseconds)
  }

/** An upstream that goes by a script, and answers when that is over. */
export interface Scripted extends LocalUpstream {
  readonly calls: { readonly key: string; readonly body: unknown }[]
  script(...steps: readonly Step[]): void
  /** Calls that were aborted by the gateway. */
  readonly aborted: number
}

/** Opens a scripted upstream. */
export async function scripted(name: string): Promise<Scripted> {
  const steps: Step[] = []
  const calls: { readonly key: string; readonly body: unknown }[] = []
  let aborted = 0
  const upstream = await openUpstream((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString()))
    request.on('end', () => {
      // Lists of models are asked for without a body.
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      calls.push({ key: String(request.headers.authorization).replace('Bearer ', ''), body })
      response.on('close', () => (aborted += response.writableEnded ? 0 : 1))
      ;(steps.shift() ?? ok(name))(response, body)
    })
  })
  return {
    ...upstream,
    calls,
    script: (...more) => void steps.push(...more),
    get aborted() {
      return aborted
    },
  }
}

/** What a gateway between scripted upstreams did. */
export interface Rig {
  readonly gateway: Gateway
  readonly log: LogEntry[]
  /** How long it waited between tries, in milliseconds. */
  readonly waits: number[]
  /** Moves the clock, in milliseconds. */
  pass(milliseconds: number): void
  ask(body?: object, headers?: Readonly<Record<string, string>>): Promise<Asked>
}

/** How a request ended. */
export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly content: string | undefined
  readonly code: string | null | undefined
}

/** A gateway between scripted upstreams, by their names; several keys make several. */
export function rig(
  upstreams: Readonly<Record<string, Scripted | readonly [Scripted, ...string[]]>>,
  options: Omit<GatewayOptions, 'providers'> = {},
): Rig {
  const log: LogEntry[] = []
  const waits: number[] = []
  let clock = Date.UTC(2026, 10, 21)
  const providers = Object.fromEntries(
    Object.entries(upstreams).map(([id, given]) => {
      const [upstream, ...keys] = Array.isArray(given)
        ? (given as readonly [Scripted, ...string[]])
        : [given as Scripted, `${id}-key`]
      const [adapter, ...alternates] = keys.map((apiKey) => {
        const made = openai({ apiKey, baseURL: `${upstream.url}/v1` })
        return Object.create(made, { name: { value: id, enumerable: true } }) as typeof made
      })
      return [id, { adapter: adapter!, alternates }]
    }),
  )
  const gateway = createGateway({
    now: () => clock,
    random: () => 0.5,
    async sleep(milliseconds) {
      waits.push(milliseconds)
      clock += milliseconds
    },
    log: (entry) => log.push(entry),
    prices: false,
    ...options,
    providers,
  })
  return {
    gateway,
    log,
    waits,
    pass: (milliseconds) => void (clock += milliseconds),
    async ask(body = {}, headers = {}) {
      const response = await gateway.fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'a/m', messages: [{ role: 'user', content: 'Hello.' }], ...body }),
      })
      const text = await response.text()
      const parsed = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : undefined
      const streamed = /"content":"([^"]*)"/gu
      return {
        status: response.status,
        headers: response.headers,
        text,
        content: parsed
          ? parsed.choices?.[0]?.message.content
          : [...text.matchAll(streamed)].map(([, word]) => word).join(''),
        code: parsed?.error?.code,
      }
    },
  }
}
