/**
 * What is known of the models behind Converse: data, one row for each family.
 *
 * Sources, where a row names no other: "Supported models and model features" and "Prompt caching" of the user guide, and
 * the profiles that Pydantic AI (`providers/bedrock.py`) and the AI SDK (`amazon-bedrock`) keep for the same purpose;
 * for the context of models, their cards in the user guide, as genai-prices keeps them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 * @module
 */
import { type Capabilities, factFor, type ModelFact } from '../../src/adapter.ts'
import { type ClaudeFact, facts as claudes, knownOf as claude } from '../anthropic/models.ts'
import { unpriced } from '../anthropic/prices.ts'

/** What is known of one family. */
export interface BedrockFact extends ModelFact {
  /** What is known of the model itself, where it is Claude. */
  readonly claude?: ClaudeFact
  /** Whether a conversation may begin with the model. */
  readonly leads: boolean
  /** What may stand in a turn that answers tools. */
  readonly besideResults: 'anything' | 'text and images' | 'nothing'
  /** Media that the answer of a tool may hold. */
  readonly resultMedia: readonly ('image' | 'document')[]
  /** Whether a tool's answer may say that it failed. */
  readonly toldFailures: boolean
  /** Whether `toolChoice` is heeded. */
  readonly choosesTools: boolean
  /** Whether the arguments of tools can be held to their schemas. */
  readonly strictTools: boolean
  /** Whether an answer can be held to a schema: to any, or to a closed one only. */
  readonly schema: 'any' | 'closed' | 'none'
  /** Where it takes cache points. */
  readonly caches: 'everywhere' | 'outside tools' | 'nowhere'
  /** The shortest prefix it caches, in tokens. */
  readonly cacheFrom: number
  /** Whether a cache may be kept for an hour. */
  readonly longCache: boolean
  /** How it is told how deeply to think, where it can be told. */
  readonly thinking: 'claude' | 'reasoning_effort' | 'reasoning_config' | 'reasoningConfig' | 'untold'
  /** Whether foreign ids of calls must be made into nine letters and digits. */
  readonly shortIds: boolean
}

type Row = Omit<BedrockFact, 'match' | 'ids'>

const UNTOLD: Partial<Capabilities> = { reasoning: false, topK: false, promptCaching: false }

/** A model nobody has heard of is sent what all of them take. */
const plain: Row = {
  supports: UNTOLD,
  leads: false,
  besideResults: 'anything',
  resultMedia: ['image'],
  toldFailures: false,
  choosesTools: false,
  strictTools: false,
  schema: 'none',
  caches: 'nowhere',
  cacheFrom: 0,
  longCache: false,
  thinking: 'untold',
  shortIds: false,
}

const nova: Row = {
  ...plain,
  supports: { reasoning: false },
  resultMedia: ['image', 'document'],
  toldFailures: true,
  choosesTools: true,
  caches: 'outside tools',
  cacheFrom: 1000,
}

const nova2: Row = { ...nova, supports: { webSearch: true }, thinking: 'reasoningConfig' }
const llama: Row = { ...plain, besideResults: 'nothing', resultMedia: ['image', 'document'] }
const mistral: Row = { ...plain, besideResults: 'nothing', resultMedia: ['document'], shortIds: true }
const qwen: Row = {
  ...plain,
  supports: { topK: false, promptCaching: false },
  leads: true,
  resultMedia: [],
  thinking: 'reasoning_config',
}
const gptOss: Row = {
  ...plain,
  context: 128_000,
  supports: { topK: false, promptCaching: false, images: false, files: false },
  thinking: 'reasoning_effort',
}
const chooser: Row = { ...plain, leads: true, choosesTools: true, schema: 'any' }
const wordsOnly: Row = { ...plain, supports: { ...UNTOLD, tools: false, images: false, files: false } }

/** Claude models that can be held to a schema here. Of later ones AWS does not say so. */
const CLOSED = new Set(['opus-4-5', 'sonnet-4-5', 'haiku-4-5', 'opus-4-6', 'sonnet-4-6'])

/** Claude as Anthropic's own rows know it, and as it differs behind Converse. */
function claudeRow(known: ClaudeFact): BedrockFact {
  const { match, output, context, supports: { schema: _, ...supports } = {} } = known
  const isEarly = known.supports?.schema === false || match === 'opus-4-1'
  const isUncached = match === 'claude-3' || match === 'claude-3-5'
  return {
    ...plain,
    match: match.startsWith('claude') ? match : `claude${match === '' ? '' : '-'}${match}`,
    output,
    ...(context !== undefined && { context }),
    supports: { ...supports, ...(isUncached && { promptCaching: false }) },
    ...(IDS[match] && { ids: IDS[match] }),
    // What the price list gets wrong of Claude at home, it can hardly know of Claude here.
    ...(known.price && { price: unpriced }),
    claude: known,
    leads: true,
    besideResults: 'text and images',
    resultMedia: ['image', 'document'],
    toldFailures: true,
    choosesTools: true,
    strictTools: CLOSED.has(match),
    schema: CLOSED.has(match) ? 'closed' : 'none',
    caches: isUncached ? 'nowhere' : 'everywhere',
    cacheFrom: known.cacheFrom,
    longCache: !isEarly,
    thinking: 'claude',
  }
}

