/**
 * What is known of Gemini models: data, one row for each family.
 *
 * Sources, where a row names no other: the pages "Thinking", "Thought signatures" and "Function calling" of
 * https://ai.google.dev/gemini-api/docs, the model profiles that the AI SDK and Pydantic AI keep for the same purpose, and
 * the list of models of the API.
 *
 * @module
 */
import { factFor, type ModelFact } from '../../src/adapter.ts'

/** How a family is told how much to think: not at all, by a budget of tokens, or by a level. */
export type Thinks =
  | { readonly by: 'nothing' }
  /** `off` is the smallest budget: 0 where thinking can be turned off. `least` is the smallest that is thinking. */
  | { readonly by: 'budget'; readonly off: number; readonly least: number; readonly most: number }
  /** The levels it takes, lowest first. */
  | { readonly by: 'level'; readonly levels: readonly string[] }

/** What is known of one family. */
export interface GeminiFact extends ModelFact {
  readonly thinks: Thinks
  /** Whether the first call of each step in the history must bear the signature it came with. */
  readonly signs: boolean
  /** Whether an answer in JSON may be asked for beside tools, and the provider's own tools beside functions. */
  readonly mixes: boolean
  /** Whether it goes on from a final turn of its own. */
  readonly prefill: boolean
  /** Whether results of functions may hold media. */
  readonly mediaResults: boolean
  /** Whether each picture may have a resolution of its own. */
  readonly resolutions: boolean
  /** Whether calls can be held to their schemas without being forced. */
  readonly validates: boolean
  /** Whether it takes instructions apart from the conversation. */
  readonly system: boolean
  /** How it takes schemas: as JSON Schema, or in the older dialect of OpenAPI. */
  readonly schemas: 'json' | 'openapi'
}

/** Refused since 2.5: "Penalty is not enabled for this model". */
const NO_PENALTIES = { frequencyPenalty: false, presencePenalty: false }
/** Refused since 3: "Multiple candidates is not enabled for this model". */
const SINGLE = { ...NO_PENALTIES, choices: false }
/** Accepted, ignored, and to be refused one day: the migration guide asks to leave them out. */
const UNSAMPLED = { ...SINGLE, temperature: false, topP: false, topK: false }
/** Models that talk, or draw, are others. */
const MUTE = { audioOutput: false, imageOutput: false }

const FOUR_LEVELS = ['minimal', 'low', 'medium', 'high']
const THREE_LEVELS = ['low', 'medium', 'high']

/** The newest generation: what nobody has heard of is taken for a part of it. */
const newest = {
  context: 1_048_576,
  output: 65_536,
  supports: { ...UNSAMPLED, ...MUTE },
  thinks: { by: 'level', levels: THREE_LEVELS },
  signs: true,
  mixes: true,
  prefill: false,
  mediaResults: true,
  resolutions: true,
  validates: true,
  system: true,
  schemas: 'json',
} as const satisfies Omit<GeminiFact, 'match'>

/** The first models with levels. */
const third = { ...newest, supports: { ...SINGLE, ...MUTE }, prefill: true } as const satisfies Omit<
  GeminiFact,
  'match'
>

/** The generation that thinks within a budget. */
const budgeted = {
  ...third,
  supports: { ...NO_PENALTIES, ...MUTE },
  thinks: { by: 'budget', off: 0, least: 1, most: 24_576 },
  signs: false,
  mixes: false,
  mediaResults: false,
  resolutions: false,
} as const satisfies Omit<GeminiFact, 'match'>

/** The generation before thinking. */
const early = {
  ...budgeted,
  output: 8192,
  supports: { ...MUTE, reasoning: false },
  thinks: { by: 'nothing' },
  validates: false,
} as const satisfies Omit<GeminiFact, 'match'>

/** Models for one medium know nothing of tools, or of the form of an answer. */
const FORMLESS = { tools: false, schema: false, json: false }
const DRAWING = { ...FORMLESS, imageOutput: true }

/** Models that draw. @see https://ai.google.dev/gemini-api/docs/image-generation */
const drawing = {
  ...third,
  context: 65_536,
  output: 32_768,
  supports: { ...SINGLE, ...MUTE, ...DRAWING },
  thinks: { by: 'level', levels: ['minimal', 'high'] },
  signs: false,
  validates: false,
} as const satisfies Omit<GeminiFact, 'match'>

