/** What no fixture shows of dialects: where they are called, in whose name, and what their tables and their replies must never do. */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as adapters from '../../adapters/index.ts'
import { azure } from '../../adapters/azure.ts'
import { openrouter } from '../../adapters/openrouter.ts'
import { qwen } from '../../adapters/qwen.ts'
import { vllm } from '../../adapters/vllm.ts'
import type { Adapter } from '../../src/adapter.ts'
import { configure } from '../../src/config.ts'
import { createGateway } from '../../src/gateway.ts'
import { type LocalUpstream, openUpstream } from '../local-upstream.ts'
import { dialects } from '../contract/dialects.ts'

interface Asked {
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Readonly<Record<string, unknown>>
}

const asked: Asked[] = []
let reply: readonly object[] = []
let upstream: LocalUpstream

beforeAll(async () => {
  upstream = await openUpstream((request, response) => {
    void text(request).then((body) => {
      asked.push({ url: request.url, headers: request.headers, body: JSON.parse(body) })
      response.setHeader('content-type', 'text/event-stream')
      response.end(reply.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n')
    })
  })
})
beforeEach(() => {
  asked.length = 0
  reply = [chunk({ content: 'Hi.' }), chunk({}, 'stop')]
})
afterAll(() => upstream.close())

function chunk(delta: object, finish_reason: string | null = null): object {
  return { id: 'local-1', created: 1767225500, model: 'some', choices: [{ index: 0, delta, finish_reason }] }
}

function clientOf(adapter: Adapter): OpenAI {
  const gateway = createGateway({ providers: { [adapter.name]: adapter } })
  return new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
}

const messages = [{ role: 'user' as const, content: 'Hi.' }]

describe('where a dialect is called', () => {
  test.each([
    ['a host', '', '/openai/v1/chat/completions'],
    ['a host and a slash', '/', '/openai/v1/chat/completions'],
    ['a path', '/v1', '/v1/chat/completions'],
  ])('is below its root, if the base URL is %s', async (_, path, url) => {
    const client = clientOf(azure({ apiKey: 'key', baseURL: upstream.url + path }))
    await client.chat.completions.create({ model: 'azure/gpt-5', messages })
    expect(asked[0]).toMatchObject({ url, headers: { 'api-key': 'key' } })
    expect(asked[0]?.headers).not.toHaveProperty('authorization')
  })

  test('needs no key where nobody asks for one', async () => {
    const client = clientOf(vllm({ baseURL: upstream.url }))
    await client.chat.completions.create({ model: 'vllm/some', messages })
    expect(asked[0]?.url).toBe('/v1/chat/completions')
    expect(asked[0]?.headers).not.toHaveProperty('authorization')
  })

  test('is told in whose name', async () => {
    const client = clientOf(
      openrouter({ apiKey: 'key', baseURL: upstream.url, referer: 'https://a.example', title: 'A' }),
    )
    await client.chat.completions.create({ model: 'openrouter/some/model', messages })
    expect(asked[0]?.headers).toMatchObject({ 'http-referer': 'https://a.example', 'x-title': 'A' })
  })

  test('comes from the environment, by the names of its own SDK', () => {
    const environment = { AZURE_OPENAI_API_KEY: 'key', AZURE_OPENAI_ENDPOINT: 'https://acme.openai.azure.com/' }
    const { providers } = configure({}, environment, { azure }).options
    expect(providers['azure']).toMatchObject({ adapter: { baseURL: 'https://acme.openai.azure.com/openai/v1' } })
  })

  test('is nowhere without an address', () => {
    expect(configure({}, { VLLM_API_KEY: 'key' }, { vllm }).sandbox).toBe(true)
    expect(() => configure({ providers: { vllm: {} } }, {}, { vllm })).toThrow(
      'providers.vllm.baseURL: set VLLM_BASE_URL',
    )
    expect(() => azure.make({ apiKey: 'key' })).toThrow(/baseURL/u)
  })
})

test('a reply that must be streamed is folded for a client that wants it whole', async () => {
  const client = clientOf(qwen({ apiKey: 'key', baseURL: upstream.url }))
  const { choices } = await client.chat.completions.create({ model: 'qwen/qwen3-32b', messages })
  expect(asked[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  expect(choices[0]?.message.content).toBe('Hi.')
})

test('nobody is sent null, nor the words of a refusal where they have no place', async () => {
  const history = [...messages, { role: 'assistant' as const, content: null, refusal: 'No.', odd: null }, ...messages]
  const client = clientOf(vllm({ baseURL: upstream.url }))
  const extended = { model: 'vllm/some', messages: history, min_p: null }
  await client.chat.completions.create(extended)
  expect(asked[0]?.body).toEqual({
    model: 'some',
    messages: [messages[0], { role: 'assistant', content: 'No.' }, messages[0]],
  })
})

describe('tables', () => {
  test('are told apart by name', () => {
    const names = Object.values(adapters).map(({ id }) => id)
    expect(new Set(names).size).toBe(names.length)
  })

  test('claim no model that another claims by the same pattern', () => {
    const claims = dialects.flatMap(
      ({ definition, options }) => definition.make({ apiKey: 'key', ...options }).patterns,
    )
    expect(new Set(claims).size).toBe(claims.length)
  })

  test.each(dialects.map(({ definition }) => [definition.id, definition] as const))(
    'of %s are in the index',
    (id, definition) => {
      expect(Object.entries(adapters)).toContainEqual([id, definition])
    },
  )
})
