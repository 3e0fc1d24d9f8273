import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Adapter, ModelFact } from '../src/adapter.ts'
import { type Catalog, type CatalogOptions, createCatalog, type ListedModel } from '../src/catalog.ts'
import { createPrices } from '../src/prices.ts'
import { silent } from './silent.ts'

const FACTS: readonly ModelFact[] = [
  { match: '', context: 1 },
  {
    match: 'big',
    context: 1000,
    output: 100,
    supports: { images: false, files: false, audioInput: false, audioOutput: false, imageOutput: false, seed: false },
    price: {
      ...{ input: 2, cached: 0.0028, output: 10, cacheWrite: 2.5, cacheWrite1h: 4, reasoning: 12 },
      ...{ audioInput: 3, call: 0.005, webSearch: 0.01, above: [{ tokens: 200, input: 4, output: 20 }] },
    },
    ids: ['big'],
  },
]

const codec: NonNullable<Adapter['chat']> = {
  framing: 'sse',
  format: 'house',
  body: z.unknown(),
  frame: z.unknown(),
  encode: () => ({ path: '/' }),
  frames: () => [],
  decode() {},
}

const entry = z.looseObject({ id: z.string() })
const list = z.array(entry)

/** A provider that lists what `answer` says. */
const provider = (name = 'house', facts = FACTS): Adapter => ({
  ...silent,
  ...{ name, facts, pricedAs: 'none', chat: codec, baseURL: `http://${name}.test` },
  // The adapter’s type forgets what its own list looks like.
  models: {
    path: '/models',
    body: list,
    decode: (body) =>
      list.parse(body).map(({ id, ...extra }) => ({ id, extra: z.record(z.string(), z.json()).parse(extra) })),
  },
})

interface Rig extends Catalog {
  now: number
  calls: number
  answer(): Promise<Response>
}

function setUp(answer: () => Promise<Response>, more: Partial<CatalogOptions> = {}): Rig {
  const rig: Rig = {
    now: 0,
    calls: 0,
    answer,
    ...createCatalog({
      providers: {
        house: {
          adapter: provider(),
          headers: {},
          fetch: () => {
            rig.calls += 1
            return rig.answer()
          },
        },
      },
      entries: {},
      now: () => rig.now,
      ...more,
    }),
  }
  return rig
}

const lists = async (...ids: readonly string[]): Promise<Response> => Response.json(ids.map((id) => ({ id })))
const refuses = async (): Promise<Response> => new Response('no', { status: 500 })
const hangs = (): Promise<Response> => new Promise(() => {})
const names = (models: readonly ListedModel[]): readonly string[] => models.map(({ id }) => id)
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

async function milliseconds(wait: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await wait()
  return performance.now() - start
}

describe.concurrent('a provider that is down', () => {
  test('and refuses: what is known is listed, and it is asked again a minute later', async () => {
    const rig = setUp(refuses)
    expect(names(await rig.list(undefined))).toEqual(['house/big'])
    rig.answer = () => lists('new')
    rig.now = 59_999
    expect(names(await rig.list(undefined))).toEqual(['house/big'])
    expect(rig.calls).toBe(1)
    rig.now = 60_000
    await rig.list(undefined)
    await soon()
    expect(names(await rig.list(undefined))).toEqual(['house/new'])
    expect(rig.calls).toBe(2)
  })

  test('and hangs: keeps the first clients waiting for two seconds, together, and later ones not at all', async () => {
    const rig = setUp(hangs)
    const first = await milliseconds(() => Promise.all([rig.list(undefined), rig.list(undefined)]))
    expect(first).toBeGreaterThan(1500)
    expect(first).toBeLessThan(4000)
    expect(await milliseconds(() => rig.list(undefined))).toBeLessThan(500)
    expect(names(await rig.list(undefined))).toEqual(['house/big'])
    expect(rig.calls).toBe(1)
  })

  test('and answers after all: is heard', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    const rig = setUp(() => promise)
    expect(names(await rig.list(undefined))).toEqual(['house/big'])
    resolve(await lists('late'))
    await soon()
    expect(names(await rig.list(undefined))).toEqual(['house/late'])
  })

  test('and hangs in the middle of its list: is like one that hangs', async () => {
    const rig = setUp(async () => new Response(new ReadableStream()))
    expect(names(await rig.list(undefined))).toEqual(['house/big'])
  })

  test('does not keep the others back for long', async () => {
    const house = { adapter: provider(), headers: {}, fetch: hangs }
    const other = { adapter: provider('other', []), headers: {}, fetch: () => lists('m') }
    const rig = setUp(hangs, { providers: { house, other } })
    expect(names(await rig.list(undefined))).toEqual(['house/big', 'other/m'])
  })

  test('after it gave a list: that list is told, at once, however old, until there is a new one', async () => {
    const rig = setUp(() => lists('one', 'two'))
    await rig.list(undefined)
    rig.now = 60 * 60 * 1000
    rig.answer = refuses
    expect(names(await rig.list(undefined))).toEqual(['house/one', 'house/two'])
    await soon()
    rig.now += 60_000
    rig.answer = hangs
    expect(await milliseconds(() => rig.list(undefined))).toBeLessThan(500)
    expect(names(await rig.list(undefined))).toEqual(['house/one', 'house/two'])
    expect(rig.calls).toBe(3)
  })
})

