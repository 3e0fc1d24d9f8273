import { describe, expect, test } from 'vitest'
import { defineVertex, vertex } from '../../adapters/vertex.ts'
import { vertexRequest } from '../../adapters/vertex/strict.ts'
import { type Adapter, codecFor, type Outgoing } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { capabilities } from '../../src/capabilities.ts'
import { GatewayError } from '../../src/errors.ts'
import { translate } from '../../src/exchange.ts'
import { createGateway } from '../../src/gateway.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

const person = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' } as const
const project = 'acme-42'
const hello = { messages: [{ role: 'user', content: 'Hi.' }] }
const CLAUDE = 'claude-sonnet-4-5@20250929'

/** What leaves for a body that a client posts. */
function sent(model: string, asked: object = hello, adapter: Adapter = vertex({ project, apiKey: 'k' })) {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  const { request } = chat.parse({ model, ...asked }, warn)
  const codec = codecFor(adapter, model)!
  const call = translate(request, { provider: 'vertex', adapter, model }, codec, warn)
  const body: JsonObject = JSON.parse(stringify(call.body ?? null))
  expect(vertexRequest.safeParse(body).error).toBeUndefined()
  return { path: call.path, headers: call.headers ?? {}, body, warnings }
}

function refused(model: string, asked: object = hello, adapter?: Adapter): GatewayError['failure'] {
  try {
    sent(model, asked, adapter)
  } catch (error) {
    if (error instanceof GatewayError) return error.failure
    throw error
  }
  throw new Error('The request was not refused.')
}

describe('credentials', () => {
  const asked: string[] = []
  const withGoogle = defineVertex({
    fetch: async (input) => {
      asked.push(String(input))
      return Response.json({ access_token: `ya29.${asked.length}`, expires_in: 3600 })
    },
    now: () => 0,
    readFile: async () => undefined,
  })

  async function authorized(adapter: Adapter, clientKey?: string): Promise<Record<string, string>> {
    const url = new URL('https://aiplatform.googleapis.com/')
    const call: Outgoing = { method: 'POST', url, headers: new Headers(), body: '{}' }
    await adapter.authorize(call, clientKey)
    return Object.fromEntries(call.headers)
  }

  test('an API key is a header of Google’s', async () => {
    expect(await authorized(vertex({ apiKey: 'k' }))).toEqual({ 'x-goog-api-key': 'k' })
    expect(await authorized(vertex({ project, apiKey: 'k' }))).toEqual({ 'x-goog-api-key': 'k' })
  })

  test('an access token is a bearer, and the project that pays a header', async () => {
    const adapter = withGoogle({ project, credentials: { ...person, quota_project_id: 'pays' } })
    expect(await authorized(adapter)).toEqual({ authorization: 'Bearer ya29.1', 'x-goog-user-project': 'pays' })
    expect(await authorized(adapter)).toMatchObject({ authorization: 'Bearer ya29.1' })
  })

  test('clients bring access tokens, and keys in express mode', async () => {
    expect(await authorized(vertex({ project, apiKey: 'ours' }), 'theirs')).toEqual({ authorization: 'Bearer theirs' })
    expect(await authorized(vertex({ apiKey: 'ours' }), 'theirs')).toEqual({ 'x-goog-api-key': 'theirs' })
  })

  test('a token that is refused is not used again', async () => {
    const adapter = withGoogle({ project, credentials: person })
    const before = await authorized(adapter)
    adapter.failure?.(403, {}, new Headers())
    expect(await authorized(adapter)).toEqual(before)
    adapter.failure?.(401, {}, new Headers())
    expect(await authorized(adapter)).not.toEqual(before)
  })

  test('none at all is told as a fault of the gateway', async () => {
    const offline = defineVertex({
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      now: () => 0,
      readFile: async () => undefined,
    })
    const gateway = createGateway({ providers: { vertex: offline({ project }) } })
    const body = JSON.stringify({ model: 'vertex/gemini-2.5-flash', ...hello })
    const headers = { 'content-type': 'application/json' }
    const response = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_authentication_failed' } })
  })

  test('or a key, are needed', () => {
    expect(() => vertex({})).toThrow(/either a project or an apiKey is needed/u)
    expect(() => vertex({ project: '../other', apiKey: 'k' })).toThrow(/no id of a project/u)
    expect(() => vertex({ project, location: 'evil.example/' })).toThrow(/no location/u)
  })
})

