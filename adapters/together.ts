/**
 * Together AI.
 *
 * @see https://docs.together.ai/reference/chat-completions-1
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'

/** Together AI. */
export const together = dialect({
  ...COMPATIBLE,
  name: 'together',
  baseURL: 'https://api.together.xyz/v1',
  supports: { ...LACKING, topK: true },
  // It does not know `none`; without tools there is nothing to choose.
  chooses: ['required', 'tool'],
  strict: false,
  think({ effort, maxTokens }, warn) {
    if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
    return effort === 'none' ? { reasoning: { enabled: false } } : { reasoning_effort: effort }
  },
  thinkTags: true,
  finish: { eos: 'stop' },
  // Its reference knows `model` and `input`.
  embeddings: { tokens: false, dimensions: false, user: false, base64: false },
})
