/**
 * Embeddings: a request split to the size a provider takes, and put together again.
 *
 * @module
 */
import type { EmbedCodec, Warn } from './adapter.ts'
import type { EmbedRequest, Embeddings, Vector } from './canonical.ts'
import { badRequest, failure, GatewayError } from './errors.ts'
import type { Circumstances, Surroundings } from './exchange.ts'
import { send } from './upstream.ts'
import { countFloats } from './wire/floats.ts'
import { parseJson } from './wire/json.ts'

/** Embeddings of all inputs, and the headers of the provider's last reply. */
export interface Embedded {
  readonly embeddings: Embeddings
  readonly headers: Headers
}

/** How many calls of one request may be under way at once. */
const AT_ONCE = 4

/** Asks a provider for embeddings, in as many calls as it takes. Order and usage are kept. */
export async function embed(
  request: EmbedRequest,
  shared: Surroundings,
  own: Omit<Circumstances, 'owner'>,
): Promise<Embedded> {
  const { adapter, model, provider } = own.target
  const codec = adapter.embed?.(model)
  if (!codec) throw badRequest(`Model "${model}" of ${provider} has no embeddings.`, 'model', 'unsupported_model')
  const asked = fit({ ...request, model }, codec, own.warn)
  const batches = split(asked.inputs, codec.batch).map((inputs) => ({ ...asked, inputs }))
  const answers: Embedded[] = []
  // One after the other within each lane, so that a rate limit is met by a few calls and not by all.
  const lanes = Array.from({ length: Math.min(AT_ONCE, batches.length) }, async (_, lane) => {
    for (let at = lane; at < batches.length; at += AT_ONCE) {
      const batch = batches[at]
      if (batch) answers[at] = await ask(batch, codec, shared, own)
    }
  })
  await Promise.all(lanes)
  const counted = answers.map(({ embeddings }) => embeddings.input)
  return {
    headers: answers.at(-1)?.headers ?? new Headers(),
    embeddings: {
      vectors: answers.flatMap(({ embeddings }) => embeddings.vectors),
      model: answers[0]?.embeddings.model ?? model,
      input: counted.every((count) => count !== undefined) ? counted.reduce((sum, count) => sum + count, 0) : undefined,
    },
  }
}

/** Drops or refuses what the provider has no words for. */
function fit(request: EmbedRequest, codec: EmbedCodec, warn: Warn): EmbedRequest {
  if (!codec.tokens && request.inputs.some((input) => typeof input !== 'string')) {
    throw badRequest(
      `Model "${request.model}" takes texts only: send the texts instead of their tokens.`,
      'input',
      'unsupported_value',
    )
  }
  if (!codec.dimensions && request.dimensions !== undefined) {
    throw badRequest(
      `The dimensions of model "${request.model}" cannot be chosen.`,
      'dimensions',
      'unsupported_parameter',
    )
  }
  const { extra = {}, ...rest } = request
  const known = Object.entries(extra).filter(([key, value]) => {
    const taken = codec.extensions.includes('*') || codec.extensions.includes(key)
    if (!taken && value !== null) warn(key, 'unknown')
    return taken
  })
  return known.length > 0 ? { ...rest, extra: Object.fromEntries(known) } : rest
}

async function ask(
  request: EmbedRequest,
  codec: EmbedCodec,
  shared: Surroundings,
  own: Omit<Circumstances, 'owner'>,
): Promise<Embedded> {
  const { adapter } = own.target
  const { headers, clientKey, fetch, timeouts } = own
  const signal = AbortSignal.any([own.signal, AbortSignal.timeout(timeouts.firstByte)])
  const call = codec.encode(request, own.warn)
  const { response } = await send(call, { adapter, headers, clientKey, fetch, signal, now: shared.now })
  const body = codec.body.safeParse(parseJson(await response.text()))
  if (!body.success) throw broken('The provider sent embeddings that cannot be read.')
  const embeddings = codec.decode(body.data)
  check(embeddings.vectors, request)
  return { embeddings, headers: response.headers }
}

/** A vector too few, or one of another size, would silently spoil whatever it is stored in. */
function check(vectors: readonly Vector[], { inputs, dimensions }: EmbedRequest): void {
  if (vectors.length !== inputs.length)
    throw broken(`The provider sent ${vectors.length} embeddings for ${inputs.length} inputs.`)
  const odd = dimensions === undefined ? undefined : vectors.map(sizeOf).find((size) => size !== dimensions)
  if (odd !== undefined)
    throw broken(`The provider sent an embedding of ${odd} dimensions where ${dimensions} were asked for.`)
}

function sizeOf(vector: Vector): number {
  return typeof vector === 'string' ? countFloats(vector) : vector.length
}

function broken(message: string): GatewayError {
  return new GatewayError(failure({ status: 502, code: 'upstream_protocol_error', message }))
}

function split<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