describe('places', () => {
  test.each([
    [{ project }, 'https://aiplatform.googleapis.com'],
    [{ project, location: 'europe-west4' }, 'https://europe-west4-aiplatform.googleapis.com'],
    [{ project, location: 'eu' }, 'https://aiplatform.eu.rep.googleapis.com'],
    [{ project, baseURL: 'https://proxy.example/vertex' }, 'https://proxy.example/vertex'],
    [{ apiKey: 'k' }, 'https://aiplatform.googleapis.com'],
  ])('%j', (options, baseURL) => {
    expect(vertex(options).baseURL).toBe(baseURL)
  })

  test('Gemini and Claude have a publisher each', () => {
    const base = '/projects/acme-42/locations/us-east5/publishers'
    const adapter = vertex({ project, location: 'us-east5', apiKey: 'k' })
    expect(sent('gemini-2.5-flash', hello, adapter).path).toBe(
      `/v1beta1${base}/google/models/gemini-2.5-flash:generateContent`,
    )
    expect(sent('gemini-2.5-flash', { ...hello, stream: true }, adapter).path).toBe(
      `/v1beta1${base}/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse`,
    )
    const short = { ...hello, max_tokens: 100 }
    expect(sent(CLAUDE, short, adapter).path).toBe(`/v1${base}/anthropic/models/${CLAUDE}:rawPredict`)
    expect(sent(`anthropic/${CLAUDE}`, short, adapter).path).toBe(`/v1${base}/anthropic/models/${CLAUDE}:rawPredict`)
    expect(sent(CLAUDE, { ...short, stream: true }, adapter)).toMatchObject({
      path: `/v1${base}/anthropic/models/${CLAUDE}:streamRawPredict`,
      body: { stream: true },
    })
  })

  test('tuned models are endpoints', () => {
    expect(sent('endpoints/123456').path).toBe(
      '/v1beta1/projects/acme-42/locations/global/endpoints/123456:generateContent',
    )
  })

  test('express mode has Gemini only', () => {
    const express = vertex({ apiKey: 'k' })
    expect(sent('gemini-2.5-flash', hello, express).path).toBe(
      '/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent',
    )
    expect(refused(CLAUDE, hello, express)).toMatchObject({ status: 400, param: 'model', code: 'unsupported_model' })
    const names = express.facts.flatMap(({ ids = [] }) => ids)
    expect(names).toContain('gemini-2.5-flash')
    expect(names.filter((name) => name.startsWith('claude'))).toEqual([])
  })
})

describe('models', () => {
  const adapter = vertex({ project, apiKey: 'k' })

  test('are listed by the names they have there', () => {
    const names = adapter.facts.flatMap(({ ids = [] }) => ids)
    expect(names).toEqual(expect.arrayContaining(['gemini-2.5-pro', CLAUDE, 'claude-opus-4-6']))
  })

  test.each([
    ['gemini-2.5-flash', { logprobs: true, schema: true, choices: true, serviceTier: true }],
    ['gemini-2.5-flash-image', { logprobs: false }],
    ['gemini-3.5-flash', { logprobs: false, choices: false, schema: true }],
    ['gemini-nobody-knows', { logprobs: false, temperature: false }],
    [CLAUDE, { logprobs: false, schema: false, seed: false, temperature: true, promptCaching: true }],
    ['claude-opus-5-5', { temperature: false, serviceTier: false, audioInput: false }],
    ['claude-nobody-knows', { seed: false, schema: false }],
  ])('%s can do what it can', (model, expected) => {
    expect(capabilities(adapter, model)).toMatchObject(expected)
  })

  test('Claude is held to schemas where the organization allows it, and the model can be', () => {
    const allowed = vertex({ project, apiKey: 'k', structuredOutputs: true })
    expect(capabilities(allowed, 'claude-opus-4-6').schema).toBe(true)
    expect(capabilities(allowed, 'claude-3-5-haiku@20241022').schema).toBe(false)
  })

  test('the web is searched where that is allowed', () => {
    const thrifty = vertex({ project, apiKey: 'k', webSearch: false })
    const search = { ...hello, web_search_options: {} }
    for (const model of ['gemini-2.5-flash', CLAUDE])
      expect(refused(model, search, thrifty)).toMatchObject({ status: 400, param: 'web_search_options' })
    expect(sent('gemini-2.5-flash', search).body).toMatchObject({ tools: [{ googleSearch: {} }] })
  })
})

