import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai'
import { describe, expect, test } from 'vitest'
import { countRequest as claudeCount } from '../adapters/anthropic/strict-count.ts'
import { anthropic } from '../adapters/anthropic.ts'
import { azure } from '../adapters/azure.ts'
import { countRequest as converseCount } from '../adapters/bedrock/strict-count.ts'
import { bedrock } from '../adapters/bedrock.ts'
import { cohere } from '../adapters/cohere.ts'
import { countRequest as geminiCount } from '../adapters/google/strict-count.ts'
import { google } from '../adapters/google.ts'
import { openai } from '../adapters/openai.ts'
import { vertexCount } from '../adapters/vertex/strict-count.ts'
import { vertex } from '../adapters/vertex.ts'
import type { Schema } from '../src/adapter.ts'
import { createGateway, type GatewayOptions } from '../src/gateway.ts'
import type { LogEntry } from '../src/trip.ts'

interface Made {
  readonly path: string
  readonly headers: Headers
  // JSON of many shapes; each test knows which.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

const PROVIDERS = {
  anthropic: anthropic({ apiKey: 'test' }),
  google: google({ apiKey: 'test' }),
  vertex: vertex({ project: 'acme', location: 'us-east5', apiKey: 'test' }),
  bedrock: bedrock({ apiKey: 'test', models: { 'arn:acme': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' } }),
  openai: openai({ apiKey: 'test' }),
  azure: azure({ apiKey: 'test', baseURL: 'https://acme.openai.azure.com' }),
  cohere: cohere({ apiKey: 'test' }),
}

/** A gateway before a provider that answers every call alike. */
function stage(answer: unknown, status = 200, more: Partial<GatewayOptions> = {}) {
  const made: Made[] = []
  const gateway = createGateway({
    providers: PROVIDERS,
    prices: false,
    async fetch(url, { headers, body }) {
      made.push({ path: url.pathname, headers: new Headers(headers), body: JSON.parse(body ?? 'null') })
      return Response.json(answer, { status, headers: { 'x-request-id': 'req_up' } })
    },
    ...more,
  })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  return { made, client, gateway }
}

const WEATHER = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
}

const ASKED = {
  instructions: 'Be terse.',
  input: 'Weather in Paris?',
  tools: [WEATHER],
  tool_choice: 'required' as const,
}

const FORM = {
  type: 'json_schema' as const,
  name: 'city',
  strict: true,
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
}

interface Place {
  readonly model: string
  readonly path: string
  readonly answer: unknown
  readonly judge: Schema<unknown>
}

const PLACES: Readonly<Record<string, Place>> = {
  anthropic: {
    model: 'anthropic/claude-haiku-4-5',
    path: '/v1/messages/count_tokens',
    answer: { input_tokens: 588 },
    judge: claudeCount,
  },
  google: {
    model: 'google/gemini-2.5-flash',
    path: '/v1beta/models/gemini-2.5-flash:countTokens',
    answer: { totalTokens: 588, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 588 }] },
    judge: geminiCount,
  },
  'vertex, of Gemini': {
    model: 'vertex/gemini-2.5-flash',
    path: '/v1beta1/projects/acme/locations/us-east5/publishers/google/models/gemini-2.5-flash:countTokens',
    answer: { totalTokens: 588, totalBillableCharacters: 25 },
    judge: vertexCount,
  },
  'vertex, of Claude': {
    model: 'vertex/claude-haiku-4-5@20251001',
    path: '/v1/projects/acme/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict',
    answer: { input_tokens: 588 },
    judge: vertexCount,
  },
  bedrock: {
    model: 'bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0',
    path: '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens',
    answer: { inputTokens: 588 },
    judge: converseCount,
  },
}

describe.each(Object.entries(PLACES))('a count by %s', (_, { model, path, answer, judge }) => {
  test('is asked where and how the provider wants it, and told in the words of OpenAI', async () => {
    const { made, client } = stage(answer)
    const { data, response } = await client.responses.inputTokens.count({ model, ...ASKED }).withResponse()
    expect(data).toEqual({ object: 'response.input_tokens', input_tokens: 588 })
    expect(response.headers.get('x-model-router-model')).toBe(model.slice(model.indexOf('/') + 1))
    expect(response.headers.get('x-upstream-request-id')).toBe('req_up')
    expect(made).toHaveLength(1)
    expect(made[0]?.path).toBe(path)
    expect(judge.safeParse(made[0]?.body)).toMatchObject({ success: true })
  })

  test('holds all that the model is told', async () => {
    const { made, client } = stage(answer)
    await client.responses.inputTokens.count({ model, ...ASKED })
    const text = JSON.stringify(made[0]?.body)
    for (const told of ['Be terse.', 'Weather in Paris?', 'get_weather', 'Tells the weather.']) {
      expect(text).toContain(told)
    }
  })

  test('takes the very body that asks for a reply', async () => {
    const { made, client } = stage(answer)
    const wanted = { stream: true, max_output_tokens: 2048, temperature: 1, service_tier: 'auto', store: false }
    await client.post('/responses/input_tokens', { body: { model, ...ASKED, ...wanted } })
    expect(judge.safeParse(made[0]?.body)).toMatchObject({ success: true })
  })

  test.each([{}, { input_tokens: '7' }, { totalTokens: null }, [], 'many'])(
    'that reads %j is a 502',
    async (broken) => {
      const { client } = stage(broken)
      const refused = await client.responses.inputTokens.count({ model, input: 'Hi' }).catch((error: unknown) => error)
      expect(refused).toMatchObject({ status: 502, code: 'upstream_protocol_error' })
    },
  )
})

describe('what is counted', () => {
  test('is the call that a reply would be asked with, but for what has no part in it', async () => {
    const asked = { model: 'anthropic/claude-opus-4-6', ...ASKED, tool_choice: 'auto' as const }
    const more = { reasoning: { effort: 'high' as const }, text: { format: FORM } }
    const { made, gateway } = stage({ input_tokens: 1 })
    const shown = await dryRun(gateway, '/responses', { ...asked, ...more })
    const counted = await dryRun(gateway, '/responses/input_tokens', { ...asked, ...more })
    const { max_tokens: limit, stream: _, ...rest } = shown.call.body
    expect(limit).toBeGreaterThan(0)
    expect(counted.call.body).toEqual(rest)
    expect(made).toHaveLength(0)
  })

  test('goes on from a reply that is kept', async () => {
    const reply = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      stop_reason: 'end_turn',
    }
    const usage = { input_tokens: 3, output_tokens: 3 }
    const answers = [{ ...reply, content: [{ type: 'text', text: 'Hello there.' }], usage }, { input_tokens: 20 }]
    const { made, client } = stage(null, 200, {
      async fetch(_, { body, headers }) {
        made.push({ path: '', headers: new Headers(headers), body: JSON.parse(body ?? 'null') })
        return Response.json(answers.shift())
      },
    })
    const model = 'anthropic/claude-haiku-4-5'
    const { id } = await client.responses.create({ model, input: 'Hello!' })
    const { input_tokens } = await client.responses.inputTokens.count({
      model,
      previous_response_id: id,
      input: 'Bye.',
    })
    expect(input_tokens).toBe(20)
    expect(made[1]?.body.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(JSON.stringify(made[1]?.body)).toContain('Hello there.')
  })

  test('on Bedrock is asked of the model behind a profile, and of the one an ARN stands for', async () => {
    const { made, client } = stage({ inputTokens: 1 })
    const profile = 'arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0'
    for (const model of ['arn:acme', profile, 'anthropic.claude-3-haiku-20240307-v1:0']) {
      await client.responses.inputTokens.count({ model: `bedrock/${model}`, input: 'Hi' })
    }
    expect(made.map(({ path }) => decodeURIComponent(path))).toEqual([
      '/model/anthropic.claude-sonnet-4-5-20250929-v1:0/count-tokens',
      '/model/anthropic.claude-sonnet-4-20250514-v1:0/count-tokens',
      '/model/anthropic.claude-3-haiku-20240307-v1:0/count-tokens',
    ])
  })

  test.each([
    ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', { text: { format: FORM } }, 'text.format=not counted'],
    ['vertex/gemini-2.5-flash', { tools: [WEATHER], tool_choice: 'required' as const }, 'tool_choice=not counted'],
  ])('by %s leaves nothing out in silence', async (model, more, warning) => {
    const { client } = stage({ inputTokens: 1, totalTokens: 1 })
    const { response } = await client.responses.inputTokens.count({ model, input: 'Hi', ...more }).withResponse()
    expect(response.headers.get('x-dragoman-warnings')).toContain(warning)
  })

  test('is refused where a loss is to be', async () => {
    const { client, made } = stage({ totalTokens: 1 })
    const asked = { model: 'vertex/gemini-2.5-flash', ...ASKED }
    const headers = { 'x-dragoman-unsupported': 'reject' }
    const refused = await client.responses.inputTokens.count(asked, { headers }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 400, param: 'tool_choice' })
    expect(made).toHaveLength(0)
  })
})

