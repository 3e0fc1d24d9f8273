/**
 * Embeddings, which Converse does not have: each maker's own, through InvokeModel.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 * @module
 */
import { z } from 'zod'
import type { EmbedCodec, ReplyHeaders } from '../../src/adapter.ts'
import type { EmbedRequest, JsonObject } from '../../src/canonical.ts'
import { BATCH, passed, SIZES, textsIn } from '../cohere/embed.ts'

const numbers = z.array(z.number())

/** The words for embeddings with a model, where it has any. `aliases` say what model an id stands for that does not say so. */
export function embedderFor(aliases: Readonly<Record<string, string>>): (model: string) => EmbedCodec | undefined {
  return (id) => {
    const model = aliases[id] ?? id
    return FAMILIES.find(({ match }) => match.test(model))?.codec
  }
}

const common = { tokens: false, user: false } as const

/** The call that says this. The model stands in the path. */
function invoke({ model }: EmbedRequest, body: JsonObject) {
  return { path: `/model/${encodeURIComponent(model)}/invoke`, body }
}

/** Tokens as the service counts them, of every model in the same way. */
function counted(headers: ReplyHeaders): number | undefined {
  const count = Number(headers.get('x-amzn-bedrock-input-token-count') ?? Number.NaN)
  return Number.isNaN(count) ? undefined : count
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const vector = z.looseObject({ embedding: numbers, inputTextTokenCount: z.number().nullish() })

/** Titan takes one text at a time. */
function titan(
  more: Pick<EmbedCodec, 'dimensions' | 'extensions'>,
  say: (request: EmbedRequest) => JsonObject,
): EmbedCodec<z.output<typeof vector>> {
  return {
    ...common,
    ...more,
    batch: 1,
    body: vector,
    encode: (request) => invoke(request, { inputText: String(request.inputs[0]), ...say(request) }),
    decode: ({ embedding, inputTextTokenCount: count }, { headers }) => ({
      vectors: [embedding],
      input: counted(headers) ?? count ?? undefined,
    }),
  }
}

const titanFirst = titan({ dimensions: false, extensions: [] }, () => ({}))

const titanSecond = titan(
  { dimensions: [256, 512, 1024], extensions: ['normalize'] },
  ({ dimensions, extra = {} }) => ({
    dimensions,
    ...passed(extra),
  }),
)

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html */
const titanMultimodal = titan({ dimensions: [256, 384, 1024], extensions: [] }, ({ dimensions }) =>
  dimensions === undefined ? {} : { embeddingConfig: { outputEmbeddingLength: dimensions } },
)

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html */
const lists = z.looseObject({ embeddings: z.union([z.array(numbers), z.looseObject({ float: z.array(numbers) })]) })

function cohere(isOld: boolean): EmbedCodec<z.output<typeof lists>> {
  return {
    ...common,
    batch: BATCH,
    dimensions: isOld ? false : SIZES,
    extensions: ['input_type', 'truncate', ...(isOld ? [] : ['max_tokens'])],
    body: lists,
    encode: (request) =>
      invoke(request, {
        ...textsIn(request.inputs),
        output_dimension: request.dimensions,
        ...(!isOld && { embedding_types: ['float'] }),
        ...passed(request.extra ?? {}),
      }),
    // The older ones tell a plain list, and later ones one for each type.
    decode: ({ embeddings }, { headers }) => ({
      vectors: Array.isArray(embeddings) ? embeddings : embeddings.float,
      input: counted(headers),
    }),
  }
}

/** @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html */
const typed = z.looseObject({ embeddings: z.array(z.looseObject({ embedding: numbers })) })

const nova: EmbedCodec<z.output<typeof typed>> = {
  ...common,
  batch: 1,
  dimensions: [256, 384, 1024, 3072],
  extensions: ['embedding_purpose', 'truncate'],
  body: typed,
  encode(request) {
    const { inputs, dimensions, extra = {} } = request
    return invoke(request, {
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: extra['embedding_purpose'] ?? 'GENERIC_RETRIEVAL',
        embeddingDimension: dimensions,
        // Both must be said. What is too long is refused rather than cut without a word.
        text: { value: String(inputs[0]), truncationMode: extra['truncate'] ?? 'NONE' },
      },
    })
  },
  decode: ({ embeddings }, { headers }) => ({
    vectors: embeddings.map(({ embedding }) => embedding),
    input: counted(headers),
  }),
}

/** Families by what their ids hold, wherever they are served from. */
const FAMILIES: readonly { readonly match: RegExp; readonly codec: EmbedCodec }[] = [
  { match: /titan-embed-(?:text-v1|g1)/u, codec: titanFirst },
  { match: /titan-embed-text/u, codec: titanSecond },
  { match: /titan-embed-image/u, codec: titanMultimodal },
  { match: /nova-.*embed/u, codec: nova },
  { match: /cohere\.embed-(?:english|multilingual)/u, codec: cohere(true) },
  { match: /cohere\.embed/u, codec: cohere(false) },
]
