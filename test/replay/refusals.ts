/**
 * Features that a provider lacks and nothing can stand in for: the reasons for which a request of OpenAI's may be refused.
 *
 * @module
 */
import type { Failure } from '../../src/canonical.ts'

interface Missing {
  readonly param: RegExp
  readonly code: string
  readonly says: string
}

/** By provider. The specification of its translation refuses each of these. */
const MISSING: Readonly<Record<string, readonly Missing[]>> = {
  anthropic: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    { param: /\.file\.file_id$/u, code: 'unsupported_content_part', says: 'a file in the store of another provider' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
  ],
}

/** The missing feature that a failure names, if it is one of those known to be missing. */
export function missingFeature(provider: string, { param, code }: Failure): string | undefined {
  return MISSING[provider]?.find((missing) => missing.code === code && missing.param.test(param ?? ''))?.says
}
