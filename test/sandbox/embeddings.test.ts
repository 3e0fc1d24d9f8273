import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { createGateway } from '../../src/index.ts'
import { embedding } from '../../src/sandbox/embedding.ts'

const { fetch } = createGateway({ environment: {} })
const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })

/** Models that embed, by how many texts one call takes and how many dimensions there are. */
const models: readonly (readonly [model: string, batch: number, size: number])[] = [
  ['openai/text-embedding-3-small', 2048, 1536],
  ['google/gemini-embedding-001', 100, 3072],
  ['google/gemini-embedding-2', 100, 3072],
  ['vertex/text-embedding-005', 250, 768],
  ['vertex/gemini-embedding-001', 1, 3072],
  ['vertex/gemini-embedding-2', 1, 3072],
  ['bedrock/amazon.titan-embed-text-v1', 1, 1536],
  ['bedrock/amazon.titan-embed-text-v2:0', 1, 1024],
  ['bedrock/amazon.titan-embed-image-v1', 1, 1024],
  ['bedrock/amazon.nova-2-multimodal-embeddings-v1:0', 1, 3072],
  ['bedrock/us.cohere.embed-v4:0', 96, 1536],
  ['bedrock/cohere.embed-multilingual-v3', 96, 1024],
  ['cohere/embed-v4.0', 96, 1536],
  ['cohere/embed-english-v3.0', 96, 1024],
  ['mistral/mistral-embed', 32, 1024],
  ['mistral/codestral-embed', 32, 1536],
  ['ollama/nomic-embed-text', 2048, 768],
]

/** Models of one size, which is not to be chosen. */
const FIXED = /ada-002|titan-embed-text-v1|multilingual-v3|english-v3|mistral-embed/u

describe('the sandbox embeds', () => {
  test.each(models)('with %s, as the official client asks', async (model, _, size) => {
    const { data, usage } = await client.embeddings.create({ model, input: ['Rome is a city.', 'Köln 🌍'] })
    expect(data.map(({ index }) => index)).toEqual([0, 1])
    for (const { embedding: vector } of data) {
      expect(vector).toHaveLength(size)
      expect(length(vector)).toBeCloseTo(1, 5)
    }
    expect(usage.prompt_tokens > 0).toBe(model !== 'google/gemini-embedding-001')
  })

  test.each(models.filter(([, batch]) => batch < 1000))(
    'with %s more texts than one call takes, each of them as if alone',
    async (model, batch) => {
      const input = Array.from({ length: batch * 2 + 1 }, (_, index) => `Text ${index}.`)
      const { data } = await client.embeddings.create({ model, input, encoding_format: 'float' })
      const last = await client.embeddings.create({ model, input: input.at(-1) ?? '', encoding_format: 'float' })
      expect(data).toHaveLength(input.length)
      expect(data.at(-1)?.embedding).toEqual(last.data[0]?.embedding)
      expect(new Set(data.map(({ embedding: [first] }) => first)).size).toBe(input.length)
    },
  )

  test.each(models)('with %s in fewer dimensions, or says that it cannot', async (model) => {
    const asking = client.embeddings.create({ model, input: 'Rome is a city.', dimensions: 256 })
    const outcome = await asking.then(
      ({ data }) => [data[0]?.embedding.length, length(data[0]?.embedding ?? []).toFixed(3)],
      (error: InstanceType<typeof OpenAI.APIError>) => [error.status, error.param],
    )
    expect(outcome).toEqual(FIXED.test(model) ? [400, 'dimensions'] : [256, '1.000'])
  })

  test.each(models.filter(([model]) => !model.startsWith('openai/')))('with %s texts only', async (model) => {
    await expect(client.embeddings.create({ model, input: [[1, 2]] })).rejects.toMatchObject({
      status: 400,
      param: 'input',
    })
  })

  test.each(models)('with %s, or fails as it is asked to', async (model) => {
    const asking = client.embeddings.create({ model, input: 'Now sandbox:error=429, please.' })
    await expect(asking).rejects.toMatchObject({ status: 429 })
  })

  test('texts that have words in common with a likeness', () => {
    const [one, other, far] = ['the city of Rome', 'Rome, a city', 'twelve green bottles'].map((text) =>
      embedding(text, 256),
    )
    expect(product(one, other)).toBeGreaterThan(product(one, far) + 0.2)
  })
})

describe('the sandbox refuses', () => {
  test.each([
    ['a model that does not embed', 'google/gemini-2.5-flash', 'unsupported_model'],
    ['a model that does not exist', 'cohere/embed-v9', 'model_not_found'],
    ['a model that only chats, as the server tells', 'ollama/qwen3:8b', null],
  ])('%s', async (_, model, code) => {
    await expect(client.embeddings.create({ model, input: 'x' })).rejects.toMatchObject({ code })
  })

  test.each(['cohere/embed-v4.0', 'bedrock/amazon.titan-embed-text-v2:0'])(
    'with %s a size there is not',
    async (model) => {
      await expect(client.embeddings.create({ model, input: 'x', dimensions: 7 })).rejects.toMatchObject({
        status: 400,
      })
    },
  )

  test('a task that nobody knows', async () => {
    const extra = { google: { task_type: 'SMALL_TALK' } }
    const asking = client.embeddings.create({ model: 'google/gemini-embedding-001', input: 'x', ...extra })
    await expect(asking).rejects.toMatchObject({ status: 400, message: expect.stringContaining('taskType') })
  })
})

function length(vector: readonly number[]): number {
  return Math.sqrt(product(vector, vector))
}

function product(one: readonly number[] = [], other: readonly number[] = []): number {
  return one.reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0)
}
