/**
 * OpenAI's embeddings, emulated.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */
import { embedding, tellEmbedding } from '../../../src/sandbox/embedding.ts'
import { firstProblem, modelName } from '../../../src/sandbox/stage.ts'
import { tokens } from '../../../src/sandbox.ts'
import { encodeFloats } from '../../../src/wire/floats.ts'
import { embedRequest } from '../strict-embed.ts'

/** Models that embed, each in that many dimensions. */
export const EMBEDDERS: ReadonlyMap<string, number> = new Map([
  ['text-embedding-3-small', 1536],
  ['text-embedding-3-large', 3072],
  ['text-embedding-ada-002', 1536],
])

/** How the API answers. */
export interface Answering {
  fail(status: number, message: string, more?: { readonly param?: string | null }): Response
  refuse(problem: ReturnType<typeof firstProblem>): Response
  unknown(model: string): Response
  told(): Readonly<Record<string, string>>
}

/** Answers `POST /embeddings`. */
export async function embed(request: Request, { fail, refuse, unknown, told }: Answering): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'We could not parse the JSON body of your request.')
  const judged = embedRequest.safeParse(body)
  if (!judged.success) return refuse(firstProblem(judged.error.issues))
  const { model, input, dimensions, encoding_format: form } = judged.data
  const name = modelName(model)
  const all = EMBEDDERS.get(name)
  if (all === undefined) return unknown(name)
  if (dimensions !== undefined && name === 'text-embedding-ada-002')
    return fail(400, 'This model does not support specifying dimensions.')
  if (dimensions !== undefined && dimensions > all)
    return fail(400, `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${all}.`)
  const texts = textsOf(input)
  return tellEmbedding(request, {
    model,
    texts,
    reply(served) {
      const count = tokens(texts.join(''))
      const vectors = texts.map((text) => embedding(text, dimensions ?? all))
      return {
        object: 'list',
        data: vectors.map((vector, index) => ({
          object: 'embedding',
          index,
          embedding: form === 'base64' ? encodeFloats(vector) : vector,
        })),
        model: served,
        usage: { prompt_tokens: count, total_tokens: count },
      }
    },
    headers: told(),
    fail,
  })
}

/** Inputs as texts. Tokens are none, but the same tokens are always the same. */
function textsOf(input: string | readonly (string | number | readonly number[])[]): readonly string[] {
  if (typeof input === 'string') return [input]
  if (typeof input[0] === 'number') return [input.join(' ')]
  return input.map((one) => (Array.isArray(one) ? one.join(' ') : String(one)))
}
