/**
 * Embeddings of the Gemini API, emulated.
 *
 * @see https://ai.google.dev/api/embeddings
 * @module
 */
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { embedRequest } from '../strict-embed.ts'

/** Models that embed, each in that many dimensions. */
export const EMBEDDERS: ReadonlyMap<string, number> = new Map([
  ['gemini-embedding-001', 3072],
  ['gemini-embedding-2', 3072],
])

/** How the API fails. */
export interface Failing {
  fail(code: number, message: string): Response
  complaint(problem: ReturnType<typeof firstProblem>): string
}

/** Answers `batchEmbedContents`. */
export async function embed(request: Request, name: string, { fail, complaint }: Failing): Promise<Response> {
  const judged = embedRequest.safeParse(await request.json().catch(() => undefined))
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const { requests } = judged.data
  const asked = requests[0]?.model
  if (asked !== `models/${modelName(name)}` && asked !== `models/${name}`)
    return fail(400, "The 'model' field in each request must match the model specified in the batch request.")
  const texts = requests.map(({ content }) => content.parts.map(({ text }) => text).join(' '))
  return tellEmbedding(request, {
    model: name,
    texts,
    reply: (model) => ({
      embeddings: requests.map(({ outputDimensionality: size }, index) => ({
        values: values(texts[index] ?? '', model, size),
      })),
      // The first of them does not count.
      ...(model !== 'gemini-embedding-001' && { usageMetadata: { promptTokenCount: tokens(texts.join('')) } }),
    }),
    headers: {},
    fail,
  })
}

/** A vector, cut to the size that is wanted. The first model leaves it as short as that makes it. */
export function values(text: string, model: string, size: number | undefined): readonly number[] {
  const all = EMBEDDERS.get(model) ?? 768
  return model === 'gemini-embedding-001' ? embedding(text, all).slice(0, size) : embedding(text, size ?? all)
}
