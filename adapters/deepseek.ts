/**
 * DeepSeek. What it wants back of earlier thoughts has changed twice, so that is data: one row for each generation.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 * @module
 */
import { flash, pro, unpriced } from './deepseek/prices.ts'
import { settled } from './deepseek/thinking.ts'
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { switched, withCalls } from './openai/thoughts.ts'

/** @see https://api-docs.deepseek.com/quick_start/pricing */
const current = { context: 1_000_000, output: 384_000 }

/** DeepSeek. Its current models think unless told otherwise, and refuse a history without their thoughts. */
export const deepseek = dialect({
  ...COMPATIBLE,
  name: 'deepseek',
  baseURL: 'https://api.deepseek.com',
  patterns: ['deepseek-*'],
  supports: {
    ...LACKING,
    images: false,
    schema: false,
    choices: false,
    seed: false,
    logitBias: false,
    parallelToolCalls: false,
    user: false,
  },
  strict: false,
  efforts: { minimal: 'high', low: 'high', medium: 'high', xhigh: 'max' },
  think: (wish, warn) => ({
    ...switched(wish, warn),
    reasoning_effort: wish.effort === 'none' ? undefined : wish.effort,
  }),
  // "Thinking mode does not support this tool_choice."
  calm: { thinking: { type: 'disabled' } },
  // A message without content is refused.
  replay: (message, thoughts) => withCalls('')({ ...message, content: message['content'] ?? '' }, thoughts),
  tweak: settled('thinking'),
  facts: [
    { match: 'deepseek-flash', ...current, price: flash, ids: ['deepseek-flash'] },
    { match: 'deepseek-v4-pro', ...current, price: pro, ids: ['deepseek-v4-pro'] },
    // An older name of the first.
    { match: 'deepseek-v4-flash', ...current, price: flash, ids: ['deepseek-v4-flash'] },
    // The names of the older models: the first does not think unasked, the second does. What they cost is history.
    { match: 'deepseek-chat', price: unpriced, differs: { tweak: settled('silent') }, ids: ['deepseek-chat'] },
    { match: 'deepseek-reasoner', price: unpriced, ids: ['deepseek-reasoner'] },
    // The first generation refuses to hear its thoughts again, wherever it is still served.
    { match: 'deepseek-r1', differs: { tweak: settled('forgetful') } },
  ],
  requestId: 'x-ds-trace-id',
  finish: { insufficient_system_resource: 'error' },
  errors: { insufficient_system_resource: [503, 'overloaded'] },
  usage: ({ usage }) =>
    usage && {
      ...usage,
      prompt_tokens_details: usage.prompt_tokens_details ?? { cached_tokens: count(usage['prompt_cache_hit_tokens']) },
    },
  embeddings: false,
})

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
