import OpenAI, { RateLimitError } from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import { sandbox as anthropicSandbox } from '../../adapters/anthropic/sandbox.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { sandbox as bedrockSandbox } from '../../adapters/bedrock/sandbox.ts'
import { google } from '../../adapters/google.ts'
import { sandbox as googleSandbox } from '../../adapters/google/sandbox.ts'
import { vertex } from '../../adapters/vertex.ts'
import { sandbox as vertexSandbox } from '../../adapters/vertex/sandbox.ts'
import type { Adapter } from '../../src/adapter.ts'
import { createGateway } from '../../src/gateway.ts'
import { createGateway as createWhole } from '../../src/index.ts'
import type { Emulation } from '../../src/sandbox.ts'

const gateway = createGateway({
  prices: false,
  providers: {
    anthropic: emulated(anthropic({ apiKey: 'sandbox', cache: 'off' }), anthropicSandbox),
    bedrock: emulated(bedrock({ apiKey: 'sandbox', cache: 'off' }), bedrockSandbox),
    google: emulated(google({ apiKey: 'sandbox' }), googleSandbox),
    vertex: emulated(vertex({ project: 'acme', apiKey: 'sandbox' }), vertexSandbox),
  },
})
const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })

function emulated(adapter: Adapter, emulation: Emulation) {
  const fetch: typeof globalThis.fetch = async (input, init) => emulation(new Request(input, init))
  return { adapter, fetch }
}

const MODELS = [
  'anthropic/claude-haiku-4-5',
  'bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'google/gemini-2.5-flash',
  'vertex/gemini-2.5-flash',
  'vertex/claude-haiku-4-5',
]

const WEATHER = {
  type: 'function' as const,
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
}

describe.each(MODELS)('%s, emulated', (model) => {
  test('counts what its reply will have read', async () => {
    const asked = { model, instructions: 'Be terse.', input: 'Weather in Paris?', tools: [WEATHER] }
    const { input_tokens: count } = await client.responses.inputTokens.count(asked)
    const { usage } = await client.responses.create({ ...asked, max_output_tokens: 4096 })
    expect(count).toBeGreaterThan(0)
    expect(usage?.input_tokens).toBe(count)
  })

  test('counts more of more', async () => {
    const count = async (more: object) =>
      (await client.responses.inputTokens.count({ model, input: 'Weather in Paris?', ...more })).input_tokens
    expect(await count({ instructions: 'Be terse.' })).toBeGreaterThan(await count({}))
    expect(await count({ tools: [WEATHER] })).toBeGreaterThan(await count({}))
  })

  test('fails as it is asked to', async () => {
    const failing = client.responses.inputTokens.count({ model, input: 'sandbox:error=429' })
    await expect(failing).rejects.toBeInstanceOf(RateLimitError)
  })
})

describe('openai/gpt-5-mini, emulated', () => {
  const { fetch } = createWhole({ environment: {} })
  const own = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
  const model = 'openai/gpt-5-mini'
  const count = async (more: object) =>
    (await own.responses.inputTokens.count({ model, input: 'Weather in Paris?', ...more })).input_tokens

  test('counts more of more', async () => {
    expect(await count({ instructions: 'Be terse.' })).toBeGreaterThan(await count({}))
    expect(await count({ tools: [WEATHER] })).toBeGreaterThan(await count({}))
  })

  test('counts what came before', async () => {
    const { id } = await own.responses.create({ model, input: 'Hello!' })
    expect(await count({ previous_response_id: id })).toBeGreaterThan(await count({}))
  })

  test('takes nothing that has no part in a count', async () => {
    await expect(count({ max_output_tokens: 5 })).rejects.toMatchObject({ status: 400, param: 'max_output_tokens' })
    await expect(count({ model: 'openai/gpt-none' })).rejects.toMatchObject({ status: 404 })
    await expect(count({ input: 'sandbox:error=429' })).rejects.toBeInstanceOf(RateLimitError)
  })
})

describe('what an emulation does not take', () => {
  const post = async (emulation: Emulation, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const request = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: 'Bearer test', ...headers },
    }
    const response = await emulation(new Request(`http://sandbox${path}`, request))
    return { status: response.status, text: await response.text() }
  }
  const messages = [{ role: 'user', content: 'Hi' }]
  const key = { 'x-api-key': 'test', 'anthropic-version': '2023-06-01', 'x-goog-api-key': 'test' }

  test('is a limit of a reply that is only counted', async () => {
    const asked = { model: 'claude-haiku-4-5', max_tokens: 1, messages }
    const { status, text } = await post(anthropicSandbox, '/v1/messages/count_tokens', asked, key)
    expect(status).toBe(400)
    expect(text).toContain('max_tokens: Extra inputs are not permitted')
  })

  test('are instructions beside bare contents', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
    const asked = { contents, systemInstruction: { parts: [{ text: 'Be terse.' }] } }
    const path = '/v1beta/models/gemini-2.5-flash:countTokens'
    expect((await post(googleSandbox, path, { contents }, key)).status).toBe(200)
    expect((await post(googleSandbox, path, asked, key)).status).toBe(400)
    expect((await post(googleSandbox, path, { generateContentRequest: asked }, key)).status).toBe(400)
  })

  test.each(['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'amazon.nova-lite-v1:0'])('is %s', async (model) => {
    const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }
    const { status, text } = await post(bedrockSandbox, `/model/${model}/count-tokens`, { input: { converse } })
    expect(status).toBe(400)
    expect(text).toContain("The provided model doesn't support counting tokens.")
  })

  test('is a question at an address of Vertex AI that names Claude', async () => {
    const path = '/v1/projects/acme/locations/global/publishers/anthropic/models/count-tokens:rawPredict'
    const asked = { anthropic_version: 'vertex-2023-10-16', messages }
    expect((await post(vertexSandbox, path, { ...asked, model: 'claude-haiku-4-5' })).status).toBe(200)
    expect((await post(vertexSandbox, path, asked)).status).toBe(400)
  })
})
