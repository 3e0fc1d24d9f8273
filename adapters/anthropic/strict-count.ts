/**
 * The native request for a count, judged as strictly as the provider does.
 *
 * @see https://platform.claude.com/docs/en/api/messages-count-tokens
 * @module
 */
import { excerpt } from '../../src/wire/excerpt.ts'
import { isObject } from '../../src/wire/json.ts'
import { messagesRequest } from './strict.ts'

/** What can be counted. */
export const MEMBERS = [
  'messages',
  'model',
  'cache_control',
  'context_management',
  'mcp_servers',
  'output_config',
  'speed',
  'system',
  'thinking',
  'tool_choice',
  'tools',
  'user_profile_id',
] as const

/** A native request for a count that the provider accepts: one for a reply that has no limit yet. */
export const countRequest = excerpt(MEMBERS, messagesRequest, (part) => {
  const { thinking } = part
  const budget = isObject(thinking) ? thinking['budget_tokens'] : undefined
  return { ...part, max_tokens: (typeof budget === 'number' ? budget : 0) + 1 }
})
