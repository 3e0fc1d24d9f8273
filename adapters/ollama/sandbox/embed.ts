/**
 * Embeddings, emulated.
 *
 * @see https://docs.ollama.com/api/embed
 * @module
 */
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { embedRequest } from '../strict-embed.ts'

/** Dimensions of the models that embed. */
const DIMENSIONS: Readonly<Record<string, number>> = { 'nomic-embed-text:latest': 768, 'embeddinggemma:latest': 768 }

type Fail = (status: number, error: string) => Response

/** Answers `POST /api/embed`. `abilitiesOf` says what a model can do, where there is such a model. */
export async function embed(
  request: Request,
  abilitiesOf: (model: string) => readonly string[] | undefined,
  fail: Fail,
): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'invalid character in the body of the request')
  const judged = embedRequest.safeParse(body)
  if (!judged.success) {
    const { path, message } = firstProblem(judged.error.issues)
    return fail(400, path.length > 0 ? `${path.join('.')}: ${message}` : message)
  }
  const { model, input, dimensions } = judged.data
  const name = modelName(model)
  const abilities = abilitiesOf(name)
  if (!abilities) return fail(404, `model '${name}' not found`)
  if (!abilities.includes('embedding')) return fail(400, `"${name}" does not support embeddings`)
  const texts = typeof input === 'string' ? [input] : input
  const all = DIMENSIONS[name.includes(':') ? name : `${name}:latest`] ?? 768
  return tellEmbedding(request, {
    model,
    texts,
    reply: () => ({
      model: name,
      embeddings: texts.map((text) => embedding(text, Math.min(dimensions ?? all, all))),
      total_duration: 14_143_917,
      load_duration: 1_019_500,
      prompt_eval_count: tokens(texts.join('')),
    }),
    headers: {},
    fail,
  })
}