/** Ids of Claude models by the rows they belong to. The newer ones are reached through inference profiles only. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  'sonnet-4-6': ['us.anthropic.claude-sonnet-4-6'],
  'opus-4-6': ['us.anthropic.claude-opus-4-6-v1'],
  'opus-4-5': ['us.anthropic.claude-opus-4-5-20251101-v1:0'],
  'sonnet-4-5': ['us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  'haiku-4-5': ['us.anthropic.claude-haiku-4-5-20251001-v1:0'],
  'opus-4-1': ['us.anthropic.claude-opus-4-1-20250805-v1:0'],
  'sonnet-4': ['us.anthropic.claude-sonnet-4-20250514-v1:0'],
  'claude-3-7': ['us.anthropic.claude-3-7-sonnet-20250219-v1:0'],
}

/** The families. The row with the longest `match` found in a name holds, so prefixes and versions do no harm. */
export const facts: readonly BedrockFact[] = [
  ...claudes.map(claudeRow),
  { match: 'claude-v2', ...wordsOnly, leads: true },
  { match: 'claude-instant', ...wordsOnly, leads: true },

  { match: 'amazon.nova', ...nova, context: 300_000, ids: ['us.amazon.nova-lite-v1:0', 'us.amazon.nova-pro-v1:0'] },
  {
    match: 'amazon.nova-micro',
    ...nova,
    context: 128_000,
    supports: { reasoning: false, images: false, files: false },
    ids: ['us.amazon.nova-micro-v1:0'],
  },
  { match: 'amazon.nova-premier', ...nova, context: 1_000_000, supports: { reasoning: false, webSearch: true } },
  { match: 'amazon.nova-2', ...nova2, context: 1_000_000, ids: ['us.amazon.nova-2-lite-v1:0'] },
  { match: 'amazon.titan', ...wordsOnly },

  { match: 'meta.llama', ...llama },
  {
    match: 'meta.llama4-maverick',
    ...llama,
    context: 1_000_000,
    ids: ['us.meta.llama4-maverick-17b-instruct-v1:0'],
  },
  { match: 'mistral.', ...mistral },
  { match: 'mistral.pixtral-large', ...mistral, context: 128_000, ids: ['us.mistral.pixtral-large-2502-v1:0'] },
  {
    match: 'mistral.mistral-large-3',
    ...mistral,
    context: 256_000,
    schema: 'any',
    ids: ['mistral.mistral-large-3-675b-instruct'],
  },
  { match: 'mistral.ministral-3', ...mistral, schema: 'any' },
  { match: 'mistral.magistral-small', ...mistral, schema: 'any' },
  { match: 'mistral.voxtral', ...mistral, schema: 'any', supports: { ...UNTOLD, audioInput: true } },
  { match: 'qwen.', ...qwen, supports: UNTOLD, thinking: 'untold' },
  { match: 'qwen.qwen3', ...qwen, schema: 'any' },
  { match: 'qwen.qwen3-32b', ...qwen, context: 32_000, schema: 'any', ids: ['qwen.qwen3-32b-v1:0'] },
  { match: 'openai.gpt-oss', ...gptOss, ids: ['openai.gpt-oss-120b-1:0', 'openai.gpt-oss-20b-1:0'] },
  { match: 'zai.', ...chooser, ids: ['zai.glm-4.7-flash'] },
  { match: 'moonshot.', ...chooser, resultMedia: [] },
  {
    match: 'moonshot.kimi-k2-thinking',
    ...chooser,
    context: 262_143,
    output: 16_000,
    resultMedia: [],
    ids: ['moonshot.kimi-k2-thinking'],
  },
  { match: 'moonshotai.', ...chooser, resultMedia: [] },
  { match: 'deepseek.', ...plain },
  { match: 'deepseek.r1', ...wordsOnly, context: 128_000, ids: ['us.deepseek.r1-v1:0'] },
  { match: 'writer.', ...plain, besideResults: 'nothing' },
  { match: 'google.gemma-3', ...plain, schema: 'any' },
  { match: 'minimax.', ...plain, schema: 'any', ids: ['minimax.minimax-m2'] },
  { match: 'nvidia.', ...plain, schema: 'any', ids: ['nvidia.nemotron-nano-12b-v2'] },
]

const unknown: BedrockFact = { match: '', ...plain, supports: UNTOLD }

/** What is known of models whose ids say what they are, and of those that the configuration says it of. */
export function factsWith(aliases: Readonly<Record<string, string>>): readonly BedrockFact[] {
  const named = Object.entries(aliases).map(([id, model]) => {
    const { ids: _, ...known } = knownOf(facts, model)
    return { ...known, match: id }
  })
  return [...named, ...facts, unknown]
}

/** What is known of a model. */
export function knownOf(rows: readonly BedrockFact[], model: string): BedrockFact {
  return factFor(rows, model) ?? unknown
}

/** Whether two ids mean one model: the same but for the geography that an inference profile is of. */
export function sameModel(one: string, other: string): boolean {
  return ungeographic(one) === ungeographic(other)
}

/** The id of a model without the geography of an inference profile. */
export function ungeographic(model: string): string {
  return model.replace(/^(?:us-gov|us|eu|apac|jp|au|ca|global)\./u, '')
}

/** Claude's row of a model that is Claude, and the one of an unknown Claude for others. */
export function claudeOf({ claude: known }: BedrockFact): ClaudeFact {
  return known ?? claude('')
}