describe('a provider that counts for OpenAI’s own endpoint', () => {
  test('is asked as the client asked, and answers as it answered', async () => {
    const answer = { object: 'response.input_tokens', input_tokens: 51, more: 1 }
    const { client, made } = stage(answer)
    const asked = { model: 'openai/gpt-4.1-mini', ...ASKED, personality: 'friendly' as const }
    expect(await client.responses.inputTokens.count(asked)).toEqual(answer)
    expect(made[0]?.path).toBe('/v1/responses/input_tokens')
    expect(made[0]?.body).toEqual({ ...asked, model: 'gpt-4.1-mini' })
  })
})

describe('a count that nobody can make', () => {
  test.each(['cohere/command-a-plus-05-2026', 'azure/gpt-5-mini'])('is a 400 about the model: %s', async (model) => {
    const { client, made } = stage({})
    const refused = await client.responses.inputTokens.count({ model, input: 'Hi' }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(BadRequestError)
    expect(refused).toMatchObject({ status: 400, param: 'model', code: 'unsupported_model' })
    await expect(dryRun(stage({}).gateway, '/responses/input_tokens', { model, input: 'Hi' })).resolves.toMatchObject({
      error: { param: 'model', code: 'unsupported_model' },
    })
    expect(made).toHaveLength(0)
  })

  test('is a 400 about the model where several would answer together', async () => {
    const both = { ensemble: ['anthropic/claude-haiku-4-5', 'google/gemini-2.5-flash'] }
    const { client, made } = stage({}, 200, { models: { both } })
    const refused = await client.responses.inputTokens
      .count({ model: 'both', input: 'Hi' })
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 400, param: 'model', code: 'unsupported_model' })
    expect(made).toHaveLength(0)
  })

  test('is a 400 about the input where there is none', async () => {
    const { client } = stage({})
    const asked = { model: 'anthropic/claude-haiku-4-5' }
    const refused = await client.responses.inputTokens.count(asked).catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 400, param: 'input' })
  })
})

