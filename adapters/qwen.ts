/**
 * Qwen, through Alibaba Cloud's Model Studio.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api
 * @see https://www.alibabacloud.com/help/en/model-studio/deep-thinking
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'

/** Qwen, at the international address; China's and others are a matter of `baseURL`. */
export const qwen = dialect({
  ...COMPATIBLE,
  name: 'qwen',
  baseURL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  environment: { apiKey: ['DASHSCOPE_API_KEY', 'ALIBABA_API_KEY'] },
  patterns: ['qwen-*', 'qwen3*', 'qwq-*', 'qvq-*', 'text-embedding-v*'],
  supports: { ...LACKING, frequencyPenalty: false, logitBias: false, user: false, choices: false, topK: true },
  strict: false,
  // Thinking, which some models do unasked, is only for streams.
  streams: true,
  think: ({ effort, maxTokens }) => ({ enable_thinking: effort !== 'none', thinking_budget: maxTokens }),
  calm: { enable_thinking: false },
  // https://www.alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api
  embeddings: {
    ...{ batch: 10, tokens: false, user: false, base64: false },
    dimensions: [64, 128, 256, 512, 768, 1024, 1536, 2048],
  },
  // The prefix of a message has the status, and the name of an exception.
  complaint: ({ message }) => (typeof message === 'string' ? message.replace(/^<\d+> [\w.]+: /u, '') : undefined),
})
