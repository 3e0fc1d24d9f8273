/** Edge cases that take more than one request, a header, or the log to show, through a real gateway. */
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { azure } from '../adapters/azure.ts'
import { anthropic } from '../adapters/anthropic.ts'
import { bedrock } from '../adapters/bedrock.ts'
import { deepseek } from '../adapters/deepseek.ts'
import { google } from '../adapters/google.ts'
import { mistral } from '../adapters/mistral.ts'
import { openai } from '../adapters/openai.ts'
import type { Adapter } from '../src/adapter.ts'
import type { JsonObject } from '../src/canonical.ts'
import { createGateway } from '../src/gateway.ts'
import type { LogEntry } from '../src/trip.ts'
import { closing, event, opening, words } from './local-upstream.ts'

const apiKey = 'sk-test-0123456789'
const claude = anthropic({ apiKey })
const EVENTS = { 'content-type': 'text/event-stream' }

/** A gateway in front of one provider, whose replies the test plays. */
function gatewayOf(adapter: Adapter, reply: () => Response) {
  const log: LogEntry[] = []
  let calls = 0
  const gateway = createGateway({
    providers: { [adapter.name]: adapter },
    log: (entry) => log.push(entry),
    async fetch() {
      calls += 1
      return reply()
    },
  })
  const post = (body: JsonObject, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  return { log, post, client, calls: () => calls }
}

function streaming(...pieces: readonly string[]): Response {
  return new Response(pieces.join(''), { headers: EVENTS })
}

const messages = [{ role: 'user' as const, content: 'Hi.' }]
const ask = { model: 'anthropic/claude-sonnet-4-5', messages }
const overloaded = event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })

describe('an error after 200', () => {
  test('is thrown by OpenAI’s own client, with its code', async () => {
    const { client } = gatewayOf(claude, () => streaming(opening, words('One'), overloaded))
    const seen: string[] = []
    const reading = (async () => {
      for await (const { choices } of await client.chat.completions.create({ ...ask, stream: true }))
        seen.push(choices[0]?.delta.content ?? '')
    })()
    await expect(reading).rejects.toMatchObject({
      constructor: OpenAI.APIError,
      message: expect.stringContaining('Overloaded'),
      type: 'server_error',
      code: 'overloaded_error',
      param: null,
    })
    expect(seen.join('')).toBe('One')
  })
})

describe('what was spent', () => {
  // The head of the stream counts the prompt.
  const spent = { input: expect.any(Number), output: expect.any(Number) }

  test.each([
    ['that is cut', [opening, words('One')], 'upstream_stream_truncated'],
    ['that breaks off with an error', [opening, words('One'), overloaded], 'overloaded_error'],
  ])('until then is logged of a stream %s', async (_, pieces, code) => {
    const { post, log } = gatewayOf(claude, () => streaming(...pieces))
    await (await post({ ...ask, stream: true })).text()
    expect(log).toMatchObject([{ failure: { code }, usage: spent }])
  })

  test('until then is logged of a client that left, once', async () => {
    const { post, log } = gatewayOf(
      claude,
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode(opening + words('One'))),
          }),
          { headers: EVENTS },
        ),
    )
    const reader = (await post({ ...ask, stream: true })).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(log).toMatchObject([{ status: 499, usage: spent }])
  })

  test('is logged once of a reply that is complete', async () => {
    const { post, log } = gatewayOf(claude, () => streaming(opening, words('One'), closing))
    await (await post({ ...ask, stream: true })).text()
    expect(log).toMatchObject([{ status: 200, usage: spent }])
  })
})

describe('where the client wants no losses', () => {
  const strict = { 'x-dragoman-unsupported': 'reject' }
  const broken = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"c":1}{"c":2}' } }],
  }
  const history = [...messages, broken, { role: 'tool', tool_call_id: 'call_1', content: 'x' }]
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }]

  test.each([
    [
      'thinking that does not fit the limit',
      { max_completion_tokens: 800, reasoning_effort: 'low' },
      'reasoning_effort',
    ],
    ['arguments nobody can parse', { messages: history, tools }, 'messages[1].tool_calls'],
  ])('%s are refused, by the place', async (_, members, param) => {
    for (const [adapter, model] of [
      [claude, 'anthropic/claude-sonnet-4-5'],
      [google({ apiKey }), 'google/gemini-2.5-flash'],
    ] as const) {
      if (param === 'reasoning_effort' && adapter !== claude) continue
      const { post, calls } = gatewayOf(adapter, () => streaming(opening, closing))
      const response = await post({ model, messages, ...members }, strict)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { param } })
      expect(calls()).toBe(0)
    }
  })
})

describe('the provider’s own id of a request', () => {
  const baseURL = 'https://acme.openai.azure.com'
  test.each([
    [azure({ apiKey, baseURL }), 'gpt-4o', { 'apim-request-id': 'its-own', 'x-request-id': 'proxy' }],
    [bedrock({ apiKey }), 'anthropic.claude-opus-5', { 'x-amzn-requestid': 'its-own' }],
    [deepseek({ apiKey }), 'deepseek-chat', { 'x-ds-trace-id': 'its-own' }],
    [mistral({ apiKey }), 'mistral-small-latest', { 'mistral-correlation-id': 'its-own', 'x-kong-request-id': 'k' }],
    [mistral({ apiKey }), 'mistral-small-latest', { 'x-kong-request-id': 'its-own' }],
    [openai({ apiKey }), 'gpt-4o', { 'x-request-id': 'its-own' }],
    [claude, 'claude-opus-5', { 'request-id': 'its-own' }],
  ] as const)('of $name is told in a header', async (adapter, model, headers) => {
    const { post } = gatewayOf(adapter, () => Response.json({ message: 'No.' }, { status: 503, headers }))
    const response = await post({ model: `${adapter.name}/${model}`, messages })
    expect(response.headers.get('x-upstream-request-id')).toBe('its-own')
  })
})
