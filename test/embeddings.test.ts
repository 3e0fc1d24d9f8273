import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { bedrock } from '../adapters/bedrock.ts'
import { cohere } from '../adapters/cohere.ts'
import { google } from '../adapters/google.ts'
import { openai } from '../adapters/openai.ts'
import type { Adapter, EmbedCodec } from '../src/adapter.ts'
import { createGateway } from '../src/gateway.ts'
import { countFloats, decodeFloats, encodeFloats, isFloats, unit } from '../src/wire/floats.ts'
import { silent } from './silent.ts'

interface Sent {
  readonly input: string | number[] | (string | number[])[]
  readonly encoding_format?: string
  readonly dimensions?: number
}

/** What some providers are asked, as far as it tells what is to be embedded. */
interface Native {
  readonly texts?: readonly string[]
  readonly requests?: readonly { readonly content: { readonly parts: readonly [{ readonly text: string }] } }[]
  readonly inputText?: string
}

/** An embedding whose numbers tell which input it is of. */
const vector = (input: unknown, size = 4): number[] =>
  Array.from({ length: size }, (_, at) => (Number(input) || 0) + at / 4)

function setUp(change: (codec: EmbedCodec) => Partial<EmbedCodec> = () => ({}), reply?: (sent: Sent) => Response) {
  const sent: Sent[] = []
  const adapter = openai({ apiKey: 'k' })
  const codec = adapter.embed?.('m')
  if (!codec) throw new Error('no embeddings')
  const changed: Adapter = { ...adapter, embed: () => ({ ...codec, ...change(codec) }) }
  const { fetch } = createGateway({
    providers: { openai: changed, anthropic: anthropic({ apiKey: 'k' }), silent },
    fetch: async (_, init) => {
      const body: Sent = JSON.parse(String(init?.body))
      sent.push(body)
      if (reply) return reply(body)
      const inputs = Array.isArray(body.input) ? body.input : [body.input]
      const data = inputs.map((input, index) => {
        const numbers = vector(input, body.dimensions)
        return {
          object: 'embedding',
          index,
          embedding: body.encoding_format === 'base64' ? encodeFloats(numbers) : numbers,
        }
      })
      const usage = { prompt_tokens: inputs.length, total_tokens: inputs.length }
      return Response.json({ object: 'list', data: data.toReversed(), model: 'text-embedding-3-small', usage })
    },
  })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
  return { client, sent, fetch }
}

const model = 'openai/text-embedding-3-small'

