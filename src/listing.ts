/**
 * A model as `GET /v1/models` tells it: OpenAI's members, and OpenRouter's names for what is known beyond them.
 *
 * @see https://openrouter.ai/docs/models
 * @module
 */
import { type Capabilities, factFor, type Model, type ModelFact } from './adapter.ts'
import { capabilities } from './capabilities.ts'
import type { JsonObject } from './canonical.ts'
import { digits, type Price, type Rates } from './price.ts'
import type { Target } from './router.ts'
import { isObject } from './wire/json.ts'

/** A model as `GET /v1/models` tells it. */
export interface ListedModel extends JsonObject {
  readonly id: string
  readonly object: 'model'
  /** Unix seconds; 0 where nobody knows. */
  readonly created: number
  readonly owned_by: string
}

/** What models cost: as the configuration says, and else as it is known. */
export interface Priced {
  readonly stated: Price | undefined
  readonly known: Price | undefined
}

/** A model of a provider, under a name. What the provider itself says of it comes first, but for a price the configuration states. */
export function listed(id: string, target: Target, model: Omit<Model, 'id'>, { stated, known }: Priced): ListedModel {
  const { adapter, provider } = target
  const { created = 0, extra = {} } = model
  const fact = knownOf(adapter.facts, target.model)
  const makesWords = known === undefined || known.output !== undefined
  const price = stated ?? (isPricing(extra['pricing']) ? undefined : known)
  return {
    id,
    object: 'model',
    created,
    owned_by: provider,
    ...limits(fact),
    ...(makesWords && adapter.chat && facilities(capabilities(adapter, target.model), fact)),
    ...extra,
    ...(price && { pricing: pricing(price) }),
  }
}

/** The row for a model, not the one for models nobody has heard of. */
function knownOf(facts: readonly ModelFact[], model: string): ModelFact | undefined {
  const fact = factFor(facts, model)
  return fact?.match === '' ? undefined : fact
}

function limits({ context, output }: Pick<ModelFact, 'context' | 'output'> = {}): JsonObject {
  if (context === undefined && output === undefined) return {}
  return {
    ...(context !== undefined && { context_length: context }),
    ...(output !== undefined && { max_output_tokens: output }),
    top_provider: { context_length: context ?? null, max_completion_tokens: output ?? null },
  }
}

/** What a model takes and gives, and which parameters have an effect. */
function facilities(supports: Capabilities, fact: ModelFact | undefined): JsonObject {
  const kinds = (names: Readonly<Record<string, boolean>>): readonly string[] =>
    Object.entries(names).flatMap(([name, has]) => (has ? [name] : []))
  const { images: image, files: file, audioInput } = supports
  const input = fact?.modalities?.input ?? kinds({ text: true, image, file, audio: audioInput })
  const output =
    fact?.modalities?.output ?? kinds({ text: true, image: supports.imageOutput, audio: supports.audioOutput })
  return {
    architecture: {
      modality: `${input.join('+')}->${output.join('+')}`,
      input_modalities: input,
      output_modalities: output,
    },
    supported_parameters: [...ALWAYS, ...PARAMETERS.flatMap(([has, ...names]) => (supports[has] ? names : []))],
  }
}

/** Parameters that have their effect everywhere: what a provider lacks of them is emulated. */
const ALWAYS = ['max_completion_tokens', 'max_tokens', 'n', 'response_format'] as const

/** Parameters by what a provider must be able to do. */
const PARAMETERS: readonly (readonly [has: keyof Capabilities, ...names: string[]])[] = [
  ['frequencyPenalty', 'frequency_penalty'],
  ['reasoning', 'include_reasoning'],
  ['logitBias', 'logit_bias'],
  ['logprobs', 'logprobs', 'top_logprobs'],
  ['metadata', 'metadata'],
  ['moderation', 'moderation'],
  ['parallelToolCalls', 'parallel_tool_calls'],
  ['prediction', 'prediction'],
  ['presencePenalty', 'presence_penalty'],
  ['reasoning', 'reasoning', 'reasoning_effort'],
  ['seed', 'seed'],
  ['serviceTier', 'service_tier'],
  ['stop', 'stop'],
  ['store', 'store'],
  ['schema', 'structured_outputs'],
  ['temperature', 'temperature'],
  ['tools', 'tool_choice', 'tools'],
  ['topK', 'top_k'],
  ['topP', 'top_p'],
  ['user', 'user'],
  ['verbosity', 'verbosity'],
  ['webSearch', 'web_search_options'],
]

/** Our names for rates → OpenRouter's. */
const RATES: readonly (readonly [rate: keyof Rates, name: string])[] = [
  ['input', 'prompt'],
  ['output', 'completion'],
  ['cached', 'input_cache_read'],
  ['cacheWrite', 'input_cache_write'],
  ['cacheWrite1h', 'input_cache_write_1h'],
  ['reasoning', 'internal_reasoning'],
  ['audioInput', 'audio'],
  ['audioOutput', 'audio_output'],
  ['imageOutput', 'image_output'],
]

/** A price in OpenRouter's words: USD for one token, one call or one search, as text. */
function pricing({ above, call, webSearch, ...price }: Price): JsonObject {
  return {
    ...perToken(price),
    ...(call !== undefined && { request: digits(call) }),
    ...(webSearch !== undefined && { web_search: digits(webSearch) }),
    ...(above?.length && { above: above.map(({ tokens, ...higher }) => ({ tokens, ...perToken(higher) })) }),
  }
}

function perToken(rates: Rates): JsonObject {
  return Object.fromEntries(
    RATES.flatMap(([rate, name]) => {
      const price = rates[rate]
      return price === undefined ? [] : [[name, digits(price / 1e6, 15)]]
    }),
  )
}

/** Whether a provider's own list has prices in these words. */
function isPricing(given: unknown): boolean {
  return isObject(given) && typeof given['prompt'] === 'string'
}
