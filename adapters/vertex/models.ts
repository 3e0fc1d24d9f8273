/**
 * What is known of models on Vertex AI: what is known of them at home, and where Vertex AI differs.
 *
 * @module
 */
import { supports as claudeSupports } from '../anthropic.ts'
import { type ClaudeFact, facts as claudeFacts, knownOf as knownOfClaude } from '../anthropic/models.ts'
import { type GeminiFact, facts as geminiFacts, knownOf as knownOfGemini } from '../google/models.ts'

/** What is known of one family's models. */
export interface Family<Fact> {
  readonly facts: readonly Fact[]
  knownOf(model: string): Fact
}

/** The families that tell log probabilities here. Later ones are reported not to. */
const WITH_LOGPROBS: ReadonlySet<string> = new Set([
  'gemini-1.5',
  'gemini-2.0',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-2.5-flash-lite',
])

/** Gemini. */
export const gemini = family(geminiFacts, knownOfGemini, (fact): GeminiFact => ({
  ...fact,
  supports: { ...fact.supports, logprobs: WITH_LOGPROBS.has(fact.match) },
}))

/**
 * The versions that need a date. Other names are the same everywhere.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
 */
const DATES: ReadonlyMap<string, string> = new Map([
  ['opus-4-5', '@20251101'],
  ['sonnet-4-5', '@20250929'],
  ['haiku-4-5', '@20251001'],
])

/** Claude, with the features that the configuration allows. Capacity is bought from Google, and goes by project. */
export function claudeFamily(allowed: {
  readonly structuredOutputs: boolean
  readonly webSearch: boolean
}): Family<ClaudeFact> {
  const denied = {
    serviceTier: false,
    ...(!allowed.structuredOutputs && { schema: false }),
    ...(!allowed.webSearch && { webSearch: false }),
  }
  return family(claudeFacts, knownOfClaude, ({ ids, ...fact }): ClaudeFact => ({
    ...fact,
    match: fact.match || 'claude',
    supports: { ...claudeSupports, ...fact.supports, ...denied },
    ...(ids && { ids: ids.map((id) => id + (DATES.get(fact.match) ?? '')) }),
  }))
}

/** A family whose facts differ from those at home. */
function family<Fact>(
  facts: readonly Fact[],
  knownOf: (model: string) => Fact,
  here: (fact: Fact) => Fact,
): Family<Fact> {
  return { facts: facts.map(here), knownOf: (model) => here(knownOf(model)) }
}
