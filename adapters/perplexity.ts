/**
 * Perplexity's Sonar, which searches the web before it answers.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @module
 */
import { isObject } from '../src/wire/json.ts'
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { embeddings } from './perplexity/embed.ts'
import { plainly } from './perplexity/request.ts'
import { sources } from './perplexity/sources.ts'

/** Perplexity. */
export const perplexity = dialect({
  ...COMPATIBLE,
  name: 'perplexity',
  baseURL: 'https://api.perplexity.ai',
  environment: { apiKey: ['PPLX_API_KEY'] },
  patterns: ['sonar', 'sonar-*', 'pplx-embed-*'],
  supports: {
    ...LACKING,
    ...{ tools: false, json: false, logprobs: false, choices: false, webSearch: true },
    ...{ stop: false, seed: false, logitBias: false, user: false, parallelToolCalls: false, names: false },
  },
  alternates: true,
  efforts: { none: 'minimal', xhigh: 'high', max: 'high' },
  thinkTags: true,
  sources,
  cost: ({ cost }) => (isObject(cost) && typeof cost['total_cost'] === 'number' ? cost['total_cost'] : undefined),
  tweak: plainly,
  errors: { too_many_prompt_tokens: [400, 'context_length_exceeded'] },
  embeddings,
  lists: false,
})
