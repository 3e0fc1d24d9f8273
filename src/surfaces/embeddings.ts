/**
 * OpenAI's embeddings: `POST /v1/embeddings`.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */
import { z } from 'zod'
import type { Warn } from '../adapter.ts'
import type { EmbedRequest, Embeddings, JsonObject, Vector } from '../canonical.ts'
import { badRequest } from '../errors.ts'
import { decodeFloats, encodeFloats } from '../wire/floats.ts'
import { isObject } from '../wire/json.ts'
import { verbatim } from './present.ts'
import { wellFormed } from './well-formed.ts'

/** The most inputs OpenAI takes at once. */
const MOST = 2048

const text = z.string().min(1)
const tokens = z.array(z.int().min(0)).min(1)

const request = z.looseObject({
  model: z.string().min(1),
  input: z.union([text, tokens, z.array(text).min(1).max(MOST), z.array(tokens).min(1).max(MOST)]),
  dimensions: z.int().min(1).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
})

/** Reads a request. Throws a `GatewayError` that names every problem. */
export function parseEmbed(body: unknown, warn: Warn): EmbedRequest {
  if (isObject(body) && [body['input']].flat().some(isObject))
    throw badRequest(TEXTS_ONLY, 'input', 'unsupported_value')
  const { model, input, dimensions, encoding_format, user, ...extra } = wellFormed(request, body, warn)
  return {
    model,
    inputs: inputsOf(input),
    encoding: encoding_format ?? 'float',
    ...(dimensions != null && { dimensions }),
    ...(user != null && { user }),
    ...(Object.keys(extra).length > 0 && { extra: verbatim(extra) }),
  }
}

const TEXTS_ONLY =
  'Only texts can be embedded here: `input` is a text or a list of texts, or their tokens. It holds no pictures, sound or files.'

/** Renders embeddings in the form that was asked for. OpenAI always tells usage, so what is not known is 0. */
export function renderEmbed({ vectors, model, input = 0 }: Embeddings, { encoding }: EmbedRequest): JsonObject {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: inForm(vector, encoding) })),
    model,
    usage: { prompt_tokens: input, total_tokens: input },
  }
}

function inForm(vector: Vector, encoding: EmbedRequest['encoding']): Vector {
  if (encoding === 'base64') return typeof vector === 'string' ? vector : encodeFloats(vector)
  return typeof vector === 'string' ? decodeFloats(vector) : vector
}

function inputsOf(input: z.output<typeof request>['input']): EmbedRequest['inputs'] {
  if (typeof input === 'string') return [input]
  return isTokens(input) ? [input] : input
}

function isTokens(input: readonly unknown[]): input is readonly number[] {
  return typeof input[0] === 'number'
}
