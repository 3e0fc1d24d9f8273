/**
 * Embeddings through InvokeModel, emulated.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 * @module
 */
import type { z } from 'zod'
import type { JsonObject } from '../../../src/canonical.ts'
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, freshId, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { cohereRequest, novaRequest, titanMultimodalRequest, titanRequest } from '../strict-embed.ts'

/** How a service answers: what is wrong, and with what headers. */
export interface Answering {
  fail(status: number, message: string): Response
  complaint(problem: ReturnType<typeof firstProblem>): string
  told(): Readonly<Record<string, string>>
}

/** What a model makes of a request: texts, and of these a reply. */
interface Understood {
  readonly texts: readonly string[]
  reply(): JsonObject
}

interface Family<Asked> {
  readonly request: z.ZodType<Asked>
  understand(asked: Asked): Understood
}

/** Answers `POST /model/{modelId}/invoke`. Nothing where the model does not embed. */
export function embed(request: Request, id: string, answering: Answering): Promise<Response> | undefined {
  const model = modelName(id).replace(/^(?:us|eu|apac|global)\./u, '')
  switch (model) {
    case 'amazon.titan-embed-text-v1':
      return answer(request, id, titanFirst, answering)
    case 'amazon.titan-embed-text-v2:0':
      return answer(request, id, titanSecond, answering)
    case 'amazon.titan-embed-image-v1':
      return answer(request, id, titanMultimodal, answering)
    case 'amazon.nova-2-multimodal-embeddings-v1:0':
      return answer(request, id, nova, answering)
    case 'cohere.embed-english-v3':
    case 'cohere.embed-multilingual-v3':
      return answer(request, id, cohereThird, answering)
    case 'cohere.embed-v4:0':
      return answer(request, id, cohereFourth, answering)
    default:
      return undefined
  }
}

async function answer<Asked>(
  request: Request,
  model: string,
  { request: schema, understand }: Family<Asked>,
  { fail, complaint, told }: Answering,
): Promise<Response> {
  const judged = schema.safeParse(await request.json().catch(() => undefined))
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const { texts, reply } = understand(judged.data)
  const count = String(tokens(texts.join('')))
  const headers = { ...told(), 'x-amzn-bedrock-input-token-count': count }
  return tellEmbedding(request, { model, texts, reply, headers, fail })
}

const titanFirst: Family<z.output<typeof titanRequest>> = {
  request: titanRequest.pick({ inputText: true }).strict(),
  understand: ({ inputText: text }) => ({
    texts: [text],
    reply: () => ({ embedding: embedding(text, 1536), inputTextTokenCount: tokens(text) }),
  }),
}

const titanSecond: Family<z.output<typeof titanRequest>> = {
  request: titanRequest,
  understand({ inputText: text, dimensions = 1024, normalize = true }) {
    // What is not normalized is longer.
    const vector = embedding(text, dimensions).map((number) => (normalize ? number : number * 8))
    return {
      texts: [text],
      reply: () => ({ embedding: vector, embeddingsByType: { float: vector }, inputTextTokenCount: tokens(text) }),
    }
  },
}

const titanMultimodal: Family<z.output<typeof titanMultimodalRequest>> = {
  request: titanMultimodalRequest,
  understand: ({
    inputText: text,
    embeddingConfig: { outputEmbeddingLength: size } = { outputEmbeddingLength: 1024 },
  }) => ({
    texts: [text],
    reply: () => ({ embedding: embedding(text, size), inputTextTokenCount: tokens(text), message: null }),
  }),
}

const nova: Family<z.output<typeof novaRequest>> = {
  request: novaRequest,
  understand: ({ singleEmbeddingParams: { text, embeddingDimension: size = 3072 } }) => ({
    texts: [text.value],
    reply: () => ({ embeddings: [{ embeddingType: 'TEXT', embedding: embedding(text.value, size) }] }),
  }),
}

const cohereThird: Family<Pick<z.output<typeof cohereRequest>, 'texts'>> = {
  request: cohereRequest.pick({ texts: true, input_type: true, truncate: true, embedding_types: true }).strict(),
  understand: ({ texts }) => ({
    texts,
    reply: () => ({
      id: freshId(''),
      embeddings: texts.map((text) => embedding(text, 1024)),
      response_type: 'embeddings_floats',
      texts: texts.map((text) => text.toLowerCase()),
    }),
  }),
}

const cohereFourth: Family<z.output<typeof cohereRequest>> = {
  request: cohereRequest,
  understand: ({ texts, output_dimension: size }) => ({
    texts,
    reply: () => ({
      id: freshId(''),
      embeddings: { float: texts.map((text) => embedding(text, size ?? 1536)) },
      response_type: 'embeddings_by_type',
      texts,
    }),
  }),
}
