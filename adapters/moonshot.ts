/**
 * Moonshot's Kimi.
 *
 * @see https://platform.kimi.ai/docs/api/chat
 * @see https://platform.kimi.ai/docs/api/models-overview
 * @module
 */
import { mended } from './moonshot/schema.ts'
import { COMPATIBLE, dialect, type DialectFact, LACKING } from './openai/dialect.ts'
import { openly, switched, withCalls } from './openai/thoughts.ts'

/** Models that do not think yet; in return, they can be tuned. */
const older = {
  supports: { reasoning: false, temperature: true, topP: true, frequencyPenalty: true, presencePenalty: true },
  differs: { calm: {}, replay: (message) => message },
} as const satisfies Partial<DialectFact>

/** Kimi, at the international address; China's is a matter of `baseURL`. */
export const moonshot = dialect({
  ...COMPATIBLE,
  name: 'moonshot',
  pricedAs: 'moonshotai',
  baseURL: 'https://api.moonshot.ai/v1',
  patterns: ['kimi-*', 'moonshot-*'],
  supports: {
    ...{ ...LACKING, seed: false, logitBias: false, choices: false },
    // Models that think let nobody change these.
    ...{ temperature: false, topP: false, frequencyPenalty: false, presencePenalty: false },
  },
  limits: { temperature: [0, 1] },
  strict: false,
  schema: mended,
  // Uploaded files have addresses of their own.
  takes: ({ protocol }) => protocol === 'ms:',
  think: switched,
  calm: { thinking: { type: 'disabled' } },
  // Without the thoughts behind a call, the request is refused.
  replay: withCalls('.'),
  facts: [
    ...['moonshot-v1', 'kimi-latest', 'kimi-k2-0', 'kimi-k2-turbo'].map((match) => ({ match, ...older })),
    // They always think; the newer one in three degrees.
    { match: 'kimi-k2-thinking', supports: { reasoning: false }, differs: { chooses: ['none'] } },
    {
      match: 'kimi-k3',
      differs: {
        chooses: ['none'],
        think: openly,
        efforts: { none: 'low', minimal: 'low', medium: 'high', xhigh: 'max' },
      },
    },
  ],
  errors: { exceeded_current_quota_error: [402], rate_limit_reached_error: [429] },
  embeddings: false,
})