describe('embeddings', () => {
  test('come in the order of their inputs, as the official client asks for them', async () => {
    const { client, sent } = setUp()
    const { data, usage, model: told } = await client.embeddings.create({ model, input: ['1', '2', '3'] })
    expect(data.map(({ index, embedding }) => [index, embedding])).toEqual(
      [1, 2, 3].map((input, index) => [index, vector(input)]),
    )
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
    expect(told).toBe('text-embedding-3-small')
    // It asks for base64 unasked.
    expect(sent[0]).toMatchObject({ encoding_format: 'base64', model: 'text-embedding-3-small' })
  })

  test('are floats where floats are asked for, and where nothing is', async () => {
    const { client, fetch } = setUp()
    const floats = await client.embeddings.create({ model, input: '7', encoding_format: 'float' })
    expect(floats.data[0]?.embedding).toEqual(vector(7))
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: '7' }),
    }
    const plain = await (await fetch('http://gateway/v1/embeddings', init)).json()
    expect(plain.data[0].embedding).toEqual(vector(7))
  })

  test('are turned into the form asked for, whichever form they come in', async () => {
    const reply = (): Response => Response.json({ data: [{ embedding: vector(1) }] })
    const { fetch } = setUp(undefined, reply)
    const body = JSON.stringify({ model, input: '1', encoding_format: 'base64' })
    const told = await (
      await fetch('http://gateway/v1/embeddings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
    ).json()
    expect(told).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: encodeFloats(vector(1)) }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 0, total_tokens: 0 },
    })
  })

  test('whose tokens nobody counted say so, and have the usage that clients rely on', async () => {
    const { client } = setUp(undefined, () => Response.json({ data: [{ index: 0, embedding: vector(1) }] }))
    const { data, response } = await client.embeddings.create({ model, input: '1' }).withResponse()
    expect(data.usage).toEqual({ prompt_tokens: 0, total_tokens: 0 })
    expect(response.headers.get('x-dragoman-warnings')).toBe('usage=unknown')
  })

  test('have coordinates of any number of digits', async () => {
    const coordinates = ['-0.01234567890123456789', '1e-7', '12345678901234567890']
    const body = `{"data":[{"index":0,"embedding":[${coordinates.join()}]}]}`
    const { client } = setUp(undefined, () => new Response(body))
    const { data } = await client.embeddings.create({ model, input: '1', encoding_format: 'float' })
    expect(data[0]?.embedding).toEqual(coordinates.map(Number))
  })

  test('of more inputs than a provider takes at once come of several calls, in order, with usage added up', async () => {
    const { client, sent } = setUp(() => ({ batch: 3 }))
    const input = Array.from({ length: 20 }, (_, index) => String(index))
    const { data, usage } = await client.embeddings.create({ model, input })
    expect(data.map(({ embedding }) => embedding[0])).toEqual(input.map(Number))
    expect(data.map(({ index }) => index)).toEqual(input.map(Number))
    expect(usage.prompt_tokens).toBe(20)
    expect(sent).toHaveLength(7)
  })

  test.each([
    ['Cohere', cohere({ apiKey: 'k' }), 'cohere/embed-v4.0', [96, 96, 8]],
    ['Gemini', google({ apiKey: 'k' }), 'google/gemini-embedding-2', [100, 100]],
    ['Titan', bedrock({ apiKey: 'k' }), 'bedrock/amazon.titan-embed-text-v2:0', Array.from({ length: 200 }, () => 1)],
  ])('are split as %s takes them', async (_, adapter, model, sizes) => {
    const told: number[] = []
    const { fetch } = createGateway({
      providers: { [adapter.name]: adapter },
      fetch: async (_, init) => {
        const { texts, requests, inputText }: Native = JSON.parse(String(init?.body))
        const asked = texts ?? requests?.map(({ content }) => content.parts[0].text) ?? [inputText]
        told.push(asked.length)
        const vectors = asked.map((text) => vector(text))
        // What comes first is answered last.
        await new Promise((resolve) => setTimeout(resolve, told.length === 1 ? 20 : 0))
        return Response.json({
          embeddings: requests ? vectors.map((values) => ({ values })) : { float: vectors },
          embedding: vectors[0],
          inputTextTokenCount: 1,
          usageMetadata: { promptTokenCount: asked.length },
          meta: { billed_units: { input_tokens: asked.length } },
        })
      },
    })
    const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
    const input = Array.from({ length: 200 }, (_, index) => String(index))
    const { data, usage } = await client.embeddings.create({ model, input })
    expect(told).toEqual(sizes)
    expect(data.map(({ index, embedding }) => [index, embedding[0]])).toEqual(input.map((_, at) => [at, at]))
    expect(usage).toEqual({ prompt_tokens: 200, total_tokens: 200 })
  })

  test('take tokens, one list of them or several', async () => {
    const { client, sent } = setUp()
    await client.embeddings.create({ model, input: [1, 2, 3] }).catch(() => {})
    await client.embeddings.create({ model, input: [[1, 2], [3]] })
    expect(sent.map(({ input }) => input)).toEqual([
      [1, 2, 3],
      [[1, 2], [3]],
    ])
  })

  test('keep what a client says besides', async () => {
    const { client, sent } = setUp()
    const extra = { input_type: 'query' }
    await client.embeddings.create({ model, input: 'x', dimensions: 2, user: 'u', ...extra })
    expect(sent[0]).toMatchObject({ dimensions: 2, user: 'u', input_type: 'query' })
  })
})

