import { describe, expect, test } from 'vitest'
import type { Adapter } from '../src/adapter.ts'
import type { Usage } from '../src/canonical.ts'
import { configure } from '../src/config.ts'
import { registry } from '../src/index.ts'
import { costOfReply, type Price } from '../src/price.ts'
import { createPrices, type StatedPrices } from '../src/prices.ts'
import { silent } from './silent.ts'

const OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  azure: { apiKey: 'k', baseURL: 'https://house.openai.azure.com/openai/v1' },
  bedrock: { apiKey: 'k', region: 'us-east-1' },
  ollama: {},
  vertex: { apiKey: 'k', project: 'p', location: 'global' },
  vllm: { apiKey: 'k', baseURL: 'http://127.0.0.1:8000/v1' },
}

const make = (id: string, options = OPTIONS[id] ?? { apiKey: 'k' }): Adapter => {
  const definition = registry[id]
  if (!definition) throw new Error(`There is no adapter ${id}.`)
  return definition.make(options)
}

const NOW = '2026-11-21T12:00:00Z'

async function priceOf(name: string, at = NOW, stated: StatedPrices = {}): Promise<Price | undefined> {
  const provider = name.slice(0, name.indexOf('/'))
  const model = name.slice(provider.length + 1)
  return createPrices(stated).find({ provider, adapter: make(provider), model }, Date.parse(at))
}

async function cost(name: string, counts: Partial<Usage>, at = NOW): Promise<number | undefined> {
  return costOfReply({ usage: { input: 0, output: 0, ...counts } }, await priceOf(name, at))
}

describe('what the providers’ pages say, worked out by hand', () => {
  // https://platform.claude.com/docs/en/about-claude/pricing
  test('Claude, whose cache is read, and written for five minutes and for an hour', async () => {
    const spent = { input: 29_000, cached: 20_000, cacheWrite: 8000, cacheWrite1h: 5000, output: 700 }
    // 1000 × 4 + 20,000 × 0.2 + 3000 × 5 + 5000 × 8 + 700 × 20
    expect(await cost('anthropic/claude-opus-5-5', spent)).toBe(0.077)
    // 1000 × 5 + 20,000 × 0.5 + 3000 × 6.25 + 5000 × 10 + 700 × 25
    expect(await cost('anthropic/claude-opus-4-5-20251101', spent)).toBe(0.10125)
    // A search is a cent.
    expect(await cost('anthropic/claude-opus-5-5', { ...spent, webSearches: 2 })).toBe(0.097)
  })

  test('Claude Sonnet 5.5, whose cache became cheaper to read', async () => {
    const spent = { input: 1_000_000, cached: 1_000_000 }
    expect(await cost('anthropic/claude-sonnet-5-5', spent, '2026-10-06T23:59:59Z')).toBe(0.2)
    expect(await cost('anthropic/claude-sonnet-5-5', spent, '2026-10-07T00:00:00Z')).toBe(0.1)
    expect(await cost('anthropic/claude-sonnet-5', spent)).toBe(0.2)
  })

  test('Claude Haiku 5.5, dearer above a hundred thousand tokens', async () => {
    expect(await cost('anthropic/claude-haiku-5-5', { input: 100_000, output: 1000 })).toBe(0.0105)
    expect(await cost('anthropic/claude-haiku-5-5', { input: 100_001, output: 1000 })).toBe(0.0525005)
  })

  // https://ai.google.dev/gemini-api/docs/pricing
  test('Gemini, dearer above two hundred thousand tokens', async () => {
    const spent = { cached: 50_000, output: 1000 }
    // 150,000 × 1.25 + 50,000 × 0.125 + 1000 × 10
    expect(await cost('google/gemini-2.5-pro', { input: 200_000, ...spent })).toBe(0.20375)
    // 150,001 × 2.5 + 50,000 × 0.25 + 1000 × 15
    expect(await cost('google/gemini-2.5-pro', { input: 200_001, ...spent })).toBe(0.4025025)
  })

  test('Gemini, which hears and draws at prices of their own', async () => {
    // 100 × 0.3 + 400 × 1 + 10 × 2.5
    expect(await cost('google/gemini-2.5-flash', { input: 500, audioInput: 400, output: 10 })).toBe(0.000455)
    // 10 × 0.3 + 1290 × 30 + 10 × 2.5
    const drawn = { input: 10, output: 1300, imageOutput: 1290 }
    expect(await cost('google/gemini-2.5-flash-image', drawn)).toBe(0.038728)
  })

  // https://developers.openai.com/api/docs/pricing
  test('GPT, with cached input, and long prompts', async () => {
    // 86 × 2.5 + 1920 × 1.25 + 300 × 10
    expect(await cost('openai/gpt-4o-2024-08-06', { input: 2006, cached: 1920, output: 300 })).toBe(0.005615)
    // 100 × 1 + 900 × 0.05 + 10 × 5, and twice as much, and half more, above 272,000
    expect(await cost('openai/gpt-6.1-terra', { input: 1000, cached: 900, output: 10 })).toBe(0.000195)
    expect(await cost('openai/gpt-6.1-terra', { input: 272_001, output: 10 })).toBe(0.544077)
    // 50 × 2.5 + 50 × 40 + 10 × 10 + 90 × 80
    const spoken = { input: 100, audioInput: 50, output: 100, audioOutput: 90 }
    expect(await cost('openai/gpt-4o-audio-preview', spoken)).toBe(0.009425)
  })

  // https://api-docs.deepseek.com/quick_start/pricing
  test('DeepSeek, twice as dear in the hours in which China works', async () => {
    const spent = { input: 1000, cached: 400, output: 100 }
    // 600 × 0.66 + 400 × 0.022 + 100 × 1.98
    const quiet = 0.0006028
    const at = (time: string): Promise<number | undefined> => cost('deepseek/deepseek-v4-pro', spent, time)
    expect(await at('2026-11-20T00:59:59Z')).toBe(quiet)
    expect(await at('2026-11-20T01:00:00Z')).toBe(quiet * 2)
    expect(await at('2026-11-20T04:00:00Z')).toBe(quiet)
    expect(await at('2026-11-20T09:59:59Z')).toBe(quiet * 2)
    expect(await at('2026-11-21T02:00:00Z')).toBe(quiet)
  })

  // What https://api.x.ai itself said of such a call: 7,184,000 ten-billionths.
  test('Grok, as xAI reckons it', async () => {
    expect(await cost('xai/grok-4.3', { input: 532, cached: 192, output: 102, reasoning: 100 })).toBe(0.0007184)
  })

  // https://aws.amazon.com/bedrock/pricing, https://cloud.google.com/vertex-ai/generative-ai/pricing
  test('Claude in the clouds, under their ids', async () => {
    const spent = { input: 1000, output: 100 }
    expect(await cost('bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', spent)).toBe(0.00495)
    expect(await cost('bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0', spent)).toBe(0.0045)
    expect(await cost('vertex/claude-sonnet-4-5@20250929', spent)).toBe(0.0045)
    // The list takes it for Sonnet 5, whose cache is dearer.
    expect(await cost('bedrock/us.anthropic.claude-sonnet-5-5', spent)).toBeUndefined()
  })
})