/** Models that read aloud. @see https://ai.google.dev/gemini-api/docs/speech-generation */
const speaker = {
  ...budgeted,
  context: 8192,
  output: 16_384,
  supports: {
    ...SINGLE,
    ...FORMLESS,
    imageOutput: false,
    reasoning: false,
    images: false,
    files: false,
    audioInput: false,
  },
  modalities: { input: ['text'], output: ['audio'] },
  thinks: { by: 'nothing' },
  system: false,
} as const satisfies Omit<GeminiFact, 'match'>

const unknown: GeminiFact = { match: '', ...newest }

/** The families. The row with the longest `match` found in a name holds. */
export const facts: readonly GeminiFact[] = [
  unknown,
  { match: 'gemini-3.8-flash', ...newest, ids: ['gemini-3.8-flash'] },
  { match: 'gemini-3.7-flash', ...newest, ids: ['gemini-3.7-flash'] },
  { match: 'gemini-3.6-flash', ...newest, thinks: { by: 'level', levels: FOUR_LEVELS }, ids: ['gemini-3.6-flash'] },
  {
    match: 'gemini-3.5-flash-lite',
    ...newest,
    thinks: { by: 'level', levels: FOUR_LEVELS },
    ids: ['gemini-3.5-flash-lite'],
  },
  { match: 'gemini-3.5-flash', ...third, thinks: { by: 'level', levels: FOUR_LEVELS }, ids: ['gemini-3.5-flash'] },
  { match: 'gemini-3.1-', ...third },
  { match: 'gemini-3.1-pro', ...third, ids: ['gemini-3.1-pro-preview'] },
  {
    match: 'gemini-3.1-flash-lite',
    ...third,
    thinks: { by: 'level', levels: FOUR_LEVELS },
    ids: ['gemini-3.1-flash-lite'],
  },
  { match: 'gemini-3.1-flash-lite-image', ...drawing },
  { match: 'gemini-3.1-flash-image', ...drawing },
  { match: 'gemini-3.1-flash-tts', ...speaker },
  { match: 'gemini-3-', ...third },
  { match: 'gemini-3-flash', ...third, thinks: { by: 'level', levels: FOUR_LEVELS }, ids: ['gemini-3-flash-preview'] },
  { match: 'gemini-3-pro', ...third, thinks: { by: 'level', levels: ['low', 'high'] }, ids: ['gemini-3-pro-preview'] },
  {
    match: 'gemini-3-pro-image',
    ...third,
    context: 65_536,
    output: 32_768,
    supports: { ...SINGLE, ...MUTE, imageOutput: true, tools: false },
    thinks: { by: 'level', levels: ['low', 'high'] },
    signs: false,
    validates: false,
    ids: ['gemini-3-pro-image-preview'],
  },
  { match: 'gemini-2.5', ...budgeted },
  {
    match: 'gemini-2.5-pro',
    ...budgeted,
    // Cannot stop thinking: 128 is the least it takes.
    thinks: { by: 'budget', off: 128, least: 128, most: 32_768 },
    ids: ['gemini-2.5-pro'],
  },
  { match: 'gemini-2.5-flash', ...budgeted, ids: ['gemini-2.5-flash'] },
  {
    match: 'gemini-2.5-flash-lite',
    ...budgeted,
    thinks: { by: 'budget', off: 0, least: 512, most: 24_576 },
    ids: ['gemini-2.5-flash-lite'],
  },
  {
    match: 'gemini-2.5-flash-image',
    ...budgeted,
    context: 65_536,
    output: 32_768,
    supports: { ...NO_PENALTIES, ...MUTE, ...DRAWING, reasoning: false },
    thinks: { by: 'nothing' },
    validates: false,
    ids: ['gemini-2.5-flash-image'],
  },
  { match: 'gemini-2.5-flash-preview-tts', ...speaker, ids: ['gemini-2.5-flash-preview-tts'] },
  { match: 'gemini-2.5-pro-preview-tts', ...speaker, ids: ['gemini-2.5-pro-preview-tts'] },
  { match: 'gemini-2.0', ...early, ids: ['gemini-2.0-flash', 'gemini-2.0-flash-lite'] },
  { match: 'gemini-1.5', ...early },
  // "Developer instruction is not enabled for models/gemma-…": they take no system instruction.
  { match: 'gemma', ...early, system: false, schemas: 'openapi' },
]

/** What is known of a model. */
export function knownOf(model: string): GeminiFact {
  return factFor(facts, model) ?? unknown
}
