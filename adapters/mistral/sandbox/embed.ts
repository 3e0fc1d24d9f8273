/**
 * Mistral's embeddings, emulated.
 *
 * @see https://docs.mistral.ai/api/endpoint/embeddings
 * @module
 */
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, freshId, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { encodeFloats } from '../../../src/wire/floats.ts'
import { embedRequest } from '../strict-embed.ts'

/** Models that embed, each in that many dimensions. */
export const EMBEDDERS: ReadonlyMap<string, number> = new Map([
  ['mistral-embed', 1024],
  ['codestral-embed', 1536],
])

/** How the API answers. */
export interface Answering {
  fail(status: number, message: string): Response
  refuse(problem: ReturnType<typeof firstProblem>): Response
  unknown(model: string): Response
  told(): Readonly<Record<string, string>>
}

/** Answers `POST /v1/embeddings`. */
export async function embed(request: Request, { fail, refuse, unknown, told }: Answering): Promise<Response> {
  const judged = embedRequest.safeParse(await request.json().catch(() => undefined))
  if (!judged.success) return refuse(firstProblem(judged.error.issues))
  const { model, input, output_dimension: size, output_dtype: type, encoding_format: form } = judged.data
  const all = EMBEDDERS.get(modelName(model))
  if (all === undefined) return unknown(modelName(model))
  if (type != null && type !== 'float') return fail(400, 'The sandbox has embeddings of floats only.')
  const texts = typeof input === 'string' ? [input] : input
  return tellEmbedding(request, {
    model,
    texts,
    reply(name) {
      const count = tokens(texts.join(''))
      const vectors = texts.map((text) => embedding(text, size ?? all))
      return {
        id: freshId(''),
        object: 'list',
        data: vectors.map((vector, index) => ({
          object: 'embedding',
          embedding: form === 'base64' ? encodeFloats(vector) : vector,
          index,
        })),
        model: name,
        usage: { prompt_tokens: count, total_tokens: count, completion_tokens: 0, prompt_audio_seconds: null },
      }
    },
    headers: told(),
    fail,
  })
}