describe('the price of a model', () => {
  const target = { provider: 'house', model: 'm', adapter: { ...silent, name: 'house' } }

  test('is what the configuration says: by name, then by the longest pattern, then as it is known', async () => {
    const stated = { 'openai/gpt-4o': { input: 1 }, 'openai/*': { input: 2 }, 'openai/gpt-5*': { input: 3 } }
    expect(await priceOf('openai/gpt-4o', NOW, stated)).toEqual({ input: 1 })
    expect(await priceOf('openai/gpt-4o-mini', NOW, stated)).toEqual({ input: 2 })
    expect(await priceOf('openai/gpt-5-mini', NOW, stated)).toEqual({ input: 3 })
    expect(await priceOf('groq/llama-3.3-70b-versatile', NOW, stated)).toMatchObject({ input: 0.59, output: 0.79 })
  })

  test('is unknown, not nothing, for a model nobody has heard of, and one that runs at home', async () => {
    expect(await priceOf('anthropic/claude-nobody-9')).toBeUndefined()
    expect(await priceOf('ollama/llama3.3')).toBeUndefined()
    expect(await priceOf('vllm/gpt-4o')).toBeUndefined()
    expect(await priceOf('google/gemma-3-27b-it')).toBeUndefined()
    expect(await priceOf('ollama/llama3.3', NOW, { 'ollama/*': { input: 0, output: 0 } })).toEqual({
      input: 0,
      output: 0,
    })
  })

  test('is unknown where the adapter says that nobody knows, whatever the list says', async () => {
    const adapter = { ...target.adapter, pricedAs: 'openai', facts: [{ match: 'gpt-4o', price: () => undefined }] }
    expect(await createPrices().find({ ...target, adapter, model: 'gpt-4o' }, 0)).toBeUndefined()
    expect(await createPrices().find({ ...target, adapter, model: 'gpt-4.1' }, 0)).toMatchObject({ input: 2 })
  })

  test('is unknown where the list cannot be read', async () => {
    const prices = createPrices({}, () => Promise.reject(new Error('not there')))
    const adapter = { ...target.adapter, pricedAs: 'openai' }
    expect(await prices.find({ ...target, adapter, model: 'gpt-4o' }, 0)).toBeUndefined()
  })

  test('does not have the list read before it is needed, nor twice', async () => {
    let reads = 0
    const prices = createPrices({ 'house/*': { input: 1 } }, () => {
      reads += 1
      return import('@pydantic/genai-prices')
    })
    await prices.find(target, 0)
    expect(reads).toBe(0)
    const openai = { provider: 'openai', adapter: make('openai'), model: 'gpt-4o' }
    await Promise.all([prices.find(openai, 0), prices.find({ ...openai, model: 'o3' }, 0)])
    expect(reads).toBe(1)
  })

  test('changes on the day it changes', async () => {
    const prices = createPrices()
    const adapter = make('google')
    const find = async (at: string): Promise<Price | undefined> =>
      prices.find({ provider: 'google', adapter, model: 'gemini-3.8-flash' }, Date.parse(at))
    expect(await find('2026-12-31T23:59:59Z')).toMatchObject({ input: 0.75 })
    expect(await find('2027-01-01T00:00:00Z')).toMatchObject({ input: 1.5 })
  })

  test('is not a namesake’s at another address', async () => {
    const { options } = configure(
      {
        providers: {
          work: { adapter: 'openai', apiKey: 'k' },
          local: { adapter: 'openai', apiKey: 'k', baseURL: 'http://127.0.0.1:8000/v1' },
          novita: { adapter: 'openai', apiKey: 'k', baseURL: 'https://api.novita.ai/openai', pricedAs: 'novita' },
          openai: { apiKey: 'k', baseURL: 'http://127.0.0.1:9000/v1' },
        },
      },
      {},
      registry,
    )
    const find = async (provider: string, model: string): Promise<Price | undefined> => {
      const given = options.providers[provider]
      if (!given || !('adapter' in given)) throw new Error(provider)
      return createPrices().find({ provider, adapter: given.adapter, model }, Date.parse(NOW))
    }
    expect(await find('work', 'gpt-4o')).toMatchObject({ input: 2.5 })
    // A proxy in front of the provider is still the provider.
    expect(await find('openai', 'gpt-4o')).toMatchObject({ input: 2.5 })
    expect(await find('local', 'gpt-4o')).toBeUndefined()
    expect(await find('novita', 'deepseek/deepseek-r1')).toMatchObject({ input: expect.any(Number) })
  })
})

