/**
 * Azure OpenAI: OpenAI's models, and others, at an address of one's own.
 *
 * The model is the name of a deployment. The list of models shows what could be deployed, so it is not shown.
 *
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/latest
 * @module
 */
import { filtered } from './azure/failure.ts'
import { dialect } from './openai/dialect.ts'

/** Azure OpenAI, and the models of Azure AI Foundry. */
export const azure = dialect({
  name: 'azure',
  root: '/openai/v1',
  environment: { apiKey: ['AZURE_OPENAI_API_KEY'], baseURL: ['AZURE_OPENAI_BASE_URL', 'AZURE_OPENAI_ENDPOINT'] },
  required: ['apiKey', 'baseURL'],
  // Older versions of the API are dated; the current one refuses a date.
  query: { apiVersion: 'api-version' },
  // Tokens of Entra ID are JSON Web Tokens, which keys are not.
  credentials: (key) => (key.startsWith('eyJ') ? { authorization: `Bearer ${key}` } : { 'api-key': key }),
  facts: [{ match: 'istral', differs: { rename: { max_completion_tokens: 'max_tokens' } } }],
  supports: { files: false, store: false, serviceTier: false, moderation: false, webSearch: false },
  // Searching one's own data goes without usage in streams: https://github.com/openai/openai-python/issues/2296
  tweak: ({ stream_options, ...body }) => ({ ...body, ...(!('data_sources' in body) && { stream_options }) }),
  complaint: filtered,
  details: ['innererror'],
  requestId: 'apim-request-id',
  literal: true,
  lists: false,
  // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses. What would count is unknown there:
  // https://learn.microsoft.com/answers/questions/5889782
  serves: ['/responses'],
})
