/** What clients see, and what upstreams are asked, where upstreams fail in every way they can. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openai } from '../../adapters/index.ts'
import { createGateway } from '../../src/gateway.ts'
import {
  cut,
  cutAfterWords,
  cutBeforeWords,
  drip,
  error,
  garbled,
  hang,
  ok,
  rig,
  type Scripted,
  scripted,
  type Step,
} from './rig.ts'

let a: Scripted
let b: Scripted

beforeEach(async () => {
  a = await scripted('from a')
  b = await scripted('from b')
})

afterEach(async () => {
  await Promise.all([a.close(), b.close()])
})

const both = { models: { smart: { fallback: ['a/m', 'b/m'] } } }
const smart = { model: 'smart' }

describe('the next target answers where the first', () => {
  const faults: readonly (readonly [name: string, fault: Step])[] = [
    ['breaks the connection', cut],
    ['says 408', error(408)],
    ['says 409', error(409)],
    ['says 429', error(429)],
    ['says 429 and asks for an hour', error(429, { 'retry-after': '3600' })],
    ['says 500', error(500)],
    ['says 503', error(503)],
    ['says 529', error(529)],
    ['refuses our key', error(401)],
    [
      'has no such model',
      (response) => {
        response.writeHead(404, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: { message: 'No.', type: 'x', code: 'model_not_found', param: 'model' } }))
      },
    ],
    ['answers with what is no JSON', garbled],
  ]
  test.each(faults)('%s', async (_, fault) => {
    a.script(fault)
    const { ask, log, waits } = rig({ a, b }, both)
    const { status, content, headers } = await ask(smart)
    expect([status, content]).toEqual([200, 'from b'])
    expect([a.calls.length, b.calls.length]).toEqual([1, 1])
    expect(headers.get('x-model-router-provider')).toBe('b')
    expect(headers.get('x-model-router-attempts')).toBe('2')
    expect(waits).toEqual([])
    expect(log.map(({ attempts, provider }) => [provider, attempts?.length])).toEqual([['b', 2]])
  })

  test('cuts a stream before the first word', async () => {
    a.script(cutBeforeWords)
    const { ask } = rig({ a, b }, both)
    const { content, headers } = await ask({ ...smart, stream: true })
    expect(content).toBe('from b')
    expect(headers.get('x-model-router-attempts')).toBe('2')
  })

  test('says nothing for longer than its first byte may take', async () => {
    a.script(hang)
    const { ask } = rig({ a, b }, { ...both, timeouts: { firstByte: 50 } })
    expect((await ask(smart)).content).toBe('from b')
  })
})

describe('no other target is asked', () => {
  test('where the request is at fault', async () => {
    a.script(error(400))
    const { ask } = rig({ a, b }, both)
    expect((await ask(smart)).status).toBe(400)
    expect([a.calls.length, b.calls.length]).toEqual([1, 0])
  })

  test('where the fault is our own', async () => {
    const whole = openai({ apiKey: 'k', baseURL: `${a.url}/v1` })
    const chat = {
      ...whole.chat!,
      encode: () => {
        throw new TypeError('A mistake.')
      },
    }
    const sound = openai({ apiKey: 'k', baseURL: `${b.url}/v1` })
    const gateway = createGateway({ providers: { a: { ...whole, chat }, b: sound }, models: both.models })
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...smart, messages: [{ role: 'user', content: 'Hello.' }] }),
    })
    expect(response.status).toBe(500)
    expect(b.calls.length).toBe(0)
  })

  test('once the client has heard a word: the stream ends in an error, and the log says so', async () => {
    a.script(cutAfterWords)
    const { ask, log } = rig({ a, b }, both)
    const { text } = await ask({ ...smart, stream: true })
    expect(text).toContain('upstream_stream_truncated')
    expect(text).not.toContain('[DONE]')
    expect([a.calls.length, b.calls.length]).toEqual([1, 0])
    expect(log[0]?.failure?.code).toBe('upstream_stream_truncated')
  })

  test('for a stream that drips', async () => {
    a.script(drip('slow', 10))
    const { ask } = rig({ a, b }, { ...both, hedge: 500 })
    expect((await ask({ ...smart, stream: true })).content).toBe('slow')
    expect(b.calls.length).toBe(0)
  })

  test('where fallback is off, or the request turns it off', async () => {
    a.script(error(503), error(503), error(503))
    const off = rig({ a, b }, { ...both, fallback: false, retries: 0 })
    expect((await off.ask(smart)).status).toBe(503)
    const on = rig({ a, b }, both)
    expect((await on.ask(smart, { 'x-dragoman-survival': 'off' })).status).toBe(503)
    expect(b.calls.length).toBe(0)
    expect((await on.ask(smart)).content).toBe('from b')
  })

  test('for a client that is gone', async () => {
    a.script(hang)
    const { gateway, log } = rig({ a, b }, both)
    const client = new AbortController()
    const asking = gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...smart, messages: [{ role: 'user', content: 'Hello.' }] }),
      signal: client.signal,
    })
    while (a.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    client.abort()
    await asking.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(b.calls.length).toBe(0)
    expect(log[0]?.status).toBe(499)
  })
})

describe('another try', () => {
  const waiting: readonly (readonly [name: string, headers: Record<string, string>, wait: number])[] = [
    ['by lot below half a second, where nothing is said', {}, 250],
    ['as many seconds as are asked for', { 'retry-after': '2' }, 2000],
    ['as many milliseconds', { 'retry-after-ms': '1500' }, 1500],
    [
      'until the date that is asked for',
      { 'retry-after': new Date(Date.UTC(2026, 10, 21) + 3000).toUTCString() },
      3000,
    ],
  ]
  test.each(waiting)('waits %s', async (_, headers, wait) => {
    a.script(error(429, headers))
    const { ask, waits } = rig({ a })
    const { status, headers: told } = await ask()
    expect(status).toBe(200)
    expect(waits).toEqual([wait])
    expect(told.get('x-model-router-attempts')).toBe('2')
  })

  test('is not made where the wait would be too long: the client is told how long', async () => {
    a.script(error(429, { 'retry-after': '30' }))
    const { ask, waits } = rig({ a })
    const { status, headers } = await ask()
    expect([status, headers.get('retry-after'), waits.length, a.calls.length]).toEqual([429, '30', 0, 1])
  })

  test('is made as often as is set, and waits longer each time', async () => {
    a.script(...Array.from({ length: 4 }, () => error(503)))
    const { ask, waits } = rig({ a }, { retries: 3 })
    expect((await ask()).status).toBe(503)
    expect(waits).toEqual([250, 500, 1000])
    expect(a.calls.length).toBe(4)
  })

  test('is never made where retries are 0', async () => {
    a.script(error(503))
    const { ask } = rig({ a }, { retries: 0 })
    expect((await ask()).status).toBe(503)
    expect(a.calls.length).toBe(1)
  })

  test('goes through all targets first', async () => {
    a.script(error(503), error(503))
    b.script(error(503))
    const { ask } = rig({ a, b }, both)
    expect((await ask(smart)).content).toBe('from b')
    expect([a.calls.length, b.calls.length]).toEqual([2, 2])
  })

  test('says the request again as it was: nothing one target was told reaches another', async () => {
    a.script(error(503))
    const { ask } = rig({ a, b }, both)
    await ask({ ...smart, top_k: 5, temperature: 0.5 })
    expect(b.calls[0]?.body).toEqual(a.calls[0]?.body)
  })

  test('ends with the time there is for everything', async () => {
    a.script(hang)
    b.script(hang)
    const { ask } = rig({ a, b }, { ...both, timeouts: { total: 60 } })
    const { status, code } = await ask(smart)
    expect([status, code]).toEqual([504, 'upstream_timeout'])
  })
})

describe('hedging', () => {
  test('asks the next target where one keeps silent; the first answer wins, and the other call ends', async () => {
    a.script(hang)
    const { ask, log } = rig({ a, b }, { ...both, hedge: 20 })
    expect((await ask(smart)).content).toBe('from b')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([a.calls.length, a.aborted, b.calls.length]).toEqual([1, 1, 1])
    expect(log.map(({ provider }) => provider)).toEqual(['b'])
  })

  test('is off unless asked for', async () => {
    a.script((response, asked) => setTimeout(() => ok('late a')(response, asked), 60))
    const { ask } = rig({ a, b }, both)
    expect((await ask(smart)).content).toBe('late a')
    expect(b.calls.length).toBe(0)
  })
})

describe('several keys', () => {
  test('are taken in turn', async () => {
    const { ask } = rig({ a: [a, 'one', 'two', 'three'] })
    for (let count = 0; count < 6; count++) await ask()
    expect(a.calls.map(({ key }) => key)).toEqual(['one', 'two', 'three', 'one', 'two', 'three'])
  })

  test('stand in for each other at once where one is refused or out of calls, and that one rests', async () => {
    a.script(error(429, { 'retry-after': '20' }))
    const { ask, waits, pass } = rig({ a: [a, 'one', 'two'] })
    expect((await ask()).content).toBe('from a')
    expect(a.calls.map(({ key }) => key)).toEqual(['one', 'two'])
    for (let count = 0; count < 4; count++) await ask()
    expect(a.calls.slice(2).every(({ key }) => key === 'two')).toBe(true)
    expect(waits).toEqual([])
    pass(21_000)
    await ask()
    await ask()
    expect(a.calls.slice(6).map(({ key }) => key)).toContain('one')
  })
})

describe('the breaker', () => {
  test('leaves a provider alone after as many failures as are set, and tries it with one request when it has rested', async () => {
    a.script(error(500), error(500), error(500))
    const { ask, pass } = rig({ a, b }, { ...both, breaker: { failures: 3, cooldown: 10_000 } })
    for (let count = 0; count < 3; count++) expect((await ask(smart)).content).toBe('from b')
    expect(a.calls.length).toBe(3)
    // Open: nobody asks it.
    for (let count = 0; count < 3; count++) await ask(smart)
    expect(a.calls.length).toBe(3)
    // Half open: one request tries, the others do not wait for it.
    pass(10_001)
    a.script((response, asked) => setTimeout(() => ok('from a')(response, asked), 50))
    const answers = await Promise.all([ask(smart), ask(smart), ask(smart)])
    expect(answers.map(({ content }) => content).toSorted()).toEqual(['from a', 'from b', 'from b'])
    // Closed again.
    expect((await ask(smart)).content).toBe('from a')
  })

  test('opens again at once where the try fails', async () => {
    a.script(error(500), error(500), error(500))
    const { ask, pass } = rig({ a, b }, { ...both, breaker: { failures: 2, cooldown: 10_000 } })
    await ask(smart)
    await ask(smart)
    pass(10_001)
    await ask(smart)
    await ask(smart)
    expect(a.calls.length).toBe(3)
  })

  test('hears of streams that break after the first word', async () => {
    a.script(cutAfterWords, cutAfterWords)
    const { ask } = rig({ a, b }, { ...both, breaker: { failures: 2, cooldown: 10_000 } })
    await ask({ ...smart, stream: true })
    await ask({ ...smart, stream: true })
    expect((await ask(smart)).content).toBe('from b')
    expect(a.calls.length).toBe(2)
  })

  test('is not moved by requests that are at fault themselves', async () => {
    a.script(...Array.from({ length: 6 }, () => error(400)))
    const { ask } = rig({ a, b }, { ...both, breaker: { failures: 2, cooldown: 10_000 } })
    for (let count = 0; count < 6; count++) await ask(smart)
    expect((await ask(smart)).content).toBe('from a')
  })

  test('spares clients the wait for the only provider, where that does not answer at all', async () => {
    a.script(hang, hang)
    const { ask, pass } = rig({ a }, { timeouts: { firstByte: 30 }, breaker: { failures: 2, cooldown: 10_000 } })
    await ask()
    await ask()
    const { status, headers } = await ask()
    expect([status, headers.get('retry-after'), a.calls.length]).toEqual([504, '10', 2])
    pass(10_001)
    expect((await ask()).content).toBe('from a')
  })

  test('tells the errors of the only provider as they are', async () => {
    a.script(...Array.from({ length: 10 }, () => error(500)))
    const { ask } = rig({ a }, { retries: 0, breaker: { failures: 2, cooldown: 10_000 } })
    for (let count = 0; count < 10; count++) expect((await ask()).status).toBe(500)
    expect((await ask()).content).toBe('from a')
  })

  test('can be off', async () => {
    a.script(...Array.from({ length: 8 }, () => error(500)))
    const { ask } = rig({ a, b }, { ...both, breaker: false })
    for (let count = 0; count < 8; count++) await ask(smart)
    expect(a.calls.length).toBe(8)
  })
})
