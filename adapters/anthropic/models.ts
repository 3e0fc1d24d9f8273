/**
 * What is known of Claude models: data, one row for each family.
 *
 * The list of models says nothing about sampling, forced tool choice, prefill or system messages inside the
 * conversation, so these rows do. Sources, where a row names no other: the pages "Models overview", "Adaptive thinking",
 * "Effort", "Errors" and "Prompt caching" of https://platform.claude.com/docs, and the profiles that the AI SDK and
 * Pydantic AI keep for the same purpose.
 *
 * @module
 */
import { factFor, type ModelFact } from '../../src/adapter.ts'
import { sonnet55, FABLE_5, FABLE_5_1, HAIKU_5_5, unpriced } from './prices.ts'

/** What is known of one family. */
export interface ClaudeFact extends ModelFact {
  readonly output: number
  /** The types of `thinking` it takes. */
  readonly thinking: readonly ('adaptive' | 'enabled' | 'disabled' | 'between_tools')[]
  /** When it thinks: always, unless told otherwise, or only when asked. */
  readonly thinks: 'always' | 'default' | 'asked'
  /** The levels of `output_config.effort` it takes, lowest first. */
  readonly efforts: readonly string[]
  /** Whether it takes a `tool_choice` of `any` or `tool`. */
  readonly forcedTools: boolean
  /** Whether it goes on from a final assistant message. */
  readonly prefill: boolean
  /** Whether it heeds a `system` message inside the conversation. */
  readonly inlineSystem: boolean
  /** The shortest prefix it caches, in tokens. */
  readonly cacheFrom: number
}

const FIVE_EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max']
const FOUR_EFFORTS = ['low', 'medium', 'high', 'max']
const NO_SAMPLING = { temperature: false, topP: false, topK: false }

/** The generation that always thinks, as deeply as the effort says, and takes no sampling parameters. */
const thinker = {
  context: 1_000_000,
  output: 128_000,
  supports: NO_SAMPLING,
  thinking: ['adaptive'],
  thinks: 'always',
  efforts: FIVE_EFFORTS,
  forcedTools: false,
  prefill: false,
  inlineSystem: true,
  cacheFrom: 512,
} as const satisfies Omit<ClaudeFact, 'match'>

/** The first generation with adaptive thinking, which is off unless asked for. */
const adaptive = {
  ...thinker,
  thinking: ['adaptive', 'disabled'],
  thinks: 'asked',
  forcedTools: true,
  inlineSystem: false,
} as const satisfies Omit<ClaudeFact, 'match'>

/** The generation that thinks within a budget of tokens. */
const budgeted = {
  context: 200_000,
  output: 64_000,
  thinking: ['enabled', 'disabled'],
  thinks: 'asked',
  efforts: [],
  forcedTools: true,
  prefill: true,
  inlineSystem: false,
  cacheFrom: 1024,
} as const satisfies Omit<ClaudeFact, 'match'>

/** The generations before structured outputs. */
const early = { ...budgeted, supports: { schema: false } } as const satisfies Omit<ClaudeFact, 'match'>
const thoughtless = { ...early, supports: { schema: false, reasoning: false }, thinking: [], cacheFrom: 2048 } as const

/** A model nobody has heard of is taken for a new one. Forced tools are tried, and mended where it refuses them. */
const unknown: ClaudeFact = { match: '', ...thinker, forcedTools: true, inlineSystem: false }

/** The families. The row with the longest `match` found in a name holds, so date suffixes and cloud prefixes do no harm. */
export const facts: readonly ClaudeFact[] = [
  unknown,

  { match: 'opus-5-5', ...thinker, ids: ['claude-opus-5-5'] },
  // "Off" is thinking between tool calls only.
  {
    match: 'sonnet-5-5',
    ...thinker,
    thinking: ['adaptive', 'between_tools'],
    price: sonnet55,
    ids: ['claude-sonnet-5-5'],
  },
  { match: 'haiku-5-5', ...adaptive, thinks: 'default', price: HAIKU_5_5, ids: ['claude-haiku-5-5'] },
  { match: 'opus-5', ...adaptive, thinks: 'default', inlineSystem: true, ids: ['claude-opus-5'] },
  // Takes system messages inside the conversation, but does not heed them.
  { match: 'sonnet-5', ...adaptive, thinks: 'default', cacheFrom: 1024, ids: ['claude-sonnet-5'] },

  // Ids: the model list of @anthropic-ai/sdk 1.11. Their successors are assumed to be like fable-5-1.
  { match: 'fable-5-2', ...thinker, price: unpriced, ids: ['claude-fable-5-2'] },
  { match: 'mythos-5-2', ...thinker, price: unpriced, ids: ['claude-mythos-5-2'] },
  { match: 'fable-5-1', ...thinker, ids: ['claude-fable-5-1'] },
  { match: 'mythos-5-1', ...thinker, price: FABLE_5_1, ids: ['claude-mythos-5-1'] },
  // The errors page lists these two among the models that take forced tools; Pydantic AI does not. A refusal is mended.
  { match: 'fable-5', ...thinker, forcedTools: true, ids: ['claude-fable-5'] },
  { match: 'mythos-5', ...thinker, forcedTools: true, price: FABLE_5, ids: ['claude-mythos-5'] },

  { match: 'opus-4-8', ...adaptive, inlineSystem: true, cacheFrom: 1024, ids: ['claude-opus-4-8'] },
  { match: 'opus-4-7', ...adaptive, cacheFrom: 2048, ids: ['claude-opus-4-7'] },
  {
    match: 'mythos-preview',
    ...thinker,
    thinking: ['adaptive', 'enabled'],
    efforts: FOUR_EFFORTS,
    inlineSystem: false,
    cacheFrom: 2048,
    price: unpriced,
    ids: ['claude-mythos-preview'],
  },
  // The last ones with sampling parameters, the first ones without prefill.
  {
    match: 'opus-4-6',
    ...adaptive,
    supports: {},
    thinking: ['adaptive', 'enabled', 'disabled'],
    efforts: FOUR_EFFORTS,
    cacheFrom: 4096,
    ids: ['claude-opus-4-6'],
  },
  {
    match: 'sonnet-4-6',
    ...adaptive,
    supports: {},
    thinking: ['adaptive', 'enabled', 'disabled'],
    efforts: FOUR_EFFORTS,
    cacheFrom: 1024,
    ids: ['claude-sonnet-4-6'],
  },

  { match: 'opus-4-5', ...budgeted, efforts: ['low', 'medium', 'high'], cacheFrom: 4096, ids: ['claude-opus-4-5'] },
  { match: 'sonnet-4-5', ...budgeted, ids: ['claude-sonnet-4-5'] },
  { match: 'haiku-4-5', ...budgeted, cacheFrom: 4096, ids: ['claude-haiku-4-5'] },
  { match: 'opus-4-1', ...budgeted, output: 32_000 },
  { match: 'opus-4', ...early, output: 32_000 },
  { match: 'sonnet-4', ...early },
  { match: 'claude-3-7', ...early },
  { match: 'claude-3-5', ...thoughtless, output: 8192 },
  { match: 'claude-3', ...thoughtless, output: 4096 },
]

/** What is known of a model. */
export function knownOf(model: string): ClaudeFact {
  return factFor(facts, model) ?? unknown
}

/** Whether two names mean one model: the same up to the date at the end, which replies add to an alias and clouds set off by `@`. */
export function sameModel(one: string, other: string): boolean {
  return undated(one) === undated(other)
}

function undated(model: string): string {
  return model.replace(/[-@]\d{8}$/u, '')
}
