/**
 * Counting the tokens of a request.
 *
 * @see https://platform.claude.com/docs/en/api/messages-count-tokens
 * @module
 */
import { z } from 'zod'
import type { CountCodec, Warn } from '../../src/adapter.ts'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** Members that are counted: those of `BetaMessageCountTokensParams` of Anthropic's SDK. Others are refused there. */
const COUNTED: ReadonlySet<string> = new Set([
  'cache_control',
  'context_management',
  'mcp_servers',
  'messages',
  'model',
  'output_config',
  'speed',
  'system',
  'thinking',
  'tool_choice',
  'tools',
  'user_profile_id',
])

const wire = z.object({ input_tokens: z.int().nonnegative() })

/** What was counted. */
export type WireCount = z.infer<typeof wire>

/** Counting, in the words of the Messages API. */
export const count: CountCodec<WireCount> = {
  body: wire,
  encode: (call, _, warn) => ({ ...call, path: '/v1/messages/count_tokens', body: countable(call.body, warn) }),
  decode: ({ input_tokens: tokens }) => tokens,
}

/** Of a request to the model, what its count is asked with. */
export function countable(body: Json | undefined, warn: Warn): JsonObject {
  const said = isObject(body) ? body : {}
  // Its skills are told to the model as well.
  if (said['container'] != null) warn('container', 'not counted')
  return Object.fromEntries(Object.entries(said).filter(([name]) => COUNTED.has(name)))
}
