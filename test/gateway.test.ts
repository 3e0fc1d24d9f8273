import { describe, expect, test } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { ollama } from '../adapters/ollama.ts'
import { openai } from '../adapters/openai.ts'
import { createGateway, type GatewayOptions } from '../src/gateway.ts'
import type { LogEntry } from '../src/trip.ts'
import { malformed } from './surfaces/malformed.ts'
import { type Fault, FAULTS, LATE_FAULTS } from './upstream-faults.ts'

const KEY = 'sk-upstream-secret'
const PROMPT = 'a prompt that must not leak'

type Upstream = (request: Request, signal: AbortSignal | null | undefined) => Response | Promise<Response>

const message = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
}

const ok: Upstream = () => Response.json(message, { headers: { 'request-id': 'req_up' } })

function setUp(upstream: Upstream = ok, options: Partial<GatewayOptions> = {}) {
  const calls: Request[] = []
  const log: LogEntry[] = []
  const gateway = createGateway({
    providers: { anthropic: anthropic({ apiKey: KEY }), openai: openai({ apiKey: KEY }) },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      calls.push(request)
      return upstream(request.clone(), init?.signal)
    },
    log: (entry) => log.push(entry),
    // Errors are told as they come; trying again has tests of its own.
    retries: 0,
    ...options,
  })
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { gateway, calls, log, post }
}

const ask = { model: 'claude-opus-5', messages: [{ role: 'user', content: PROMPT }] }

const errorOf = async (response: Response): Promise<unknown> => {
  const body: unknown = await response.json()
  return body && typeof body === 'object' && 'error' in body ? body.error : body
}

function faulty({ status = 200, headers = {}, body, breaks = false }: Fault): Upstream {
  return () => {
    const bytes = new TextEncoder().encode(body)
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (bytes.length > 0 && controller.desiredSize === 1) controller.enqueue(bytes)
        if (breaks) controller.error(new TypeError('terminated'))
        else controller.close()
      },
    })
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      pull: (controller) => controller.error(new TypeError('terminated')),
    })
    return new Response(status === 302 ? null : breaks ? broken : stream, { status, headers })
  }
}

describe('a provider that fails before it has said anything', () => {
  test.each(FAULTS)('with $name gives a status, whole and streamed', async (fault) => {
    for (const stream of [false, true]) {
      const { post, log } = setUp(faulty(fault))
      const response = await post({ ...ask, stream })
      const text = await response.text()
      expect({ ...JSON.parse(text).error, status: response.status }).toMatchObject(fault.expected)
      expect(Object.keys(JSON.parse(text).error)).toEqual(['message', 'type', 'param', 'code'])
      expect(text + JSON.stringify([...response.headers]) + JSON.stringify(log)).not.toMatch(
        /sk-upstream|must not leak|<html>|secret"/u,
      )
      expect(log).toHaveLength(1)
      expect(log[0]).toMatchObject({ status: response.status, provider: 'anthropic', model: 'claude-opus-5' })
    }
  })

  test('because it cannot be reached gives a 502 that says so', async () => {
    const { post } = setUp(() =>
      Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })),
    )
    const response = await post(ask)
    expect(response.status).toBe(502)
    expect(await errorOf(response)).toMatchObject({
      code: 'upstream_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('because it does not answer in time gives a 504', async () => {
    const hang: Upstream = (_, signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const { gateway } = setUp(hang, { timeouts: { firstByte: 20 } })
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ask),
    })
    expect(response.status).toBe(504)
  })
})

describe('a provider that fails after it has said something', () => {
  test.each(LATE_FAULTS)('with $name ends the stream in an error and nothing else', async (fault) => {
    const { post, log } = setUp(faulty(fault))
    const response = await post({ ...ask, stream: true, stream_options: { include_usage: true } })
    expect(response.status).toBe(200)
    const frames = (await response.text()).split('\n\n').filter((frame) => frame.startsWith('data: '))
    const last = JSON.parse(frames.at(-1)?.slice(6) ?? 'null')
    const { status: _, ...expected } = fault.expected
    expect(last.error).toMatchObject(expected)
    expect(frames.join('')).not.toMatch(/\[DONE\]|"finish_reason":"/u)
    expect(log[0]?.failure).toMatchObject(fault.expected)
  })

  test.each(LATE_FAULTS)('with $name gives a whole reply no 200', async (fault) => {
    const { post } = setUp(faulty(fault))
    const response = await post(ask)
    expect({ ...((await errorOf(response)) as object), status: response.status }).toMatchObject(fault.expected)
  })

  test('by falling silent ends the stream in a timeout', async () => {
    const [, first] = LATE_FAULTS
    const bytes = new TextEncoder().encode(first?.body)
    const silent: Upstream = () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(bytes) }), {
        headers: { 'content-type': 'text/event-stream' },
      })
    const { post } = setUp(silent, { timeouts: { idle: 20 } })
    const response = await post({ ...ask, stream: true })
    expect(await response.text()).toContain('"code":"upstream_timeout"')
  })
})

