import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/adapter.ts'
import type { Completion } from '../../src/canonical.ts'
import { Fold } from '../../src/fold.ts'
import { registry } from '../../src/index.ts'
import { costOfReply } from '../../src/price.ts'
import { createPrices } from '../../src/prices.ts'
import { Reply } from '../../src/reply.ts'

function make(id: string): Adapter {
  const options = id === 'bedrock' ? { apiKey: 'k', region: 'us-east-1' } : { apiKey: 'k' }
  const adapter = registry[id]?.make(options)
  if (!adapter?.chat) throw new Error(`The adapter ${id} has no chat.`)
  return adapter
}

/** What a whole reply of a provider is read as. */
function read(id: string, body: unknown): Completion {
  const codec = make(id).chat
  const fold = new Fold()
  const write = fold.write.bind(fold)
  const origin = { format: id }
  const reply = new Reply({ write, now: () => 1, newId: (prefix) => `${prefix}1`, origin, model: 'asked' })
  const parsed = codec?.body.safeParse(body)
  if (!codec || !parsed?.success) throw new Error(`This is no reply of ${id}.`)
  for (const frame of codec.frames(parsed.data)) codec.decode(frame, reply)
  reply.end()
  if (!fold.completion) throw new Error('There is no completion.')
  return fold.completion
}

async function costOf(id: string, model: string, body: unknown): Promise<number | undefined> {
  const price = await createPrices().find({ provider: id, adapter: make(id), model }, Date.UTC(2026, 10, 21))
  return costOfReply(read(id, body), price)
}

const claude = (usage: object) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5-5',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1000, output_tokens: 700, cache_read_input_tokens: 20_000, ...usage },
})

describe('Claude', () => {
  const written = {
    cache_creation_input_tokens: 8000,
    cache_creation: { ephemeral_5m_input_tokens: 3000, ephemeral_1h_input_tokens: 5000 },
  }

  test('is billed for what it wrote to its cache by how long it is kept', async () => {
    expect(read('anthropic', claude(written)).usage).toMatchObject({
      input: 29_000,
      cached: 20_000,
      cacheWrite: 8000,
      cacheWrite1h: 5000,
    })
    expect(await costOf('anthropic', 'claude-opus-5-5', claude(written))).toBe(0.077)
  })

  test('is billed for searches of the web', async () => {
    const searched = claude({ ...written, server_tool_use: { web_search_requests: 2 } })
    expect(await costOf('anthropic', 'claude-opus-5-5', searched)).toBe(0.097)
  })

  test('does not say what was kept for an hour where its provider does not', () => {
    expect(read('anthropic', claude({ cache_creation_input_tokens: 8000 })).usage).not.toHaveProperty('cacheWrite1h')
  })

  test('in a hurry costs what nobody knows', async () => {
    expect(await costOf('anthropic', 'claude-opus-5-5', claude({ speed: 'fast' }))).toBeUndefined()
    expect(await costOf('anthropic', 'claude-opus-5-5', claude({ service_tier: 'standard' }))).toBe(0.022)
  })

  test('on Bedrock is billed by how long the cache is kept, too', () => {
    const body = {
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 300 },
    }
    const details = [
      { ttl: '5m', inputTokens: 100 },
      { ttl: '1h', inputTokens: 200 },
    ]
    const kept = (cacheDetails?: object): unknown =>
      read('bedrock', { ...body, usage: { ...body.usage, ...(cacheDetails && { cacheDetails }) } }).usage?.cacheWrite1h
    expect(kept(details)).toBe(200)
    expect(kept([])).toBe(0)
    expect(kept()).toBeUndefined()
  })
})

test('pictures that Gemini draws are billed as pictures', async () => {
  const body = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Here.' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 1300,
      totalTokenCount: 1310,
      candidatesTokensDetails: [
        { modality: 'TEXT', tokenCount: 10 },
        { modality: 'IMAGE', tokenCount: 1290 },
      ],
    },
    modelVersion: 'gemini-2.5-flash-image',
    responseId: 'r',
  }
  expect(await costOf('google', 'gemini-2.5-flash-image', body)).toBe(0.038728)
})

describe('a provider that says what a reply cost', () => {
  const completion = (usage: object) => ({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 625, completion_tokens: 152, total_tokens: 777, ...usage },
  })
  const upstream = { upstream_inference_cost: 0.25 }

  test.each([
    ['openrouter', { cost: 0.001385, is_byok: false, cost_details: { upstream_inference_cost: 0.001385 } }, 0.001385],
    // With a key of one's own, its own fee and what is paid behind it.
    ['openrouter', { cost: 0.125, is_byok: true, cost_details: upstream }, 0.375],
    ['openrouter', { cost: 0.125, is_byok: true }, undefined],
    ['openrouter', { cost: 0, is_byok: false }, 0],
    ['perplexity', { cost: { request_cost: 0.005, total_cost: 0.00502 } }, 0.00502],
    ['xai', { cost_in_usd_ticks: 7_184_000 }, 0.0007184],
    ['groq', {}, undefined],
  ])('%s: %j is %s', (id, usage, cost) => {
    expect(read(id, completion(usage)).usage?.cost).toBe(cost)
  })

  test('is believed before any price', async () => {
    expect(await costOf('xai', 'grok-4.3', completion({ cost_in_usd_ticks: 1e9 }))).toBe(0.1)
    expect(await costOf('xai', 'grok-4.3', completion({}))).toBe(0.00116125)
  })
})
