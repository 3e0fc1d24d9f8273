/**
 * Groq.
 *
 * @see https://console.groq.com/docs/api-reference#chat-create
 * @module
 */
import { settled } from './groq/request.ts'
import { counted } from './groq/usage.ts'
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'

/** Groq. It refuses every member it does not know, in messages too, so past thoughts are not sent. */
export const groq = dialect({
  ...COMPATIBLE,
  name: 'groq',
  baseURL: 'https://api.groq.com/openai/v1',
  rename: {},
  extensions: [
    'citation_options',
    'compound_custom',
    'disable_tool_validation',
    'documents',
    'exclude_domains',
    'include_domains',
    'include_reasoning',
    'reasoning_format',
    'search_settings',
  ],
  supports: {
    ...LACKING,
    serviceTier: true,
    frequencyPenalty: false,
    presencePenalty: false,
    logitBias: false,
    logprobs: false,
    choices: false,
    schema: false,
    reasoning: false,
  },
  facts: [
    {
      match: 'gpt-oss',
      supports: { images: false, schema: true, reasoning: true },
      differs: { efforts: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' } },
    },
    {
      match: 'qwen3',
      supports: { images: false, reasoning: true },
      differs: {
        efforts: {
          minimal: 'default',
          low: 'default',
          medium: 'default',
          high: 'default',
          xhigh: 'default',
          max: 'default',
        },
      },
    },
    { match: 'llama-4', supports: { schema: true } },
    { match: 'llama-3', supports: { images: false } },
  ],
  // Some models think aloud unless `reasoning_format` says otherwise.
  thinkTags: true,
  tweak: settled,
  usage: counted,
  // "Flex Tier Capacity Exceeded": https://console.groq.com/docs/errors
  errors: { 498: [503, 'overloaded'] },
  details: ['failed_generation'],
  complaint: ({ message, failed_generation: said }) =>
    typeof said === 'string' && said !== '' ? `${String(message)} The model said: ${said}` : undefined,
  embeddings: false,
})