describe('what a provider says about waiting', () => {
  const limited =
    (headers: Record<string, string>): Upstream =>
    () =>
      Response.json({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow.' } }, { status: 429, headers })

  test.each([
    ['seconds', { 'retry-after': '7' }, { 'retry-after': '7', 'retry-after-ms': '7000', 'x-should-retry': null }],
    [
      'a date',
      { 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' },
      { 'retry-after': '20', 'retry-after-ms': '20000', 'x-should-retry': null },
    ],
    ['more than clients wait for', { 'retry-after': '300' }, { 'retry-after': '300', 'x-should-retry': 'false' }],
    ['nothing', {}, { 'retry-after': null, 'x-should-retry': null }],
    ['nonsense', { 'retry-after': 'soon' }, { 'retry-after': null, 'x-should-retry': null }],
  ])('%s is told in both headers', async (_, headers, expected) => {
    const { post } = setUp(limited(headers as Record<string, string>), { now: () => 10_000 })
    const response = await post(ask)
    for (const [name, value] of Object.entries(expected)) expect(response.headers.get(name)).toBe(value)
  })
})

describe('a reply', () => {
  test('tells in headers who answered, and under which ids', async () => {
    const { post } = setUp()
    const { headers } = await post(ask)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-model-router-provider': 'anthropic',
      'x-model-router-model': 'claude-opus-5',
      'x-upstream-request-id': 'req_up',
      'x-request-id': expect.stringMatching(/^req_[0-9a-f]{32}$/u),
    })
  })

  test('says what had no effect, or is refused where the client wants that', async () => {
    const { post, calls } = setUp()
    expect((await post({ ...ask, seed: 1, temperature: 0.2 })).headers.get('x-dragoman-warnings')).toContain('seed=')
    const refused = await post({ ...ask, seed: 1 }, { 'x-dragoman-unsupported': 'reject' })
    expect(refused.status).toBe(400)
    expect(await errorOf(refused)).toMatchObject({ param: 'seed', code: 'unsupported_parameter' })
    expect(calls).toHaveLength(1)
  })

  test('that asks for several choices of a provider that gives one is made of several calls', async () => {
    const { post, calls } = setUp()
    for (const stream of [false, true]) {
      const response = await post({
        ...ask,
        n: 3,
        stream,
        stream_options: stream ? { include_usage: true } : undefined,
      })
      expect(response.headers.get('x-dragoman-warnings')).toContain('n=3 calls')
      const text = await response.text()
      const pieces = stream
        ? [...text.matchAll(/^data: (\{.*\})$/gmu)].map(([, json]) => JSON.parse(json ?? ''))
        : [JSON.parse(text)]
      const usage = pieces.findLast((piece) => piece.usage)?.usage
      expect(usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 })
      expect(
        new Set(pieces.flatMap((piece) => piece.choices.map((choice: { index: number }) => choice.index))),
      ).toEqual(new Set([0, 1, 2]))
      expect(new Set(pieces.map((piece) => piece.id)).size).toBe(1)
    }
    expect(calls).toHaveLength(6)
    expect((await post({ ...ask, n: 9 })).status).toBe(400)
  })
})

describe('requests that ask for nothing here', () => {
  test.each([
    ['GET', '/v1/nothing', 404, 'unknown_url'],
    ['GET', '/', 404, 'unknown_url'],
    ['GET', '/v1/chat/completions', 404, 'unknown_url'],
    ['POST', '/v1/completions', 404, 'unknown_url'],
    ['DELETE', '/v1/models/x', 404, 'unknown_url'],
    ['GET', '/v1/models/nope', 404, 'model_not_found'],
  ])('%s %s is a %d in OpenAI’s shape', async (method, path, status, code) => {
    const { gateway } = setUp(() => new Response('', { status: 500 }))
    const response = await gateway.fetch(`http://gateway${path}`, { method })
    expect(response.status).toBe(status)
    expect(await errorOf(response)).toMatchObject({ code, type: 'invalid_request_error' })
    expect(response.headers.get('x-request-id')).toBeTruthy()
  })

  test('health needs no key', async () => {
    const { gateway } = setUp(ok, { keys: ['client'] })
    expect(await (await gateway.fetch('http://gateway/health')).json()).toEqual({ status: 'ok' })
  })
})

