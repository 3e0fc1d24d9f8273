import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { openai } from '../adapters/openai.ts'
import type { Adapter, EmbedCodec } from '../src/adapter.ts'
import { createGateway } from '../src/gateway.ts'
import { countFloats, decodeFloats, encodeFloats } from '../src/wire/floats.ts'
import { silent } from './silent.ts'

interface Sent {
  readonly input: string | number[] | (string | number[])[]
  readonly encoding_format?: string
  readonly dimensions?: number
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
    })
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
    ['of an object', { model, input: {} }, 'input', 'invalid_type'],
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

  test.each([
    ['fewer than asked for', { data: [] }],
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
      expect(base64).toBe(Buffer.from(new Float32Array(numbers).buffer).toString('base64'))
    }),
  )
})
