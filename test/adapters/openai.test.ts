import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { dialect } from '../../adapters/openai/dialect.ts'
import type { Adapter, Outgoing } from '../../src/adapter.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'

async function headersOf(adapter: Adapter, clientKey?: string): Promise<Record<string, string>> {
  const call: Outgoing = {
    method: 'POST',
    url: new URL('https://example.com'),
    headers: new Headers({ accept: 'application/json' }),
    body: '{}',
  }
  await adapter.authorize(call, clientKey)
  return Object.fromEntries(call.headers)
}

describe('the call is authorized', () => {
  test('by our key, with what else was configured', async () => {
    const adapter = openai({ apiKey: 'ours', organization: 'org-1', project: 'proj-1' })
    expect(await headersOf(adapter)).toEqual({
      accept: 'application/json',
      authorization: 'Bearer ours',
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
    })
  })

  test('by the client’s key, which wins', async () => {
    expect(await headersOf(openai({ apiKey: 'ours' }), 'theirs')).toMatchObject({ authorization: 'Bearer theirs' })
  })

  test('by nothing, where there is no key', async () => {
    const keyless = dialect({ name: 'keyless', baseURL: 'http://127.0.0.1:8000/v1', required: [] })
    expect(keyless.required).toEqual([])
    expect(await headersOf(keyless({}))).toEqual({ accept: 'application/json' })
  })
})

describe('the configuration', () => {
  test('knows where its own options come from; the key and the address come by the id', () => {
    expect(openai.environment).toEqual({
      organization: ['OPENAI_ORG_ID'],
      project: ['OPENAI_PROJECT_ID'],
    })
    expect(openai.required).toEqual(['apiKey'])
  })

  test('may come with an emulation', () => {
    const sandbox = async () => new Response()
    expect(dialect({ name: 'other', baseURL: 'https://api.example.com', sandbox }).sandbox).toBe(sandbox)
  })

  test('may name another address', () => {
    expect(openai({ apiKey: 'x' }).baseURL).toBe('https://api.openai.com/v1')
    expect(openai({ apiKey: 'x', baseURL: 'http://localhost:8000/v1' }).baseURL).toBe('http://localhost:8000/v1')
  })

  test.each([{ apikey: 'x' }, { apiKey: 1 }, { baseURL: 'somewhere' }, { site: 'x' }])('refuses %j', (options) => {
    expect(openai.options.safeParse(options).success).toBe(false)
  })
})

describe('models', () => {
  test('are listed with what OpenAI tells of them', () => {
    const { models } = openai({ apiKey: 'x' })
    const list = models!.body.safeParse({
      object: 'list',
      data: [{ id: 'gpt-5', object: 'model', created: 5, owned_by: 'openai' }, { id: 'local' }],
    })
    expect(list.success && models!.decode(list.data)).toEqual([
      { id: 'gpt-5', created: 5, extra: { owned_by: 'openai' } },
      { id: 'local' },
    ])
  })

  test('that are known are models the SDK knows, and answer to a pattern', () => {
    const { facts, patterns } = openai({ apiKey: 'x' })
    for (const id of facts.flatMap(({ ids }) => ids ?? [])) {
      const known: OpenAI.ChatModel = id as OpenAI.ChatModel
      expect(patterns.some((pattern) => known.startsWith(pattern.slice(0, -1)))).toBe(true)
    }
  })
})

