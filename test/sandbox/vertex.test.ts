import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { defineVertex } from '../../adapters/vertex.ts'
import { sandbox } from '../../adapters/vertex/sandbox.ts'
import { createGateway } from '../../src/gateway.ts'
import { SCENARIO } from '../sdk/scenario.ts'

const vertex = defineVertex({
  fetch: async () => Response.json({ access_token: 'ya29.sandbox', expires_in: 3600 }),
  now: Date.now,
  readFile: async () => undefined,
})
const credentials = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' } as const
const gateway = createGateway({
  providers: {
    vertex: {
      adapter: vertex({ project: 'acme-42', location: 'europe-west1', credentials }),
      fetch: async (input, init) => sandbox(new Request(input, init)),
    },
  },
})

/** One model of each family, reached with access tokens. */
const MODELS = [
  { model: 'vertex/claude-sonnet-4-5@20250929', thinks: true },
  { model: 'vertex/claude-opus-5', thinks: true },
  { model: 'vertex/gemini-2.5-flash', thinks: true },
  { model: 'vertex/gemini-3-flash-preview', thinks: true },
] as const

describe.each(MODELS)('$model', ({ model, thinks }) => {
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  test.each(SCENARIO)('$name', ({ run }) => run({ client, model, thinks }))
})

describe('the emulation', () => {
  const HOST = 'https://aiplatform.googleapis.com'
  const PROJECT = '/v1/projects/acme-42/locations/global'
  const CLAUDE = '/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict'
  const token = { authorization: 'Bearer ya29.sandbox' }
  const asked = {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hi.' }],
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = token) =>
    sandbox(new Request(HOST + path, { method: 'POST', headers, body: JSON.stringify(body) }))

  test('answers for Claude in Claude’s words', async () => {
    const response = await post(PROJECT + CLAUDE, asked)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' })
  })

  test('wants credentials', async () => {
    const response = await post(PROJECT + CLAUDE, asked, {})
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } })
  })

  test('takes the version in the body, and the model only in the path', async () => {
    const message = async (body: object) => (await (await post(PROJECT + CLAUDE, body)).json()).error.message
    const { anthropic_version: _, ...unversioned } = asked
    expect(await message(unversioned)).toBe('anthropic_version: Field required')
    expect(await message({ ...asked, anthropic_version: '2023-06-01' })).toContain('vertex-2023-10-16')
    expect(await message({ ...asked, model: 'claude-sonnet-4-5' })).toBe('model: Extra inputs are not permitted')
  })

  test('reads no addresses with Claude', async () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
    const response = await post(PROJECT + CLAUDE, { ...asked, messages: [{ role: 'user', content: [image] }] })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { message: 'messages: Input should be base64' },
    })
  })

  test('has no partners’ models in express mode, and no models nobody knows', async () => {
    const key = { 'x-goog-api-key': 'k' }
    expect((await post(`/v1${CLAUDE}`, asked, key)).status).toBe(404)
    const unknown = await post(`${PROJECT}/publishers/anthropic/models/claude-nobody:rawPredict`, asked)
    expect(unknown.status).toBe(404)
    const unheard = await post(`${PROJECT}/publishers/google/models/gemini-nobody:generateContent`, {})
    expect(await unheard.json()).toMatchObject({ error: { message: expect.stringContaining('publishers/google') } })
    expect(await unknown.json()).toMatchObject({ error: { message: expect.stringContaining('Publisher Model `') } })
  })

  test('is nowhere else', async () => {
    expect((await post('/v1/models', asked)).status).toBe(404)
    expect((await post(PROJECT + CLAUDE.replace('rawPredict', 'predict'), asked)).status).toBe(400)
  })
})