describe('what is known of models', () => {
  const known = Object.keys(registry).flatMap((id) => {
    const adapter = make(id)
    return adapter.facts.flatMap((fact) => (fact.ids ?? []).map((model) => ({ id, adapter, fact, model })))
  })

  /** What the providers' pages do not say, or nobody has found yet. */
  const UNKNOWN: Readonly<Record<'context' | 'output' | 'price', readonly RegExp[]>> = {
    context: [
      /^bedrock\/(?:zai\.glm-4\.7-flash|minimax\.minimax-m2|nvidia\.nemotron-nano-12b-v2)$/u,
      /^cohere\/command-a-(?:plus|translate)/u,
      /^deepseek\/deepseek-(?:chat|reasoner)$/u,
      /^mistral\/(?:mistral-large|devstral-(?:medium|small))-latest$/u,
    ],
    output: [
      // Of the models of others AWS tells the most they generate here and there, and it is not always so.
      /^bedrock\/(?!us\.anthropic|moonshot\.kimi)/u,
      /^cohere\/command-a-(?:plus|translate)/u,
      /^deepseek\/deepseek-(?:chat|reasoner)$/u,
      // As much as fits into the context.
      /^(?:mistral|xai)\//u,
    ],
    price: [
      /^(?:anthropic|vertex)\/claude-(?:(?:fable|mythos)-5-2|mythos-preview)$/u,
      /^bedrock\/(?:zai\.glm|moonshot\.kimi|minimax\.minimax|nvidia\.nemotron)/u,
      /^cohere\/(?:command-a-(?:plus|reasoning|vision|translate)|c4ai-aya-vision)/u,
      /^deepseek\/deepseek-(?:chat|reasoner)$/u,
      /^mistral\/(?:mistral-large|devstral-medium)-latest$/u,
    ],
  }
  const isUnknown = (what: keyof typeof UNKNOWN, name: string): boolean =>
    UNKNOWN[what].some((pattern) => pattern.test(name))

  test.each(known.map(({ id, model, fact, adapter }) => [`${id}/${model}`, fact, adapter] as const))(
    '%s: its context, output and price, or that they are not known',
    async (name, fact) => {
      const price = await priceOf(name)
      expect({
        context: fact.context === undefined,
        output: fact.output === undefined,
        price: price?.input === undefined || price.output === undefined,
      }).toEqual({
        context: isUnknown('context', name),
        output: isUnknown('output', name),
        price: isUnknown('price', name),
      })
    },
  )
})
