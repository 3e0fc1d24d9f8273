/**
 * Embeddings, emulated.
 *
 * @see https://docs.cohere.com/reference/embed
 * @module
 */
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, freshId, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { embedRequest } from '../strict-embed.ts'

/** Models that embed, each in that many dimensions. */
export const EMBEDDERS: ReadonlyMap<string, number> = new Map([
  ['embed-v4.0', 1536],
  ['embed-english-v3.0', 1024],
  ['embed-multilingual-v3.0', 1024],
])

/** How the API fails. */
export interface Failing {
  fail(status: number, message: string): Response
  unknown(model: string): Response
}

/** Answers `POST /v2/embed`. */
export async function embed(request: Request, { fail, unknown }: Failing): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'invalid json syntax')
  const judged = embedRequest.safeParse(body)
  if (!judged.success) {
    const { path, message } = firstProblem(judged.error.issues)
    return fail(400, `invalid request: ${[...path, message].join(': ')}`)
  }
  const { model, texts, output_dimension: size, embedding_types: types = ['float'] } = judged.data
  const all = EMBEDDERS.get(modelName(model))
  if (all === undefined) return unknown(modelName(model))
  if (types.some((type) => type !== 'float')) return fail(400, 'The sandbox has embeddings of floats only.')
  return tellEmbedding(request, {
    model,
    texts,
    reply: () => ({
      id: freshId(''),
      texts,
      embeddings: { float: texts.map((text) => embedding(text, size ?? all)) },
      meta: { api_version: { version: '2' }, billed_units: { input_tokens: tokens(texts.join('')), image_tokens: 0 } },
      response_type: 'embeddings_by_type',
    }),
    headers: {},
    fail,
  })
}
