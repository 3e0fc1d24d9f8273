/**
 * Tokens spent, in OpenAI's accounting.
 *
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 * @module
 */
import type { Reply } from '../../src/reply.ts'
import type { WireUsage } from './wire.ts'

/**
 * Notes what was spent. Every frame may say it, and a later one need not say more: counts start anew where the provider
 * uses tools of its own. The last one with a total holds, as a whole; only what came from the cache may be missing there.
 */
export function spend(reply: Reply, usage: WireUsage): void {
  const tier = TIERS.get(usage.serviceTier ?? usage.trafficType ?? '')
  if (tier !== undefined) reply.serviceTier(tier)
  if (usage.totalTokenCount == null) return
  const { promptTokensDetails, toolUsePromptTokensDetails, candidatesTokensDetails } = usage
  reply.usage({
    input: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    cached: usage.cachedContentTokenCount,
    reasoning: usage.thoughtsTokenCount,
    audioInput: counted('AUDIO', promptTokensDetails, counted('AUDIO', toolUsePromptTokensDetails)),
    audioOutput: counted('AUDIO', candidatesTokensDetails),
    imageOutput: counted('IMAGE', candidatesTokensDetails),
  })
}

/** Tokens of one kind, and those counted before; nothing where there are neither. */
function counted(kind: string, details: WireUsage['promptTokensDetails'], before?: number): number | undefined {
  let sum = before
  for (const { modality, tokenCount } of details ?? []) if (modality === kind) sum = (sum ?? 0) + (tokenCount ?? 0)
  return sum
}

const TIERS: ReadonlyMap<string, string> = new Map([
  ['standard', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['ON_DEMAND', 'default'],
  ['ON_DEMAND_FLEX', 'flex'],
  ['ON_DEMAND_PRIORITY', 'priority'],
])
