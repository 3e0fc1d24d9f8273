import OpenAI from 'openai'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { createGateway } from '../../src/index.ts'
import { type Served, serveGateway } from '../../src/server.ts'
import { SCENARIO } from './scenario.ts'

/** One model of each emulated provider. */
const MODELS = [
  { model: 'anthropic/claude-opus-5', thinks: true },
  { model: 'anthropic/claude-sonnet-4-5', thinks: true },
  { model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', thinks: true },
  { model: 'bedrock/us.amazon.nova-2-lite-v1:0', thinks: true },
  { model: 'mistral/mistral-small-latest', thinks: true },
  { model: 'cohere/command-a-plus-05-2026', thinks: true },
  { model: 'google/gemini-3-pro-preview', thinks: true },
  { model: 'google/gemini-2.5-flash', thinks: true },
  { model: 'ollama/qwen3-vl:8b', thinks: true },
  { model: 'openai/gpt-5', thinks: false },
  { model: 'vertex/gemini-2.5-flash', thinks: true },
] as const

const gateway = createGateway({ environment: {} })

describe.each(MODELS)('$model, in-process', ({ model, thinks }) => {
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  test.each(SCENARIO)('$name', ({ run }) => run({ client, model, thinks }))
})

describe.each(MODELS)('$model, over HTTP', ({ model, thinks }) => {
  let served: Served
  let client: OpenAI
  beforeAll(async () => {
    served = await serveGateway(gateway, { host: '127.0.0.1', port: 0, anyHost: false })
    client = new OpenAI({ apiKey: '-', baseURL: `${served.url}/v1`, maxRetries: 0 })
  })
  afterAll(() => served.stop(0))
  test.each(SCENARIO)('$name', ({ run }) => run({ client, model, thinks }))
})