describe('embeddings are refused', () => {
  test.each([
    ['where a model has none', { model: 'anthropic/claude-opus-5', input: 'x' }, 'model', 'unsupported_model'],
    ['of an empty text', { model, input: '' }, 'input', 'empty_string'],
    ['of no texts', { model, input: [] }, 'input', undefined],
    ['of nothing', { model }, 'input', 'missing_required_parameter'],
    ['of a number', { model, input: 7 }, 'input', 'invalid_type'],
    ['of an object', { model, input: {} }, 'input', 'unsupported_value'],
    [
      'of a picture',
      { model, input: [{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }] },
      'input',
      'unsupported_value',
    ],
    ['of a list of both', { model, input: ['x', [1]] }, undefined, undefined],
    ['in another form', { model, input: 'x', encoding_format: 'ubinary' }, 'encoding_format', undefined],
    ['of no dimensions', { model, input: 'x', dimensions: 0 }, 'dimensions', undefined],
    ['without a model', { input: 'x' }, 'model', 'missing_required_parameter'],
  ])('%s', async (_, body, param, code) => {
    const { fetch, sent } = setUp()
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch('http://gateway/v1/embeddings', init)
    const { error } = await response.json()
    expect(response.status).toBe(400)
    expect(error.type).toBe('invalid_request_error')
    expect(error).toMatchObject({ ...(param && { param }), ...(code && { code }) })
    expect(sent).toEqual([])
  })

  test('of tokens, where a provider takes only texts', async () => {
    const { client } = setUp(() => ({ tokens: false }))
    await expect(client.embeddings.create({ model, input: [[1]] })).rejects.toMatchObject({
      status: 400,
      param: 'input',
    })
  })

  test('in a size that cannot be chosen', async () => {
    const { client } = setUp(() => ({ dimensions: false }))
    await expect(client.embeddings.create({ model, input: 'x', dimensions: 2 })).rejects.toMatchObject({
      status: 400,
      param: 'dimensions',
    })
  })

  test('of pictures beside a text, where a provider does not take them from here', async () => {
    const { client } = setUp(() => ({ extensions: [] }))
    const extra = { images: ['data:image/png;base64,AAAA'] }
    await expect(client.embeddings.create({ model, input: 'x', ...extra })).rejects.toMatchObject({
      status: 400,
      param: 'images',
    })
  })

  test('as soon as one of several calls fails, without making the others', async () => {
    const { client, sent } = setUp(
      () => ({ batch: 1 }),
      ({ input }) =>
        Response.json({ error: { message: `No ${String(input)}.` } }, { status: input === '3' ? 400 : 500 }),
    )
    const input = Array.from({ length: 100 }, (_, index) => String(index))
    await expect(client.embeddings.create({ model, input })).rejects.toMatchObject({ status: 500 })
    expect(sent.length).toBeLessThan(20)
  })

  test('when the provider does not answer in time', async () => {
    const { fetch } = createGateway({
      providers: { openai: openai({ apiKey: 'k' }) },
      timeouts: { firstByte: 10 },
      fetch: (_, init) =>
        new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    })
    const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
    await expect(client.embeddings.create({ model, input: 'x' })).rejects.toMatchObject({
      status: 504,
      code: 'upstream_timeout',
    })
  })

  test('when the provider reports in a 200 that it failed', async () => {
    const error = { message: 'No provider is there.', code: 503 }
    const { client } = setUp(undefined, () => Response.json({ error }))
    await expect(client.embeddings.create({ model, input: 'x' })).rejects.toMatchObject({
      status: 502,
      error: { message: 'No provider is there.' },
    })
  })

  test('when the connection breaks', async () => {
    const body = (): ReadableStream => new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
    const { client } = setUp(undefined, () => new Response(body()))
    await expect(client.embeddings.create({ model, input: 'x' })).rejects.toMatchObject({
      status: 502,
      code: 'upstream_stream_truncated',
    })
  })

  test('in a size that a model does not come in', async () => {
    const { client } = setUp(() => ({ dimensions: [2, 4] }))
    await expect(client.embeddings.create({ model, input: 'x', dimensions: 3 })).rejects.toMatchObject({
      status: 400,
      param: 'dimensions',
      message: expect.stringContaining('can be 2, 4'),
    })
    await expect(client.embeddings.create({ model, input: 'x', dimensions: 4 })).resolves.toBeDefined()
  })

  test.each([
    ['fewer than asked for', { data: [] }],
    ['as base64 of something else', { data: [{ embedding: 'AAAAAA==' }] }],
    ['as no base64', { data: [{ embedding: '?!' }] }],
    ['of another size', { data: [{ embedding: [1, 2, 3] }] }],
    ['of no known form', { vectors: [] }],
  ])('when they come back %s', async (_, body) => {
    const { client } = setUp(undefined, () => Response.json(body))
    await expect(client.embeddings.create({ model, input: 'x', dimensions: 2 })).rejects.toMatchObject({
      status: 502,
      code: 'upstream_protocol_error',
    })
  })
})

test('numbers survive the way through base64', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 3000 }), (numbers) => {
      const base64 = encodeFloats(numbers)
      expect(decodeFloats(base64)).toEqual(numbers)
      expect(countFloats(base64)).toBe(numbers.length)
      expect(isFloats(base64)).toBe(true)
      expect(base64).toBe(Buffer.from(new Float32Array(numbers).buffer).toString('base64'))
    }),
  )
})

test('base64 is what every client reads as it was', () => {
  expect(encodeFloats([1, -0.5, 0.25])).toBe('AACAPwAAAL8AAIA+')
  expect([isFloats('AACAPw=='), isFloats('AACA'), isFloats('A?CAPw==')]).toEqual([true, false, false])
})

test('a vector is given the length 1 where it has another', () => {
  expect(unit([3, 4])).toEqual([0.6, 0.8])
  expect(unit([0.6001, 0.8])).toEqual([0.6001, 0.8])
  expect(unit([0, 0])).toEqual([0, 0])
})