describe('a list', () => {
  test('is believed for an hour, and asked for once by all who want it', async () => {
    const rig = setUp(() => lists('one'))
    await Promise.all([rig.list(undefined), rig.list(undefined)])
    rig.now = 60 * 60 * 1000 - 1
    await rig.list(undefined)
    expect(rig.calls).toBe(1)
    rig.now += 1
    rig.answer = () => lists('two')
    expect(names(await rig.list(undefined))).toEqual(['house/one'])
    await soon()
    expect(names(await rig.list(undefined))).toEqual(['house/two'])
  })

  test('that was asked for with a client’s key is told to nobody else', async () => {
    const rig = setUp(() => lists('secret'))
    expect(names(await rig.list('key'))).toEqual(['house/secret'])
    rig.answer = () => lists('open')
    expect(names(await rig.list(undefined))).toEqual(['house/open'])
  })
})

describe('a model', () => {
  test('is told with what is known of it, in OpenAI’s words and OpenRouter’s', async () => {
    const rig = setUp(() => lists('big'))
    expect(await rig.find('house/big', undefined)).toEqual({
      id: 'house/big',
      object: 'model',
      created: 0,
      owned_by: 'house',
      context_length: 1000,
      max_output_tokens: 100,
      top_provider: { context_length: 1000, max_completion_tokens: 100 },
      architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
      supported_parameters: expect.arrayContaining(['max_tokens', 'tools', 'temperature', 'reasoning_effort']),
      pricing: {
        prompt: '0.000002',
        completion: '0.00001',
        input_cache_read: '0.0000000028',
        input_cache_write: '0.0000025',
        input_cache_write_1h: '0.000004',
        internal_reasoning: '0.000012',
        audio: '0.000003',
        request: '0.005',
        web_search: '0.01',
        above: [{ tokens: 200, prompt: '0.000004', completion: '0.00002' }],
      },
    })
  })

  test('is told with the parameters that have an effect', async () => {
    const { supported_parameters: parameters } = await setUp(() => lists('big')).find('big', undefined)
    expect(parameters).not.toContain('seed')
    expect(parameters).toContain('response_format')
  })

  test('nobody has heard of is told as its provider tells it, and has no price', async () => {
    const rig = setUp(async () => Response.json([{ id: 'odd', context_length: 5, colour: 'green' }]))
    const model = await rig.find('odd', undefined)
    expect(model).toMatchObject({ context_length: 5, colour: 'green' })
    expect(model).not.toHaveProperty('pricing')
    expect(model).not.toHaveProperty('top_provider')
  })

  test('costs what the configuration says, or else its provider, or else what is known', async () => {
    const own = { prompt: '0.5', completion: '1' }
    const answer = async (): Promise<Response> =>
      Response.json([
        { id: 'big', pricing: own },
        { id: 'odd', pricing: own },
      ])
    expect(await setUp(answer).find('big', undefined)).toMatchObject({ pricing: own })
    const prices = createPrices({ 'house/big': { input: 7, output: 8 } })
    const rig = setUp(answer, { prices })
    expect(await rig.find('big', undefined)).toMatchObject({ pricing: { prompt: '0.000007', completion: '0.000008' } })
    expect(await rig.find('odd', undefined)).toMatchObject({ pricing: own })
    const other = setUp(async () => Response.json([{ id: 'big', pricing: { input: 3 } }]))
    expect(await other.find('big', undefined)).toMatchObject({ pricing: { prompt: '0.000002' } })
  })

  test('that only makes embeddings is not said to talk', async () => {
    const prices = createPrices({ 'house/embed': { input: 0.1 } })
    const model = await setUp(() => lists('embed'), { prices }).find('embed', undefined)
    expect(model).not.toHaveProperty('architecture')
    expect(model).not.toHaveProperty('supported_parameters')
    expect(model).toMatchObject({ pricing: { prompt: '0.0000001' } })
  })

  test('under another name is told as what the name leads to', async () => {
    const entries = {
      fast: 'quick',
      quick: 'house/big',
      bare: 'big',
      whole: 'house',
      lost: 'house/lost',
      'x-*': 'house',
    }
    const rig = setUp(() => lists('big'), { entries })
    const models = await rig.list(undefined)
    expect(names(models)).toEqual(['fast', 'quick', 'bare', 'whole', 'lost', 'house/big'])
    for (const id of ['fast', 'quick', 'bare'])
      expect(models.find((model) => model.id === id)).toMatchObject({ context_length: 1000, owned_by: 'house' })
    expect(models.find(({ id }) => id === 'lost')).toMatchObject({ owned_by: 'house', object: 'model', created: 0 })
  })

  test('that leads round in a circle ends the search', async () => {
    const rig = setUp(() => lists('big'), { entries: { one: 'two', two: 'one' } })
    expect(names(await rig.list(undefined))).toEqual(['one', 'two', 'house/big'])
  })
})
