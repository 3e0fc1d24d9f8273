/**
 * Embeddings on Vertex AI, emulated: `predict` and `embedContent`.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
 * @module
 */
import { tellEmbedding } from '../../src/sandbox/embedding.ts'
import { firstProblem, modelName } from '../../src/sandbox/stage.ts'
import { tokens } from '../../src/sandbox.ts'
import { EMBEDDERS, values } from '../google/sandbox/embed.ts'
import { contentRequest, predictRequest } from './strict-embed.ts'

/** Models that embed a content; the others predict. */
const OF_CONTENT: ReadonlySet<string> = new Set(['gemini-embedding-2'])
const PREDICTING: ReadonlySet<string> = new Set(['text-embedding-005', 'text-multilingual-embedding-002'])

type Fail = (code: number, message: string) => Response

/** Whether there is such a model, and it does that. */
export function embeds(model: string, method: string): boolean {
  const name = modelName(model)
  if (method === 'embedContent') return OF_CONTENT.has(name)
  return method === 'predict' && !OF_CONTENT.has(name) && (PREDICTING.has(name) || EMBEDDERS.has(name))
}

/** Answers a model that embeds. */
export async function embed(request: Request, model: string, method: string, fail: Fail): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  return method === 'predict' ? predict(request, body, model, fail) : embedContent(request, body, model, fail)
}

function predict(request: Request, body: unknown, model: string, fail: Fail): Promise<Response> | Response {
  const judged = predictRequest.safeParse(body)
  if (!judged.success) return refuse(judged.error.issues, fail)
  const { instances, parameters = {} } = judged.data
  if (modelName(model) === 'gemini-embedding-001' && instances.length > 1)
    return fail(400, 'gemini-embedding-001 supports only one instance per request.')
  const texts = instances.map(({ content }) => content)
  return tellEmbedding(request, {
    model,
    texts,
    reply: (name) => ({
      predictions: texts.map((text) => ({
        embeddings: {
          values: values(text, name, parameters.outputDimensionality),
          statistics: { token_count: tokens(text), truncated: false },
        },
      })),
      metadata: { billableCharacterCount: texts.join('').length },
    }),
    headers: {},
    fail,
  })
}

function embedContent(request: Request, body: unknown, model: string, fail: Fail): Promise<Response> | Response {
  const judged = contentRequest.safeParse(body)
  if (!judged.success) return refuse(judged.error.issues, fail)
  const { content, embedContentConfig = {} } = judged.data
  const text = content.parts.map((part) => part.text).join(' ')
  return tellEmbedding(request, {
    model,
    texts: [text],
    reply: (name) => ({
      embedding: { values: values(text, name, embedContentConfig.outputDimensionality) },
      usageMetadata: { promptTokenCount: tokens(text), totalTokenCount: tokens(text) },
    }),
    headers: {},
    fail,
  })
}

function refuse(issues: Parameters<typeof firstProblem>[0], fail: Fail): Response {
  const { path, message } = firstProblem(issues)
  return fail(400, `Invalid value at '${path.map(String).join('.')}': ${message}`)
}