describe('a count that a provider refuses', () => {
  test('is told in the words of OpenAI', async () => {
    const message = 'messages.0.content.0.text: too long'
    const { client } = stage({ type: 'error', error: { type: 'invalid_request_error', message } }, 400)
    const asked = { model: 'anthropic/claude-haiku-4-5', input: 'Hi' }
    const refused = await client.responses.inputTokens.count(asked).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(APIError)
    expect(refused).toMatchObject({ status: 400, type: 'invalid_request_error', message: `400 ${message}` })
  })

  test('for its rate says nothing of replies: the provider is not left alone', async () => {
    const limited = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } }
    const entries: LogEntry[] = []
    const { client, made } = stage(limited, 429, {
      breaker: { failures: 1 },
      log: (entry) => void entries.push(entry),
    })
    const asked = { model: 'anthropic/claude-haiku-4-5', input: 'Hi' }
    for (const _ of [1, 2, 3]) {
      await expect(client.responses.inputTokens.count(asked)).rejects.toBeInstanceOf(RateLimitError)
    }
    expect(made).toHaveLength(3)
    expect(entries.map(({ status, provider }) => [status, provider])).toEqual([1, 2, 3].map(() => [429, 'anthropic']))
  })

  test('in a way that is known to be mended is asked for once more, and right the next time', async () => {
    const message = 'This model does not support the effort parameter.'
    const refusal = { type: 'error', error: { type: 'invalid_request_error', message } }
    const efforts: unknown[] = []
    const { client } = stage(null, 200, {
      async fetch(_, { body }) {
        const { output_config: config } = JSON.parse(body ?? 'null')
        efforts.push(config?.effort)
        return config?.effort ? Response.json(refusal, { status: 400 }) : Response.json({ input_tokens: 9 })
      },
    })
    const asked = { model: 'anthropic/claude-opus-4-6', input: 'Hi', reasoning: { effort: 'low' as const } }
    const { data, response } = await client.responses.inputTokens.count(asked).withResponse()
    expect(data.input_tokens).toBe(9)
    expect(response.headers.get('x-dragoman-warnings')).toContain('reasoning.effort=unsupported by this model')
    await client.responses.inputTokens.count(asked)
    expect(efforts).toEqual(['low', undefined, undefined])
  })
})

async function dryRun(gateway: ReturnType<typeof createGateway>, path: string, body: object) {
  const headers = { 'content-type': 'application/json', 'x-dragoman-dry-run': 'true' }
  const request = { method: 'POST', headers, body: JSON.stringify(body) }
  return (await gateway.fetch(`http://gateway/v1${path}`, request)).json()
}
