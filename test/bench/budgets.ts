/**
 * What a request allocates, and sets in motion, on its way through the whole gateway: figures that do not depend on how
 * fast the machine is, or on what else it does. `node test/bench/budgets.ts` prints them as JSON.
 *
 * The provider is played in this process, and so is Node's response: sockets are left out on both sides.
 *
 * @module
 */
import { createHook } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { getHeapStatistics } from 'node:v8'
import { bedrock, anthropic, google, openai } from '../../adapters/index.ts'
import { createGateway } from '../../src/gateway.ts'
import { send } from '../../src/node-front.ts'
import type { Reader, Received } from '../../src/upstream.ts'
import { chatCompletion } from './conversation.ts'
import { prepare } from './replies.ts'
import { median } from './results.ts'
import { MODELS, type Protocol, PROTOCOLS } from './scenarios.ts'

/** What is measured of one protocol. */
export interface Figures {
  /** Bytes allocated for a request of 1 KB, and of 100 KB, answered whole. */
  readonly small: number
  readonly large: number
  /** Bytes allocated, and promises made, for each event of a stream whose events come many at a time. */
  readonly event: number
  readonly promises: number
  /** Bytes allocated for each event of a stream whose events come one at a time. */
  readonly paced: number
  /** Writes to the client for each read from the provider, where events come one at a time. */
  readonly writes: number
  /** Promises made, and timers set, for each event of such a stream. */
  readonly waits: number
  readonly timers: number
  /** Calls of the provider for each request. */
  readonly calls: number
}

const EVENTS = 1000
/** Events in one read where many come at a time: what a socket holds. */
const TOGETHER = 100

const NOTHING = new Uint8Array()
const KEY = 'sk-budget-client'
const HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }

let asked = 0
let reply: () => Received = () => whole(NOTHING)

const gateway = createGateway({
  providers: {
    anthropic: anthropic({ apiKey: 'k' }),
    google: google({ apiKey: 'k' }),
    openai: openai({ apiKey: 'k' }),
    bedrock: bedrock({ accessKeyId: 'AKIA', secretAccessKey: 's', region: 'us-east-1' }),
  },
  keys: [KEY],
  log: () => {},
  fetch: async () => {
    asked += 1
    return reply()
  },
})

/** Asks as the server does, and gives the number of writes. */
async function ask(body: string): Promise<number> {
  const response = new PlayedResponse()
  const answer = gateway.hot['/v1/chat/completions']
  if (!answer) throw new Error('Chat completions are answered quickly.')
  const { signal } = new AbortController()
  const told = await answer({ header: (name) => HEADERS[name], text: async () => body, signal })
  if (told.status !== 200) throw new Error(String(told.body))
  // Of a response, what the server uses is here.
  await send(told, response as unknown as ServerResponse)
  return response.writes
}

class PlayedResponse extends EventEmitter {
  readonly destroyed = false
  readonly writableFinished = true
  readonly socket = null
  writes = 0
  writeHead(): this {
    return this
  }
  write(piece: string | Uint8Array): boolean {
    if (piece.length > 0) this.writes += 1
    return true
  }
  end(piece?: string | Uint8Array): void {
    if (piece !== undefined && piece.length > 0) this.writes += 1
  }
  cork(): void {}
  uncork(): void {}
  flushHeaders(): void {}
}

/** A whole reply, which is there with its head. */
function whole(body: Uint8Array): Received {
  const pieces = [body]
  const poll = (): Uint8Array | undefined => pieces.pop()
  const read = async (): Promise<{ done: boolean; value?: Uint8Array }> => {
    const value = poll()
    return value ? { done: false, value } : { done: true }
  }
  return received('application/json', { poll, read, cancel: async () => {} })
}

/** A stream that comes in so many pieces, each after a turn of the loop, as sockets are read. */
function streamed(type: string, pieces: readonly Uint8Array[]): Received {
  let next = 0
  let arrived = 0
  const arrive = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        arrived += 1
        resolve()
      })
    })
  const reader = {
    async read() {
      if (next < pieces.length) await arrive()
      const value = pieces[next++]
      return value ? { done: false, value } : { done: true }
    },
    poll() {
      if (next >= pieces.length) return undefined
      return next < arrived ? pieces[next++] : arrive()
    },
    cancel: async () => {},
  }
  return received(type, reader)
}

function received(type: string, reader: Reader): Received {
  const headers = new Headers({ 'content-type': type })
  return { ok: true, status: 200, headers, body: { getReader: () => reader }, text: async () => '' }
}

/** The pieces in which a stream comes, with so many events in each. */
function cut(protocol: Protocol, together: number): { readonly type: string; readonly pieces: readonly Buffer[] } {
  const { type, opening, deltas, closing } = prepare(protocol, EVENTS)
  const pieces = Array.from({ length: Math.ceil(deltas.length / together) }, (_, index) =>
    Buffer.concat(deltas.slice(index * together, (index + 1) * together)),
  )
  return { type, pieces: [Buffer.concat(opening), ...pieces, Buffer.concat(closing)] }
}

/** Bytes that each of some calls allocates: the middle of several batches, when all is compiled that will be. */
async function allocated(body: string, { warm, batch }: { warm: number; batch: number }): Promise<number> {
  for (let count = 0; count < warm; count++) await ask(body)
  const found: number[] = []
  for (let round = 0; round < 7; round++) {
    const before = getHeapStatistics().total_allocated_bytes
    for (let count = 0; count < batch; count++) await ask(body)
    found.push((getHeapStatistics().total_allocated_bytes - before) / batch)
  }
  return median(found)
}

/** What a call sets in motion, by Node's names for it. */
async function setInMotion(body: string): Promise<{ readonly promises: number; readonly timers: number }> {
  let promises = 0
  let timers = 0
  const hook = createHook({
    init(_, type) {
      if (type === 'PROMISE') promises += 1
      if (type === 'Timeout') timers += 1
    },
  })
  hook.enable()
  await ask(body)
  hook.disable()
  return { promises, timers }
}

async function measure(protocol: Protocol): Promise<Figures> {
  const model = MODELS[protocol]
  const answer = prepare(protocol, 0).whole
  reply = () => whole(answer)
  asked = 0
  const small = await allocated(chatCompletion(model, 1000, false).body, { warm: 3000, batch: 200 })
  const calls = asked / (3000 + 7 * 200)
  const large = await allocated(chatCompletion(model, 100_000, false).body, { warm: 200, batch: 20 })
  const { body } = chatCompletion(model, 1000, true)
  const burst = cut(protocol, TOGETHER)
  reply = () => streamed(burst.type, burst.pieces)
  const event = (await allocated(body, { warm: 60, batch: 6 })) / EVENTS
  const { promises } = await setInMotion(body)
  const single = cut(protocol, 1)
  reply = () => streamed(single.type, single.pieces)
  const paced = (await allocated(body, { warm: 20, batch: 4 })) / EVENTS
  const { promises: waits, timers } = await setInMotion(body)
  const writes = (await ask(body)) / single.pieces.length
  return {
    small,
    large,
    event,
    promises: promises / EVENTS,
    paced,
    writes,
    waits: waits / EVENTS,
    timers: timers / EVENTS,
    calls,
  }
}

const found: Partial<Record<Protocol, Figures>> = {}
for (const protocol of PROTOCOLS) found[protocol] = await measure(protocol)
process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