describe('a body', () => {
  test.each([
    ['that is not JSON', '{"model":', {}, 400],
    ['that is empty', '', {}, 400],
    ['of another type', '{}', { 'content-type': 'text/plain' }, 415],
    ['that is a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['that is compressed', '{}', { 'content-encoding': 'gzip' }, 415],
    ['that is a list', '[]', {}, 400],
    ['that is null', 'null', {}, 400],
    ['that is a number', '1', {}, 400],
  ])('%s is refused', async (_, body, headers, status) => {
    const { post, calls } = setUp()
    const response = await post(body, headers as Record<string, string>)
    expect(response.status).toBe(status)
    expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) })
    expect(calls).toHaveLength(0)
  })

  test('without a type is refused, because a web page can send it unasked', async () => {
    const { gateway } = setUp()
    const body = new TextEncoder().encode(JSON.stringify(ask))
    const response = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', body })
    expect(response.status).toBe(415)
  })

  test('over the limit is refused, announced or not', async () => {
    const { gateway, post, calls } = setUp(ok, { bodyLimit: 1000 })
    expect((await post({ ...ask, user: 'x'.repeat(1000) }, { 'content-length': '1100' })).status).toBe(413)
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100).fill(32)),
    })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit
    const response = await gateway.fetch('http://gateway/v1/chat/completions', init)
    expect(response.status).toBe(413)
    expect(await errorOf(response)).toMatchObject({ code: 'request_too_large' })
    expect(calls).toHaveLength(0)
  })

  test('in UTF-8 keeps every character', async () => {
    const { post, calls } = setUp()
    await post({ ...ask, messages: [{ role: 'user', content: '😀 é 漢 \u2028' }] })
    expect(JSON.stringify(await calls[0]?.json())).toContain('😀 é 漢 \u2028')
  })
})

describe('a request that is malformed', () => {
  test.each(malformed)('$refuses is a 400 that names the place, and reaches nobody', async ({ body, param, code }) => {
    const { post, calls } = setUp()
    const response = await post(JSON.stringify(body))
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error', param, code })
    expect(calls).toHaveLength(0)
  })
})

describe('client keys', () => {
  const hashed = `sha256:${'2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'}` // "secret"

  test.each([
    ['none', {}, 401],
    ['a wrong one', { authorization: 'Bearer nope' }, 401],
    ['another scheme', { authorization: 'Basic client' }, 401],
    ['an empty one', { authorization: 'Bearer ' }, 401],
    ['the hash instead of the key', { authorization: `Bearer ${hashed}` }, 401],
    ['the right one', { authorization: 'Bearer client' }, 200],
    ['one that is kept as a hash', { authorization: 'bearer secret' }, 200],
  ])('with %s', async (_, headers, status) => {
    const { post, calls } = setUp(ok, { keys: ['client', hashed] })
    const response = await post(ask, headers as Record<string, string>)
    expect(response.status).toBe(status)
    const error = status === 401 ? { code: 'invalid_api_key', type: 'invalid_request_error' } : { id: 'chatcmpl-msg_1' }
    expect(await errorOf(response)).toMatchObject(error)
    expect(calls).toHaveLength(status === 200 ? 1 : 0)
  })

  test('passed through go to the provider, and ours stay here', async () => {
    const { post, calls, log } = setUp(ok, { keys: 'passthrough' })
    expect((await post(ask)).status).toBe(401)
    await post(ask, { authorization: 'Bearer sk-client' })
    expect(calls[0]?.headers.get('x-api-key')).toBe('sk-client')
    expect(JSON.stringify([...(calls[0]?.headers ?? [])])).not.toContain(KEY)
    expect(JSON.stringify(log)).not.toContain('sk-client')
  })

  test('passed through and refused are the client’s own fault', async () => {
    const refuse: Upstream = () =>
      Response.json(
        { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
        { status: 401 },
      )
    const { post } = setUp(refuse, { keys: 'passthrough' })
    const response = await post(ask, { authorization: 'Bearer sk-client' })
    expect(response.status).toBe(401)
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_api_key' })
  })

  test('quoted by the provider are taken out of the error', async () => {
    const quote: Upstream = (request) =>
      Response.json(
        { type: 'error', error: { type: 'api_error', message: `key ${request.headers.get('x-api-key')} broke` } },
        { status: 500 },
      )
    const { post } = setUp(quote)
    expect(await (await post(ask)).text()).not.toContain(KEY)
  })
})

describe('web pages', () => {
  const preflight = (origin: string, options: Partial<GatewayOptions>): Promise<Response> =>
    setUp(ok, options).gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })

  test.each([
    ['of this machine may ask', 'http://localhost:5173', {}, 'http://localhost:5173'],
    ['of elsewhere may not spend our keys', 'https://evil.test', {}, null],
    ['of elsewhere may ask with a client key', 'https://app.test', { keys: ['k'] }, 'https://app.test'],
    ['that are listed may ask', 'https://app.test', { origins: ['https://app.test'] }, 'https://app.test'],
    ['that are not listed may not', 'https://evil.test', { origins: ['https://app.test'], keys: ['k'] }, null],
  ])('%s', async (_, origin, options, expected) => {
    const response = await preflight(origin, options)
    expect(response.headers.get('access-control-allow-origin')).toBe(expected)
  })
})

