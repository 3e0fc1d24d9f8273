import { readFileSync } from 'node:fs'
import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import { createGateway } from '../../src/gateway.ts'
import { subjects } from '../contract/subjects.ts'
import { embeddingsPage, PAGE } from './embeddings.ts'

test('docs/embeddings.md is what the adapters say: mend it with "node test/docs/embeddings.ts"', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(embeddingsPage())
})

/** Every member that OpenAI's embeddings have, in a form that is seen where it has an effect. The compiler asks for those that are missing. */
const MEMBERS: { readonly [K in keyof Required<OpenAI.EmbeddingCreateParams>]: OpenAI.EmbeddingCreateParams[K] } = {
  input: [[1, 2, 3]],
  model: 'gemini-embedding-001',
  dimensions: 1000,
  encoding_format: 'base64',
  user: 'somebody in particular',
}

/** Models that embed, by provider. Others embed with any name. */
const MODELS: Readonly<Record<string, string>> = {
  bedrock: 'amazon.titan-embed-text-v2:0',
  cohere: 'embed-v4.0',
  google: 'gemini-embedding-2',
  mistral: 'mistral-embed',
  vertex: 'text-embedding-005',
}

// Whether `encoding_format` has its effect, the contract asks in every case.
describe('of a request for embeddings, every member is sent, reported or refused', () => {
  const members = Object.keys(MEMBERS).filter((member) => member !== 'encoding_format')
  const embedding = subjects.filter(({ adapter }) => adapter.embed).map(({ adapter }) => adapter)

  test.each(embedding.flatMap((adapter) => members.map((member) => [adapter.name, member, adapter] as const)))(
    '%s: %s',
    async (name, member, adapter) => {
      const base = { model: MODELS[name] ?? 'text-embedding-3-small', input: 'x' }
      const given: JsonObject = Object.fromEntries(Object.entries(MEMBERS).filter(([key]) => key === member))
      const plain = await ask(base)
      const asked = await ask({ ...base, ...given })
      const isSent = JSON.stringify(asked.sent) !== JSON.stringify(plain.sent)
      const isReported = asked.warnings.some((warning) => warning.startsWith(`${member}=`))
      expect(isSent || isReported || asked.refused === member).toBe(true)

      async function ask(body: JsonObject) {
        const sent: string[] = []
        const { fetch } = createGateway({
          providers: { [name]: adapter },
          async fetch(url, init) {
            sent.push(`${String(url)} ${String(init?.body)}`)
            return Response.json({}, { status: 500 })
          },
        })
        const response = await fetch('http://gateway/v1/embeddings', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...body, model: `${name}/${String(body['model'])}` }),
        })
        const { error } = await response.json()
        const warnings = response.headers.get('x-dragoman-warnings')?.split('; ') ?? []
        return { sent, warnings, refused: sent.length === 0 ? error.param : undefined }
      }
    },
  )
})
