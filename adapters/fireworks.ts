/**
 * Fireworks AI.
 *
 * @see https://docs.fireworks.ai/api-reference/post-chatcompletions
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { asReasoningContent } from './openai/thoughts.ts'

/** The least budget for thinking. */
const LEAST = 1024

/** Fireworks AI. It refuses members it does not know. */
export const fireworks = dialect({
  ...COMPATIBLE,
  name: 'fireworks',
  baseURL: 'https://api.fireworks.ai/inference/v1',
  patterns: ['accounts/*'],
  supports: { ...LACKING, seed: false, topK: true },
  extensions: [
    ...['min_p', 'typical_p', 'repetition_penalty', 'mirostat_lr', 'mirostat_target', 'ignore_eos', 'raw_output'],
    ...['prompt_truncate_len', 'context_length_exceeded_behavior', 'thinking', 'reasoning_history'],
  ],
  limits: { top_logprobs: [0, 5] },
  strict: false,
  efforts: { minimal: 'low', xhigh: 'high', max: 'high' },
  think({ effort, maxTokens }, warn) {
    if (maxTokens === undefined) return { reasoning_effort: effort }
    if (maxTokens < LEAST) warn('reasoning.max_tokens', `clamped to ${LEAST}`)
    return { thinking: { type: 'enabled', budget_tokens: Math.max(maxTokens, LEAST) } }
  },
  replay: asReasoningContent,
  // https://docs.fireworks.ai/api-reference/creates-an-embedding-vector-representing-the-input-text
  embeddings: {
    ...{ tokens: false, user: false, base64: false },
    extensions: ['prompt_template', 'return_logits', 'normalize'],
  },
  thinkTags: true,
  // https://docs.fireworks.ai/guides/prompt-caching
  cachedIn: 'fireworks-cached-prompt-tokens',
  // Beside tools, it does not even take the format that is none.
  tweak: ({ response_format, ...body }, { format }) => ({
    ...body,
    ...(format?.type !== 'text' && { response_format }),
  }),
})