describe('Claude', () => {
  test('is asked in the words of its own API, without the model', () => {
    const { body } = sent(CLAUDE, { ...hello, max_tokens: 100 })
    expect(body).toEqual({
      anthropic_version: 'vertex-2023-10-16',
      max_tokens: 100,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi.' }] }],
    })
  })

  test('streams a reply that may take long, even to those who want it whole', () => {
    expect(sent(CLAUDE)).toMatchObject({ path: expect.stringContaining(':streamRawPredict'), body: { stream: true } })
  })

  test.each([
    [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }, 'messages[0].content[0].image_url'],
    [{ type: 'file', file: { file_id: 'file_1' } }, 'messages[0].content[0].file'],
  ])('takes bytes only: %j', (part, param) => {
    const asked = { messages: [{ role: 'user', content: [part] }] }
    expect(refused(CLAUDE, asked)).toMatchObject({ param, code: 'unsupported_content_part' })
  })

  test('reads no address, Gemini those that tell their type', () => {
    const adapter = vertex({ project, apiKey: 'k' })
    const part = { type: 'image', source: { type: 'url', url: '' } } as const
    const takes = (model: string, url: string): boolean | undefined =>
      codecFor(adapter, model)?.takes?.(new URL(url), part)
    expect(takes(CLAUDE, 'https://a.example/b.png')).toBe(false)
    expect(takes('gemini-2.5-flash', 'https://a.example/b.png')).toBe(true)
    expect(takes('gemini-2.5-flash', 'https://a.example/picture')).toBe(false)
    expect(takes('gemini-2.5-flash', 'http://a.example/b.png')).toBe(false)
    expect(takes('gemini-2.5-flash', 'gs://bucket/b.png')).toBe(true)
    expect(takes('gemini-2.5-flash', 'https://youtu.be/abc')).toBe(true)
    expect(takes('gemini-2.5-flash', 'https://notyoutu.be/abc')).toBe(false)
  })

  test('is mended where it refuses what its own API refuses', () => {
    const codec = codecFor(vertex({ project, apiKey: 'k' }), CLAUDE)
    const { request } = chat.parse({ model: CLAUDE, ...hello, top_p: 0.5 }, () => {})
    const failure = { status: 400, type: 'x', code: null, param: null, message: '`top_p` is deprecated for this model' }
    expect(codec?.amend?.(request, failure)).toMatchObject({ param: 'top_p', lasting: true })
  })
})

describe('extension members', () => {
  const both = {
    google: { labels: { team: 'blue' } },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    max_tokens: 4000,
  }

  test('of the other family are reported, not lost', () => {
    const gemini = sent('gemini-2.5-flash', { ...hello, ...both })
    expect(gemini.warnings).toEqual(['thinking=unknown'])
    expect(gemini.body).toMatchObject({ labels: { team: 'blue' } })
    const claude = sent(CLAUDE, { ...hello, ...both })
    expect(claude.warnings).toEqual(['google=unknown'])
    expect(claude.body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 1024 } })
  })
})

describe('tiers of service', () => {
  test.each([
    ['flex', { 'x-vertex-ai-llm-shared-request-type': 'flex' }],
    ['priority', { 'x-vertex-ai-llm-shared-request-type': 'priority' }],
    ['scale', { 'x-vertex-ai-llm-request-type': 'dedicated' }],
    ['default', {}],
  ])('%s is asked for in a header', (service_tier, headers) => {
    const { body, ...call } = sent('gemini-2.5-flash', { ...hello, service_tier })
    expect(call.headers).toEqual(headers)
    expect(body).not.toHaveProperty('serviceTier')
    expect(call.warnings).toEqual([])
  })

  test('Claude has none', () => {
    expect(sent(CLAUDE, { ...hello, service_tier: 'priority' }).warnings).toEqual(['service_tier=unsupported'])
  })
})

describe('failures', () => {
  const { failure } = vertex({ project, apiKey: 'k' })
  const cloud = (code: number, status: string, message: string, details: unknown[] = []) => ({
    error: { code, message, status, details },
  })
  const NAME = 'projects/acme-42/locations/global/publishers/anthropic/models/claude-opus-4-6'

  test.each([
    [
      'Claude’s own',
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long' } },
      { code: 'context_length_exceeded' },
    ],
    [
      'Claude’s overload',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      { status: 503 },
    ],
    [
      'the cloud’s',
      429,
      cloud(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for aiplatform.googleapis.com/x'),
      { status: 429 },
    ],
    [
      'in a list',
      429,
      [
        cloud(429, 'RESOURCE_EXHAUSTED', 'Too much', [
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
        ]),
      ],
      { status: 429, retryAfter: 34.4 },
    ],
    [
      'a model that is not there',
      404,
      cloud(404, 'NOT_FOUND', `Publisher Model \`${NAME}\` was not found or your project does not have access to it.`),
      {
        code: 'model_not_found',
        param: 'model',
        message: 'The model `claude-opus-4-6` does not exist at this location or you do not have access to it.',
      },
    ],
    ['no JSON', 502, undefined, { status: 502 }],
  ])('%s', (_, status, body, expected) => {
    expect(failure?.(status, body, new Headers())).toMatchObject(expected)
  })
})
