/**
 * Vertex AI: Gemini and Claude, through a project of Google Cloud.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest
 * @module
 */
import { z } from 'zod'
import { type AdapterDefinition, type Capabilities, defineAdapter } from '../src/adapter.ts'
import { NORMALIZE } from './google/embed.ts'
import { extensions as geminiExtensions } from './google/extension.ts'
import { supports as geminiSupports } from './google.ts'
import { originOf } from './vertex/address.ts'
import { authorizer } from './vertex/authorize.ts'
import { claude, extensions as claudeExtensions, isClaude } from './vertex/claude.ts'
import { credentialsSchema } from './vertex/credentials.ts'
import { embedderOn } from './vertex/embed.ts'
import { failure } from './vertex/failure.ts'
import { geminiOn } from './vertex/gemini.ts'
import { claudeFamily, gemini } from './vertex/models.ts'
import { createTokens, type Outside } from './vertex/tokens.ts'

const options = z
  .strictObject({
    project: z
      .string()
      .regex(/^[a-z0-9:.-]+$/u, 'is no id of a project')
      .optional()
      .describe('Id of the project of Google Cloud. Without one, `apiKey` is a key of express mode, for Gemini only.'),
    location: z
      .string()
      .regex(/^[a-z0-9-]+$/u, 'is no location')
      .default('global')
      .describe('Region that serves the models; or `global`, `us`, `eu`.'),
    credentials: z
      .union([z.string().min(1), credentialsSchema])
      .optional()
      .describe(
        'Key of a service account, or what `gcloud auth application-default login` leaves: the path of the file, its text, or what it holds. Default: what gcloud left, else what this machine of Google’s runs as.',
      ),
    apiKey: z.string().min(1).optional().describe('API key, sent as `x-goog-api-key` in place of an access token.'),
    baseURL: z.url().optional().describe('Where the API is, without its version. Default: the host of the location.'),
    structuredOutputs: z
      .boolean()
      .default(false)
      .describe(
        'Whether Claude may be held to a JSON Schema, which the constraint `vertexai.allowedPartnerModelFeatures` of the organization has to allow. Otherwise that is emulated.',
      ),
    webSearch: z
      .boolean()
      .default(true)
      .describe('Whether clients may have the provider search the web, which costs extra.'),
    normalizeEmbeddings: z.boolean().default(true).describe(NORMALIZE),
  })
  .refine(({ project, apiKey }) => project !== undefined || apiKey !== undefined, {
    path: ['project'],
    message: 'either a project or an apiKey is needed',
  })

/** Vertex AI, reaching Google through what is given: tests bring their own. */
export function defineVertex(outside: Outside): AdapterDefinition<z.input<typeof options>> {
  return defineAdapter({
    id: 'vertex',
    options,
    environment: {
      project: ['VERTEX_PROJECT', 'GOOGLE_CLOUD_PROJECT'],
      location: ['VERTEX_LOCATION', 'GOOGLE_CLOUD_LOCATION'],
      credentials: ['GOOGLE_APPLICATION_CREDENTIALS'],
    },
    required: [['project', 'apiKey']],
    sandbox: async (request) => (await import('./vertex/sandbox.ts')).sandbox(request),
    create({ project, location, credentials, apiKey, baseURL, structuredOutputs, webSearch, normalizeEmbeddings }) {
      const place = { project, location }
      const tokens = createTokens(credentials, outside)
      const claudes = claudeFamily({ structuredOutputs, webSearch })
      const claudeCodec = claude(place, { beta: [], caching: 'auto', known: claudes.knownOf })
      return {
        name: 'vertex',
        baseURL: baseURL ?? originOf(place),
        supports: { ...supports, webSearch },
        extensions: [...geminiExtensions, ...claudeExtensions],
        patterns: ['gemini-*', 'claude-*', 'text-embedding-00*', 'text-multilingual-embedding-*'],
        facts: project === undefined ? gemini.facts : [...gemini.facts, ...claudes.facts],
        pricedAs: 'google',
        authorize: authorizer(project, apiKey, tokens),
        chat: geminiOn(place),
        chatOf: (model) => (isClaude(model) ? claudeCodec : undefined),
        embed: embedderOn(place, normalizeEmbeddings),
        failure(status, body) {
          // A token that was revoked is not to be tried until it would have ended.
          if (status === 401) tokens.forget()
          return failure(status, body)
        },
      }
    },
  })
}

/** Google's Vertex AI. */
export const vertex = defineVertex({
  fetch: (input, init) => globalThis.fetch(input, init),
  now: Date.now,
  async readFile(path) {
    // Elsewhere than on Node there are no files; credentials are then given as text or as an object.
    const { readCredentialsFile } = await import('./vertex/credentials-file.ts')
    return readCredentialsFile(path)
  },
})

const supports: Capabilities = { ...geminiSupports, logprobs: true }
