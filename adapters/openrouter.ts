/**
 * OpenRouter: many providers behind one. What it does not know of a request, it leaves to the one that answers.
 *
 * @see https://openrouter.ai/docs/api-reference/chat-completion
 * @module
 */
import { COMPATIBLE, dialect } from './openai/dialect.ts'
import { charged } from './openrouter/cost.ts'
import { inDetails } from './openrouter/details.ts'
import { original } from './openrouter/failure.ts'

/** OpenRouter. */
export const openrouter = dialect({
  ...COMPATIBLE,
  developer: true,
  name: 'openrouter',
  baseURL: 'https://openrouter.ai/api/v1',
  headers: { referer: 'http-referer', title: 'x-title' },
  supports: { customTools: false, choices: false, moderation: false, topK: true, imageOutput: true },
  efforts: { max: 'xhigh' },
  think: ({ effort, maxTokens, hidden }) => ({ reasoning: { effort, max_tokens: maxTokens, exclude: hidden } }),
  replay: inDetails,
  finish: { error: 'error' },
  cost: charged,
  complaint: original,
})
