/**
 * Embeddings: a request split to the size a provider takes, and put together again.
 *
 * @module
 */
import type { Call, EmbedCodec, ReplyHeaders, Warn } from './adapter.ts'
import type { EmbedRequest, Embeddings, Vector } from './canonical.ts'
import { ask, garbled } from './ask.ts'
import { badRequest } from './errors.ts'
import type { Circumstances, Surroundings } from './exchange.ts'
import type { Target } from './router.ts'
import { countFloats, isFloats } from './wire/floats.ts'

/** Embeddings of all inputs, and the headers of the provider's last reply. */
export interface Embedded {
  readonly embeddings: Embeddings
  readonly headers: ReplyHeaders
}

/** One of the calls that a request becomes. */
export interface Batch {
  /** What is asked in it. */
  readonly request: EmbedRequest
  readonly call: Call
  readonly codec: EmbedCodec
}

/** How many calls of one request may be under way at once. */
const AT_ONCE = 8

/** Says a request in a provider's words, in as many calls as it takes. */
export function translateEmbed(
  request: EmbedRequest,
  { adapter, model, provider }: Target,
  warn: Warn,
): readonly Batch[] {
  const codec = adapter.embed?.(model)
  if (!codec) throw badRequest(`Model "${model}" of ${provider} has no embeddings.`, 'model', 'unsupported_model')
  const asked = fit({ ...request, model }, codec, warn)
  return split(asked.inputs, codec.batch).map((inputs) => {
    const batch = { ...asked, inputs }
    return { request: batch, call: codec.encode(batch, warn), codec }
  })
}

/** Asks a provider for embeddings. Order and usage are kept; where one call fails, all do. */
export async function embed(
  request: EmbedRequest,
  shared: Surroundings,
  own: Omit<Circumstances, 'owner'>,
): Promise<Embedded> {
  const batches = translateEmbed(request, own.target, own.warn)
  const failed = new AbortController()
  const either = { ...own, signal: AbortSignal.any([own.signal, failed.signal]) }
  const answers: Embedded[] = []
  // One after the other within each lane, so that a rate limit is met by a few calls and not by all.
  const lanes = Array.from({ length: Math.min(AT_ONCE, batches.length) }, async (_, lane) => {
    for (let at = lane; at < batches.length; at += AT_ONCE) {
      const batch = batches[at]
      if (batch) answers[at] = await askFor(batch, shared, either)
    }
  })
  try {
    await Promise.all(lanes)
  } catch (error) {
    failed.abort()
    throw error
  }
  const counted = answers.map(({ embeddings }) => embeddings.input)
  return {
    headers: answers.at(-1)?.headers ?? new Headers(),
    embeddings: {
      vectors: answers.flatMap(({ embeddings }) => embeddings.vectors),
      model: answers[0]?.embeddings.model ?? own.target.model,
      input: counted.every((count) => count !== undefined) ? counted.reduce((sum, count) => sum + count, 0) : undefined,
    },
  }
}

/** Members that would be further things to embed: to leave them out would be to answer something else. */
const FURTHER: ReadonlySet<string> = new Set(['image', 'images', 'inputs', 'inputImage', 'video', 'audio'])

/** Drops or refuses what the provider has no words for. */
function fit({ extra = {}, user, ...request }: EmbedRequest, codec: EmbedCodec, warn: Warn): EmbedRequest {
  const { model, inputs, dimensions } = request
  if (!codec.tokens && inputs.some((input) => typeof input !== 'string')) {
    const message = `Model "${model}" takes texts only: send the texts instead of their tokens.`
    throw badRequest(message, 'input', 'unsupported_value')
  }
  if (dimensions !== undefined) measure(model, dimensions, codec.dimensions)
  const told = codec.user ? user : undefined
  if (user !== undefined && told === undefined) warn('user', 'unsupported')
  const known = Object.entries(extra).filter(([key, value]) => {
    const taken = codec.extensions.includes('*') || codec.extensions.includes(key)
    if (taken || value === null) return taken
    if (FURTHER.has(key))
      throw badRequest(`Only texts can be embedded here, not \`${key}\`.`, key, 'unsupported_parameter')
    warn(key, 'unknown')
    return false
  })
  return {
    ...request,
    ...(told !== undefined && { user: told }),
    ...(known.length > 0 && { extra: Object.fromEntries(known) }),
  }
}

/** Refuses dimensions that a model does not come in. */
function measure(model: string, dimensions: number, sizes: EmbedCodec['dimensions']): void {
  if (sizes === true) return
  const fixed = `The dimensions of model "${model}" cannot be chosen.`
  if (sizes === false) throw badRequest(fixed, 'dimensions', 'unsupported_parameter')
  const message = `The dimensions of model "${model}" can be ${sizes.join(', ')}.`
  if (!sizes.includes(dimensions)) throw badRequest(message, 'dimensions', 'unsupported_value')
}

async function askFor(
  { request, call, codec }: Batch,
  shared: Surroundings,
  own: Omit<Circumstances, 'owner'>,
): Promise<Embedded> {
  // Coordinates are what they are to a double: their digits need no keeping.
  const reading = {
    body: codec.body,
    decode: (body: unknown, headers: ReplyHeaders) => codec.decode(body, { request, headers }),
    unreadable: UNREADABLE,
  }
  const { said, headers } = await ask(call, reading, shared, own)
  check(said.vectors, request)
  return { embeddings: said, headers }
}

const UNREADABLE = 'The provider sent embeddings that cannot be read.'

/** A vector too few, or one of another size, would silently spoil whatever it is stored in. */
function check(vectors: readonly Vector[], { inputs, dimensions }: EmbedRequest): void {
  if (vectors.length !== inputs.length)
    throw garbled(`The provider sent ${vectors.length} embeddings for ${inputs.length} inputs.`)
  if (vectors.some((vector) => typeof vector === 'string' && !isFloats(vector))) throw garbled(UNREADABLE)
  const odd = dimensions === undefined ? undefined : vectors.map(sizeOf).find((size) => size !== dimensions)
  if (odd !== undefined)
    throw garbled(`The provider sent an embedding of ${odd} dimensions where ${dimensions} were asked for.`)
}

function sizeOf(vector: Vector): number {
  return typeof vector === 'string' ? countFloats(vector) : vector.length
}

function split<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
