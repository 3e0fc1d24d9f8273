/**
 * Fields that change nothing in a request and are kept all the same, or left out for a reason that is no loss. Whatever
 * else changes nothing was lost.
 *
 * @module
 */

import type { Probe } from './probe.ts'

const ENFORCED = 'a schema is always enforced'
const UNASKED = 'thoughts of earlier turns are not wanted back'
const SAID = 'the sources of what was said earlier are no part of what is said'

/** Adapter → field → why. `*` is every adapter. */
export const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '*': {
    'assistant: annotations': SAID,
    'assistant: reasoning_content': UNASKED,
  },
  anthropic: { 'response_format.json_schema.strict': ENFORCED },
  bedrock: { 'response_format.json_schema.strict': ENFORCED },
  cohere: { 'response_format.json_schema.strict': ENFORCED },
  google: { 'response_format.json_schema.strict': ENFORCED },
  ollama: { 'response_format.json_schema.strict': ENFORCED },
  perplexity: { 'response_format.json_schema.strict': ENFORCED },
  vertex: { 'response_format.json_schema.strict': ENFORCED },
}

/** Why nothing comes of a field, where that is no loss. */
export function whyGiven(adapter: string, { name }: Probe): string | undefined {
  return GIVEN[adapter]?.[name] ?? GIVEN['*']?.[name]
}
