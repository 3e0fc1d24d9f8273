/**
 * What recorded embeddings say, as an independent reader of each native format finds it.
 *
 * @module
 */
import { list, members, type Members, number, text } from './reading.ts'
import type { Recording, RecordedReply } from './recordings.ts'

/** What was asked, in OpenAI's words: what the provider alone has words for is an extension. */
export interface Asked {
  readonly model: string
  readonly input: unknown
  readonly more: Members
}

/** What was told: vectors, and how many tokens they were of, where somebody counted. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[]
  readonly tokens: number | undefined
  readonly model: string | undefined
}

/** Reads what one protocol has to say of embeddings. */
export interface EmbedOracle {
  asked(body: Members, path: string): Asked
  told(reply: RecordedReply, asked: Members): Embedded
}

/** Members without those that say nothing. */
function given(body: Members): Members {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value != null))
}

const openai = (decode: (base64: string) => readonly number[] = floats): EmbedOracle => ({
  asked: ({ model, input, ...more }) => ({ model: text(model), input, more: given(more) }),
  told({ body }) {
    const { data, usage, model } = members(body)
    const inOrder = list(data)
      .map(members)
      .toSorted((one, other) => Number(one['index'] ?? 0) - Number(other['index'] ?? 0))
    const { prompt_tokens: prompt, total_tokens: total } = members(usage)
    return {
      vectors: inOrder.map(({ embedding }) => (typeof embedding === 'string' ? decode(embedding) : numbers(embedding))),
      tokens: number(prompt) ?? number(total),
      model: text(model) || undefined,
    }
  },
})

const cohere: EmbedOracle = {
  asked: ({ model, texts, output_dimension: dimensions, embedding_types: _, ...more }) => ({
    model: text(model),
    input: texts,
    more: given({ dimensions, ...more }),
  }),
  told({ body }) {
    const { embeddings, meta } = members(body)
    const { input_tokens: texts, image_tokens: pictures } = members(members(meta)['billed_units'])
    return {
      vectors: list(members(embeddings)['float']).map(numbers),
      tokens: (number(texts) ?? 0) + (number(pictures) ?? 0),
      model: undefined,
    }
  },
}

const gemini: EmbedOracle = {
  asked(body, path) {
    const requests = 'requests' in body ? list(body['requests']).map(members) : [body]
    const [{ taskType, title, outputDimensionality } = {}] = requests
    return {
      model: /\/models\/([^:]+):/u.exec(path)?.[1] ?? '',
      input: requests.map(({ content }) => members(list(members(content)['parts'])[0])['text']),
      more: given({ dimensions: outputDimensionality, task_type: taskType, title }),
    }
  },
  told({ body }, { dimensions }) {
    const { embeddings, embedding, usageMetadata } = members(body)
    const found = embeddings === undefined ? [embedding] : list(embeddings)
    return {
      vectors: found.map((one) => made(numbers(members(one)['values']), dimensions !== undefined)),
      tokens: number(members(usageMetadata)['promptTokenCount']),
      model: undefined,
    }
  },
}

const prediction: EmbedOracle = {
  asked({ instances, parameters }, path) {
    const all = list(instances).map(members)
    const { outputDimensionality: dimensions, autoTruncate } = members(parameters)
    const [{ task_type, title } = {}] = all
    return {
      model: /\/models\/([^:]+):/u.exec(path)?.[1] ?? '',
      input: all.map(({ content }) => content),
      more: given({ dimensions, task_type, title, auto_truncate: autoTruncate }),
    }
  },
  told({ body }, { dimensions }) {
    const found = list(members(body)['predictions']).map((one) => members(members(one)['embeddings']))
    const counts = found.map(({ statistics }) => number(members(statistics)['token_count']) ?? 0)
    return {
      vectors: found.map(({ values }) => made(numbers(values), dimensions !== undefined)),
      tokens: counts.reduce((sum, count) => sum + count, 0),
      model: undefined,
    }
  },
}

const invocation: EmbedOracle = {
  asked(body, path) {
    const { inputText, texts, dimensions, output_dimension, embedding_types: _, ...more } = body
    const { taskType: __, singleEmbeddingParams, ...rest } = more
    const { embeddingPurpose, embeddingDimension, text: said } = members(singleEmbeddingParams)
    const { value, truncationMode } = members(said)
    return {
      model: decodeURIComponent(/\/model\/(.+)\/invoke/u.exec(path)?.[1] ?? ''),
      input: texts ?? [inputText ?? value],
      more: given({
        dimensions: dimensions ?? output_dimension ?? embeddingDimension,
        embedding_purpose: embeddingPurpose,
        truncate: truncationMode,
        ...rest,
      }),
    }
  },
  told({ body, headers }) {
    const { embedding, embeddings } = members(body)
    const plain = Array.isArray(embeddings) ? embeddings : list(members(embeddings)['float'])
    const found = embedding === undefined ? plain : [embedding]
    return {
      vectors: found.map((one) => numbers(Array.isArray(one) ? one : members(one)['embedding'])),
      tokens: Number(headers['x-amzn-bedrock-input-token-count']),
      model: undefined,
    }
  },
}

/** By protocol. */
export const EMBED_ORACLES = { openai: openai(), bytes: openai(bytes), cohere, gemini, prediction, invocation } as const

/** What is asked where only the reply was recorded: as many texts as there are vectors. */
export function anything({ response }: Recording, oracle: EmbedOracle, model: string): Asked {
  const count = response && response.status < 400 ? oracle.told(response, {}).vectors.length : 1
  return { model, input: Array.from({ length: count }, (_, index) => `Text ${index}.`), more: {} }
}

function numbers(value: unknown): readonly number[] {
  return list(value).map(Number)
}

function floats(base64: string): readonly number[] {
  const { buffer, byteOffset, byteLength } = Uint8Array.from(Buffer.from(base64, 'base64'))
  const view = new DataView(buffer, byteOffset, byteLength)
  return Array.from({ length: byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

function bytes(base64: string): readonly number[] {
  return Array.from(Buffer.from(base64, 'base64'), (byte) => (byte > 127 ? byte - 256 : byte))
}

/** A vector that was cut is made as long as it was before. */
function made(vector: readonly number[], isCut: boolean): readonly number[] {
  const length = Math.sqrt(vector.reduce((sum, coordinate) => sum + coordinate ** 2, 0))
  return isCut && Math.abs(length - 1) > 1e-3 ? vector.map((coordinate) => coordinate / length) : vector
}