describe('failures', () => {
  const explain = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    openai({ apiKey: 'x' }).failure!(status, body, new Headers(headers))

  test.each<[string, number, unknown, object]>([
    [
      'in OpenAI’s envelope',
      400,
      { error: { message: 'm', type: 'invalid_request_error', param: 'messages[0].role', code: 'unsupported_value' } },
      { message: 'm', type: 'invalid_request_error', param: 'messages[0].role', code: 'unsupported_value' },
    ],
    [
      'with nulls',
      500,
      { error: { message: 'm', type: 'server_error', param: null, code: null } },
      { message: 'm', type: 'server_error', param: null, code: null },
    ],
    [
      'flat',
      401,
      { message: 'm', type: 't', param: 'p', code: 'wrong_api_key' },
      { message: 'm', type: 't', param: 'p', code: 'wrong_api_key' },
    ],
    [
      'with a number for a code',
      400,
      { error: { message: 'm', type: 'BadRequestError', code: 400 } },
      { message: 'm', type: 'BadRequestError', code: '400' },
    ],
    ['as a text', 400, { error: 'm' }, { message: 'm' }],
    ['as a text beside a code', 400, { code: 'c', error: 'm' }, { message: 'm', code: 'c' }],
    ['as a detail', 404, { detail: 'Not Found' }, { message: 'Not Found' }],
    ['as a list of details', 422, { detail: [{ loc: ['body'], msg: 'm', type: 'missing' }] }, { message: 'm' }],
    ['as a list of errors', 400, { errors: [{ message: 'm' }] }, { message: 'm' }],
    ['in a list', 400, [{ error: { message: 'm', code: 400 } }], { message: 'm', code: '400' }],
    ['as anything else', 502, '<html>', {}],
    ['as nothing', 503, undefined, {}],
  ])('are understood %s', (_, status, body, failure) => {
    expect(explain(status, body)).toEqual({ status, ...failure })
  })

  test.each<[number, object]>([
    [429, { message: 'm', type: 'insufficient_quota', param: null, code: 'insufficient_quota' }],
    [402, { message: 'm' }],
    [400, { message: 'm', code: 'billing_hard_limit_reached' }],
  ])('for want of money are no use to try again: %i %j', (status, error) => {
    expect(explain(status, { error })).toMatchObject({
      status: 429,
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      retry: false,
      message: 'm',
    })
  })

  test('for want of money need no words', () => {
    expect(explain(402, undefined)).toEqual({
      status: 429,
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      retry: false,
    })
  })

  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '2' }, 2],
    [{ 'retry-after': '60', 'retry-after-ms': '1500' }, 1.5],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('say how long to wait: %j', (headers, seconds) => {
    expect(explain(429, undefined, headers).retryAfter).toBe(seconds)
  })

  test('rate limits pass', () => {
    const headers = new Headers({
      'x-ratelimit-remaining-tokens': '5',
      'x-ratelimit-reset-requests': '1s',
      server: 'x',
    })
    expect(openai({ apiKey: 'x' }).rateLimits!(headers, 0)).toEqual({
      'x-ratelimit-remaining-tokens': '5',
      'x-ratelimit-reset-requests': '1s',
    })
  })
})

describe('the strict schema refuses', () => {
  const user = { role: 'user', content: 'Hi' }
  const tools = [{ type: 'function', function: { name: 'f' } }]
  const calling = {
    role: 'assistant',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
  }
  const answer = { role: 'tool', tool_call_id: 'a', content: 'x' }
  const part = { type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } }
  const base = { model: 'm', messages: [user] }
  test.each<[string, object]>([
    ['members nobody knows', { ...base, top_k: 1 }],
    ['no messages', { ...base, messages: [] }],
    ['five stops', { ...base, stop: ['1', '2', '3', '4', '5'] }],
    [
      'seventeen pairs',
      { ...base, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`${index}`, ''])) },
    ],
    ['a name with a dot', { ...base, tools: [{ type: 'function', function: { name: 'a.b' } }] }],
    [
      'an id too long',
      {
        ...base,
        messages: [
          user,
          {
            role: 'assistant',
            tool_calls: [{ id: 'x'.repeat(41), type: 'function', function: { name: 'f', arguments: '' } }],
          },
          { ...answer, tool_call_id: 'x'.repeat(41) },
        ],
      },
    ],
    ['a call without an answer', { ...base, messages: [user, calling] }],
    ['a call answered too late', { ...base, messages: [user, calling, user, answer] }],
    ['an answer without a call', { ...base, messages: [user, answer] }],
    ['an assistant that says nothing', { ...base, messages: [user, { role: 'assistant', content: null }] }],
    ['a choice without tools', { ...base, tool_choice: 'auto' }],
    [
      'a choice of a tool that is not there',
      { ...base, tools, tool_choice: { type: 'function', function: { name: 'g' } } },
    ],
    ['top_logprobs alone', { ...base, top_logprobs: 1 }],
    ['stream options without a stream', { ...base, stream_options: { include_usage: true } }],
    ['sound without a voice', { ...base, modalities: ['audio'] }],
    ['five cache marks', { ...base, messages: [{ role: 'user', content: [part, part, part, part, part] }] }],
    [
      'media in an answer',
      {
        ...base,
        messages: [user, calling, { ...answer, content: [{ type: 'image_url', image_url: { url: 'https://a' } }] }],
      },
    ],
    [
      'a file by address',
      { ...base, messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: 'https://a' } }] }] },
    ],
  ])('%s', (_, request) => {
    expect(chatRequest.safeParse(request).success).toBe(false)
  })

  test('but not members it is told to let pass', () => {
    expect(chatRequest.loose().safeParse({ ...base, thinking: {} }).success).toBe(true)
    expect(chatRequest.loose().safeParse({ ...base, thinking: {}, tool_choice: 'auto' }).success).toBe(false)
  })
})
