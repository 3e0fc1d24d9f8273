import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { createGateway } from '../src/gateway.ts'
import { uploadFrom } from '../src/node-front.ts'
import { createReach } from '../src/reach.ts'
import { serveGateway } from '../src/server.ts'
import type { LogEntry } from '../src/trip.ts'
import { closing, type LocalUpstream, openUpstream, opening, words } from './local-upstream.ts'

const cleanUp: (() => Promise<void>)[] = []

afterEach(async () => {
  vi.unstubAllGlobals()
  for (const close of cleanUp.splice(0)) await close()
})

interface Stage {
  readonly client: OpenAI
  readonly url: string
  readonly log: LogEntry[]
}

/** A gateway on a port, in front of a provider that does what the test says. */
async function stage(handle: Parameters<typeof openUpstream>[0], timeouts = {}): Promise<Stage> {
  const upstream: LocalUpstream = await openUpstream(handle)
  const log: LogEntry[] = []
  const providers = { anthropic: anthropic({ apiKey: 'k', baseURL: upstream.url }) }
  const gateway = createGateway({ providers, fetch: createReach(), log: (entry) => log.push(entry), timeouts })
  const served = await serveGateway(gateway, { host: '127.0.0.1', port: 0, anyHost: false })
  cleanUp.push(() => served.stop(0), upstream.close)
  const client = new OpenAI({ apiKey: '-', baseURL: `${served.url}/v1`, maxRetries: 0 })
  return { client, url: served.url, log }
}

const begin = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(opening)
}

const ask = { model: 'claude-opus-5', messages: [{ role: 'user' as const, content: 'Hi' }] }

describe('a stream over HTTP', () => {
  test('tells the first words before the provider says more', async () => {
    let finish: () => void = () => {}
    const { client } = await stage((_, response) => {
      begin(response)
      response.write(words('first'))
      finish = () => response.end(closing)
    })
    const stream = await client.chat.completions.create({ ...ask, stream: true })
    for await (const chunk of stream) {
      // The provider goes on only now that its first words have arrived.
      if (chunk.choices[0]?.delta.content === 'first') finish()
    }
    expect.assertions(0)
  })

  test('begins with the provider’s first event, even one without words', async () => {
    let finish: () => void = () => {}
    const { client } = await stage((_, response) => {
      begin(response)
      finish = () => response.end(words('late') + closing)
    })
    const stream = await client.chat.completions.create({ ...ask, stream: true })
    const seen: unknown[] = []
    for await (const chunk of stream) {
      if (seen.length === 0) finish()
      seen.push(chunk.choices[0]?.delta.role ?? chunk.choices[0]?.delta.content)
    }
    expect(seen).toEqual(['assistant', 'late', undefined])
  })

  test('slows a provider down to the pace of a client that does not read', async () => {
    const total = 64 * 1024 * 1024
    const piece = words('x'.repeat(64 * 1024))
    let written = 0
    const { url } = await stage(async (_, response) => {
      begin(response)
      const closed = once(response, 'close')
      while (written < total && !response.destroyed) {
        written += piece.length
        if (!response.write(piece))
          await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed])
      }
      response.end(closing)
    })
    const leave = new AbortController()
    const body = JSON.stringify({ ...ask, stream: true })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body,
      signal: leave.signal,
    })
    const reader = response.body?.getReader()
    await reader?.read()
    let before = -1
    while (written !== before) {
      before = written
      await sleep(200)
    }
    // What is under way is what the sockets and streams between the two hold, not what the provider has to say.
    expect(written).toBeLessThan(total / 4)
    leave.abort()
    await reader?.read().catch(() => {})
  })
})

describe('a client that leaves', () => {
  test('in the middle of a stream stops the provider', async () => {
    let left: (when: number) => void = () => {}
    const gone = new Promise<number>((resolve) => (left = resolve))
    const { client, log } = await stage((request, response) => {
      begin(response)
      response.write(words('first'))
      request.socket.once('close', () => left(performance.now()))
    })
    const stream = await client.chat.completions.create({ ...ask, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    const start = performance.now()
    expect((await gone) - start).toBeLessThan(1000)
    await expect.poll(() => log).toMatchObject([{ status: 499 }])
  })

  test.each([true, false])('before the first byte stops the provider (stream: %s)', async (stream) => {
    let left: () => void = () => {}
    let asked: () => void = () => {}
    const gone = new Promise<void>((resolve) => (left = resolve))
    const arrived = new Promise<void>((resolve) => (asked = resolve))
    let calls = 0
    const { client, log } = await stage((request) => {
      calls += 1
      asked()
      request.socket.once('close', () => left())
    })
    const leave = new AbortController()
    const reply = client.chat.completions
      .create({ ...ask, stream }, { signal: leave.signal })
      .catch((error: unknown) => error)
    await arrived
    leave.abort()
    await gone
    expect(await reply).toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(() => log).toMatchObject([{ status: 499 }])
    expect(calls).toBe(1)
  })
})

test('a client that leaves when its body has arrived, but was not read, is noticed', async () => {
  // Node calls a request complete as soon as its last byte is there, read or not.
  const request = Object.assign(new Readable({ read() {} }), { headers: {}, complete: true })
  const { text } = uploadFrom(request as unknown as IncomingMessage, new EventEmitter() as unknown as ServerResponse)
  const body = text(1000)
  request.destroy()
  await expect(body).rejects.toThrow('The client left.')
})

describe('a request that is answered', () => {
  // The stack of an error costs more than most of what is done for a request.
  test.each([true, false])('makes no error (stream: %s)', async (stream) => {
    const { client } = await stage((_, response) => {
      begin(response)
      response.end(words('all') + closing)
    })
    const ended = client.chat.completions.create({ ...ask, stream }).asResponse()
    await (await ended).text()
    const made: unknown[] = []
    const Original = globalThis.Error
    vi.stubGlobal(
      'Error',
      new Proxy(Original, {
        construct(target, values, newTarget) {
          made.push(values[0])
          return Reflect.construct(target, values, newTarget) as object
        },
      }),
    )
    const response = await client.chat.completions.create({ ...ask, stream }).asResponse()
    expect(await response.text()).toContain('all')
    await sleep(20)
    expect(made).toEqual([])
  })
})

describe('a server without keys', () => {
  test('answers to no name but those of its own machine', async () => {
    const { url } = await stage((_, response) => response.end())
    const { request } = await import('node:http')
    const status = await new Promise<number | undefined>((resolve) => {
      request(`${url}/health`, { headers: { host: 'evil.test' } }, (response) =>
        resolve(response.resume().statusCode),
      ).end()
    })
    expect(status).toBe(403)
  })
})
