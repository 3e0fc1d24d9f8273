/**
 * OpenAI's chat API: the dialect that has no differences.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 * @module
 */
import { declarable } from './openai/declared.ts'
import { facts } from './openai/models.ts'

/** OpenAI; and, with differences stated in the configuration, any provider that is like it. */
export const openai = declarable({
  name: 'openai',
  baseURL: 'https://api.openai.com/v1',
  environment: { organization: ['OPENAI_ORG_ID'], project: ['OPENAI_PROJECT_ID'] },
  headers: { organization: 'openai-organization', project: 'openai-project' },
  patterns: [
    'gpt-*',
    'chatgpt-*',
    'o1*',
    'o3*',
    'o4*',
    'codex-*',
    'ft:*',
    'text-embedding-3-*',
    'text-embedding-ada-*',
  ],
  facts,
  literal: true,
  // `file_data` is base64, no address.
  takes: (_url, { type }) => type === 'image',
  serves: ['/responses', '/responses/input_tokens'],
  sandbox: async (request) => (await import('./openai/sandbox.ts')).sandbox(request),
})
