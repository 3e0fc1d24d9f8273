/**
 * Zhipu's GLM, through Z.ai.
 *
 * @see https://docs.z.ai/api-reference/llm/chat-completion
 * @see https://docs.z.ai/api-reference/api-code
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { asReasoningContent, switched } from './openai/thoughts.ts'
import { effortful, preserving } from './zhipu/thinking.ts'

/** GLM, at the international address; China's and the coding plan's are a matter of `baseURL`. */
export const zhipu = dialect({
  ...COMPATIBLE,
  name: 'zhipu',
  pricedAs: 'zai',
  baseURL: 'https://api.z.ai/api/paas/v4',
  environment: { apiKey: ['ZAI_API_KEY', 'ZHIPUAI_API_KEY'] },
  patterns: ['glm-*', 'embedding-2', 'embedding-3*'],
  supports: {
    ...LACKING,
    ...{ schema: false, choices: false, logprobs: false, seed: false, user: false, parallelToolCalls: false },
    ...{ frequencyPenalty: false, presencePenalty: false, logitBias: false },
  },
  limits: { temperature: [0, 1], top_p: [0.01, 1] },
  // Only `auto` is documented.
  chooses: [],
  strict: false,
  think: switched,
  facts: [
    { match: 'glm-5.2', differs: { think: effortful } },
    // It always thinks.
    {
      match: 'glm-5.3',
      differs: { think: effortful, efforts: { none: 'low', minimal: 'low', medium: 'high', xhigh: 'max' } },
    },
  ],
  replay: asReasoningContent,
  // China's address has them: https://docs.bigmodel.cn/api-reference
  embeddings: { batch: 64, tokens: false, dimensions: [256, 512, 1024, 2048], user: false, base64: false },
  tweak: preserving,
  finish: { sensitive: 'content_filter', model_context_window_exceeded: 'length', network_error: 'error' },
  errors: {
    ...{ 1113: [402], 1210: [400], 1211: [404, 'model_not_found'], 1214: [400], 1234: [502] },
    ...{ 1301: [400, 'content_filter'], 1302: [429], 1303: [429], 1305: [429] },
  },
})