describe('the list of models', () => {
  const list: Upstream = (request) =>
    request.url.startsWith('https://api.anthropic.com/v1/models')
      ? Response.json({
          data: [{ id: 'claude-x', type: 'model', display_name: 'X', created_at: '2026-01-01T00:00:00Z' }],
          has_more: false,
          first_id: 'claude-x',
          last_id: 'claude-x',
        })
      : new Response('down', { status: 500 })

  test('names what each provider has, what is known of those that are down, and the aliases', async () => {
    const { gateway, calls } = setUp(list, { models: { fast: 'anthropic/claude-x', 'x-*': 'openai' } })
    const models = async (): Promise<{ id: string; object: string; owned_by: string; created: number }[]> =>
      (await (await gateway.fetch('http://gateway/v1/models')).json()).data
    const data = await models()
    expect(data.find(({ id }) => id === 'anthropic/claude-x')).toMatchObject({
      object: 'model',
      owned_by: 'anthropic',
      created: 1767225600,
    })
    expect(data.find(({ id }) => id === 'fast')).toMatchObject({ owned_by: 'anthropic' })
    expect(data.some(({ id }) => id.startsWith('openai/gpt-'))).toBe(true)
    expect(data.some(({ id }) => id.includes('*'))).toBe(false)
    const asked = calls.length
    await models()
    expect(calls).toHaveLength(asked)
  })

  test('gives one model by its name, with or without its provider', async () => {
    const { gateway } = setUp(list)
    const get = async (id: string): Promise<unknown> => (await gateway.fetch(`http://gateway/v1/models/${id}`)).json()
    expect(await get('anthropic/claude-x')).toMatchObject({ id: 'anthropic/claude-x', object: 'model' })
    expect(await get('claude-x')).toMatchObject({ id: 'anthropic/claude-x' })
    expect(await get('anthropic%2Fclaude-x')).toMatchObject({ id: 'anthropic/claude-x' })
  })
})

test('whoever aborts an in-process fetch is told so by it', async () => {
  const { gateway } = setUp(
    (_, signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  const client = new AbortController()
  const asking = gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'anthropic/claude-opus-5', messages: [{ role: 'user', content: 'Hello.' }] }),
    signal: client.signal,
  })
  setTimeout(() => client.abort(), 20)
  await expect(asking).rejects.toThrow(/abort/u)
})

test('nothing is fetched for a provider that would not look at it', async () => {
  const fetched: string[] = []
  const { post } = setUp(ok, {
    providers: { ollama: ollama({}) },
    fetchMedia: async (url) => {
      fetched.push(url.href)
      return { data: '', mime: 'application/pdf' }
    },
  })
  const file = { type: 'file', file: { file_data: 'https://example.com/a.pdf' } }
  const response = await post({ model: 'ollama/llama3.2', messages: [{ role: 'user', content: [file] }] })
  expect([response.status, (await response.json()).error.param]).toEqual([400, 'messages[0].content[0]'])
  expect(fetched).toEqual([])
})
