import { describe, expect, test } from 'vitest'
import type { EmbedCodec } from '../src/adapter.ts'
import { EMBED_ROUTES, type EmbedRoute } from './replay/embed-routes.ts'
import { replayEmbeddings } from './replay/embeddings.ts'
import type { Recording } from './replay/recordings.ts'
import type { Verdict } from './replay/verdicts.ts'

const recorded: Recording = {
  name: 'made-up',
  provider: 'google',
  protocol: 'gemini',
  operation: 'embeddings',
  core: false,
  request: {
    path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    body: {
      requests: ['Ruby', 'Köln'].map((text) => ({
        model: 'models/gemini-embedding-001',
        content: { parts: [{ text }] },
        taskType: 'CLUSTERING',
        outputDimensionality: 2,
      })),
    },
  },
  response: {
    status: 200,
    headers: {},
    kind: 'json',
    body: { embeddings: [{ values: [0.3, 0.4] }, { values: [0.8, -0.6] }], usageMetadata: { promptTokenCount: 3 } },
  },
}

const chat: Recording = {
  ...recorded,
  provider: 'openai',
  protocol: 'openai-embeddings',
  request: { path: '/v1/embeddings', body: { model: 'text-embedding-3-small', input: ['a', 'b'], dimensions: 256 } },
  response: {
    status: 200,
    headers: {},
    kind: 'json',
    body: { data: ['a', 'b'].map((_, index) => ({ index, embedding: Array.from({ length: 256 }, () => 0.0625) })) },
  },
}

async function verdicts(
  recording: Recording,
  routes: readonly EmbedRoute[] = EMBED_ROUTES,
): Promise<readonly Verdict[]> {
  const found: Verdict[] = []
  for await (const verdict of replayEmbeddings(recording, routes)) found.push(verdict)
  return found
}

async function faults(recording: Recording, routes?: readonly EmbedRoute[]): Promise<readonly string[]> {
  return (await verdicts(recording, routes)).flatMap((verdict) =>
    verdict.faults.map(({ check, path }) => `${check}: ${path}`),
  )
}

/** Routes on which an adapter embeds in another way. */
function tampered(provider: string, change: (codec: EmbedCodec) => Partial<EmbedCodec>): readonly EmbedRoute[] {
  return EMBED_ROUTES.map((route) => {
    if (route.provider !== provider) return route
    const embed = (model: string): EmbedCodec | undefined => {
      const codec = route.adapter.embed?.(model)
      return codec && { ...codec, ...change(codec) }
    }
    return { ...route, adapter: { ...route.adapter, embed } }
  })
}

describe('a faithful gateway', () => {
  test.each([
    ['embeddings in a provider’s words', recorded],
    ['those of OpenAI, asked of everybody', chat],
    [
      'a reply without its request',
      { ...recorded, request: null, response: { ...recorded.response!, body: { embeddings: [{ values: [1] }] } } },
    ],
  ])('passes with %s', async (_, recording) => {
    expect((await verdicts(recording)).filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })
})

describe('the judge notices', () => {
  test.each<[string, (codec: EmbedCodec) => Partial<EmbedCodec>, string]>([
    [
      'vectors out of order',
      ({ decode }) => ({
        decode: (body, reply) => ({ ...decode(body, reply), vectors: decode(body, reply).vectors.toReversed() }),
      }),
      'tells floats: data[0].embedding[0]',
    ],
    [
      'a vector that is not made as long as it was',
      ({ decode }) => ({
        decode: (body, reply) => decode(body, { ...reply, request: { model: 'm', inputs: [], encoding: 'float' } }),
      }),
      'tells floats: data[0].embedding[0]',
    ],
    [
      'tokens not counted',
      ({ decode }) => ({ decode: (body, reply) => ({ ...decode(body, reply), input: undefined }) }),
      'tells floats: usage.prompt_tokens',
    ],
    [
      'a task that is lost',
      ({ encode }) => ({ encode: ({ extra: _, ...request }, warn) => encode(request, warn) }),
      'is sent as the provider was asked: requests[0].taskType',
    ],
    [
      'a text that is changed',
      ({ encode }) => ({ encode: (request, warn) => encode({ ...request, inputs: ['Ruby', 'Koln'] }, warn) }),
      'is sent as the provider was asked: requests[1].content.parts[0].text',
    ],
  ])('%s', async (_, change, fault) => {
    expect(await faults(recorded, tampered('google', change))).toContain(fault)
  })

  test('a request that another provider would not take', async () => {
    const routes = tampered('cohere', ({ encode }) => ({
      encode: (request, warn) => ({ ...encode(request, warn), body: { texts: [] } }),
    }))
    expect(await faults(chat, routes)).toContain('is what the provider takes: ')
  })

  test('a refusal without a known reason', async () => {
    const routes = tampered('cohere', () => ({
      encode() {
        throw new TypeError('No.')
      },
    }))
    expect(await faults(chat, routes)).toContain('is sent, or refused for a reason: ')
  })
})

test('pictures are not replayed, and neither is what has no adapter', async () => {
  const picture = { ...recorded, request: { path: '', body: { requests: [{ inline_data: {} }] } } }
  expect(await verdicts(picture)).toMatchObject([
    { outcome: 'out of scope', reason: expect.stringContaining('picture') },
  ])
  expect(await verdicts({ ...recorded, provider: 'nobody' })).toMatchObject([{ outcome: 'out of scope' }])
})
