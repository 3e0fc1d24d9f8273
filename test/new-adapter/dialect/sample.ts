/**
 * Sample, which is like OpenAI except for what is listed here.
 *
 * @see https://docs.sample.test/api/chat
 * @module
 */
import { dialect, LACKING } from '../../../adapters/openai/dialect.ts'

/** The models of Sample. */
export const sample = dialect({
  name: 'sample',
  baseURL: 'https://api.sample.test/v1',
  patterns: ['sample-*'],
  developer: false,
  supports: { ...LACKING, topK: true },
  rename: { max_completion_tokens: 'max_tokens' },
})
