/**
 * The providers' own SDKs judge what our fixtures say of embeddings: what is replied, and what is asked. OpenAI's judges
 * what we tell of it. To AWS's, bodies of embeddings are bytes.
 */
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { CohereClientV2 } from 'cohere-ai'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import type { Fixture } from '../../src/contract.ts'
import { expectation } from '../../src/contract/golden.ts'
import { isError, stage, whole } from '../../src/contract/stage.ts'
import { decodeFloats } from '../../src/wire/floats.ts'
import { isObject } from '../../src/wire/json.ts'
import { EMBEDDINGS } from './embeddings.ts'
import { adapterFor, fixturesOf, subjects } from './subjects.ts'

const server = setupServer()
beforeAll(() => server.listen())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

type Vectors = readonly (readonly (number | undefined)[])[]

/** What a provider's SDK makes of embeddings. */
interface Judge {
  readonly url: string
  embed(model: string, texts: readonly string[]): Promise<Vectors>
}

// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const judges: Readonly<Record<string, Judge>> = {
  openai: {
    url: 'https://api.openai.com/v1/embeddings',
    async embed(model, input) {
      const { data } = await new OpenAI({ apiKey: 'test', maxRetries: 0 }).embeddings.create({
        model,
        input: [...input],
      })
      return data.toSorted((one, other) => one.index - other.index).map(({ embedding }) => embedding)
    },
  },
  mistral: {
    url: 'https://api.mistral.ai/v1/embeddings',
    async embed(model, inputs) {
      const { data } = await new Mistral({ apiKey: 'test' }).embeddings.create({ model, inputs: [...inputs] })
      return data.map(({ embedding = [] }) => embedding)
    },
  },
  cohere: {
    url: 'https://api.cohere.com/v2/embed',
    async embed(model, texts) {
      const asked = { model, texts: [...texts], inputType: 'search_document' as const }
      const { embeddings } = await new CohereClientV2({ token: 'test' }).embed({ ...asked, embeddingTypes: ['float'] })
      return embeddings.float ?? []
    },
  },
  ollama: {
    url: 'http://127.0.0.1:11434/api/embed',
    async embed(model, input) {
      const client = new Ollama({ host: 'http://127.0.0.1:11434', fetch: (...given) => fetch(...given) })
      return (await client.embed({ model, input: [...input] })).embeddings
    },
  },
  google: {
    url: 'https://generativelanguage.googleapis.com/*',
    async embed(model, contents) {
      const { embeddings = [] } = await new GoogleGenAI({
        apiKey: 'test',
        httpOptions: { apiVersion: 'v1beta' },
      }).models.embedContent({
        model,
        contents: [...contents],
      })
      return embeddings.map(({ values = [] }) => values)
    },
  },
  vertex: {
    url: 'https://aiplatform.googleapis.com/*',
    async embed(model, contents) {
      const { embeddings = [] } = await new GoogleGenAI({ vertexai: true, apiKey: 'test' }).models.embedContent({
        model,
        contents: [...contents],
      })
      return embeddings.map(({ values = [] }) => values)
    },
  },
}

/** Replies that are not told as they came, or that the provider's SDK does not read: vectors made longer; bytes and base64, of which the SDKs of their providers have no type. */
const OTHERWISE = /(?:google\/embeddings-normalized|perplexity\/\S+|mistral\/embeddings-(?:base64|dimensions))$/u

/** Every case of embeddings, and whose it is. */
const cases = subjects.flatMap((subject) => {
  const { name } = subject.adapter
  const own = fixturesOf(name).filter(({ facts }) => facts.path === '/v1/embeddings')
  return own.map((fixture) => ({
    subject,
    fixture,
    case: `${name}/${fixture.name}`,
    told: expectation(`${fixture.folder}/told.json`),
    // A dialect has no SDK but OpenAI's.
    judge: judges[name] ?? (subject.inherits && judges['openai']),
  }))
})

describe('a provider’s own SDK reads embeddings', () => {
  const single = cases.filter(
    ({ fixture, told, ...one }) => !isError(told) && fixture.replies.length === 1 && !OTHERWISE.test(one.case),
  )
  test.each(single.flatMap(({ judge, ...one }) => (judge ? [{ ...one, judge }] : [])))(
    'of $case',
    async ({ fixture, told, judge }) => {
      const reply: JsonObject = JSON.parse(fixture.replies[0]?.whole ?? 'null')
      server.use(http.post(judge.url, () => HttpResponse.json(reply)))
      const vectors = await judge.embed(fixture.facts.model ?? '', textsOf(fixture))
      expect(vectors.map(rounded)).toEqual(vectorsIn(told).map(rounded))
    },
  )
})

describe('what a provider’s own SDK asks is what our judge of requests takes', () => {
  const asking = cases.flatMap(({ judge, fixture, subject }) =>
    judge && fixture.name === 'embeddings' && !subject.inherits ? [{ name: subject.adapter.name, judge, fixture }] : [],
  )
  test.each(asking)('of $name', async ({ name, judge, fixture }) => {
    const asked: unknown[] = []
    server.use(
      http.post(judge.url, async ({ request }) => {
        asked.push(await request.json())
        return HttpResponse.json(JSON.parse(fixture.replies[0]?.whole ?? 'null') as JsonObject)
      }),
    )
    await judge.embed(fixture.facts.model ?? '', textsOf(fixture))
    expect(EMBEDDINGS[name]?.safeParse(asked[0])).toMatchObject({ success: true })
  })
})

describe('OpenAI’s SDK reads what is told', () => {
  const asking = async ({ subject, fixture }: (typeof cases)[number]): Promise<OpenAI.CreateEmbeddingResponse> => {
    const { name } = subject.adapter
    const { fetch } = await stage(adapterFor(subject, fixture), fixture, whole)
    const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
    // Fixtures are what clients send, members of other APIs and mistakes included.
    const asked = { ...fixture.asked, model: `${name}/${fixture.facts.model}` } as unknown
    return client.embeddings.create(asked as OpenAI.EmbeddingCreateParams)
  }

  test.each(cases.filter(({ told }) => !isError(told)))('of $case', async (one) => {
    const { data, usage, model } = await asking(one)
    expect(data.map(({ index }) => index)).toEqual(data.map((_, at) => at))
    expect(vectorsIn({ data }).map(rounded)).toEqual(vectorsIn(one.told).map(rounded))
    expect({ usage, model }).toEqual(pick(one.told, ['usage', 'model']))
  })

  test.each(cases.filter(({ told }) => isError(told)))('of $case', async (one) => {
    await expect(asking(one)).rejects.toMatchObject(pick(one.told, ['status', 'error']))
  })
})

function textsOf({ asked = {} }: Fixture): readonly string[] {
  return [asked['input']].flat().map(String)
}

/** The vectors of a list of OpenAI's, in whichever form they are. */
function vectorsIn(list: unknown): Vectors {
  const data = isObject(list) && Array.isArray(list['data']) ? list['data'] : []
  return data.map((one: unknown) => {
    const embedding = isObject(one) ? one['embedding'] : undefined
    if (typeof embedding === 'string') return decodeFloats(embedding)
    return Array.isArray(embedding) ? embedding.map(Number) : []
  })
}

/** Coordinates as 32-bit floats hold them. */
function rounded(vector: Vectors[number]): readonly number[] {
  return vector.map((number = Number.NaN) => Math.fround(number))
}

function pick(told: unknown, names: readonly string[]): JsonObject {
  return isObject(told) ? Object.fromEntries(names.map((name) => [name, told[name]])) : {}
}
