/**
 * Google: Gemini, through the Gemini API of AI Studio.
 *
 * @see https://ai.google.dev/api
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { badRequest } from '../src/errors.ts'
import { isObject } from '../src/wire/json.ts'
import { geminiCodec } from './google/codec.ts'
import { counter } from './google/count.ts'
import { embedder, NORMALIZE } from './google/embed.ts'
import { extensions } from './google/extension.ts'
import { failure } from './google/failure.ts'
import { list } from './google/list.ts'
import { facts, knownOf } from './google/models.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key of AI Studio, sent as `x-goog-api-key`.'),
  baseURL: z
    .url()
    .default('https://generativelanguage.googleapis.com')
    .describe('Where the API is, without its version.'),
  functionIds: z
    .boolean()
    .default(true)
    .describe('Whether calls and their results bear ids. Some proxies refuse them.'),
  addresses: z
    .boolean()
    .default(false)
    .describe('Whether the API is to fetch pictures and files by address itself, which not every model can.'),
  webSearch: z
    .boolean()
    .default(true)
    .describe('Whether clients may have the provider search the web, which costs extra.'),
  normalizeEmbeddings: z.boolean().default(true).describe(NORMALIZE),
})

/** Google's Gemini models. */
export const google = defineAdapter({
  id: 'google',
  options,
  environment: {
    apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    baseURL: ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_BASE_URL'],
  },
  required: ['apiKey'],
  sandbox: async (request) => (await import('./google/sandbox.ts')).sandbox(request),
  create({ apiKey, baseURL, functionIds, addresses, webSearch, normalizeEmbeddings }) {
    return {
      name: 'google',
      baseURL,
      supports: { ...supports, webSearch },
      extensions,
      patterns: ['gemini-*', 'gemma-*'],
      facts,
      pricedAs: 'google',
      authorize(call, clientKey) {
        call.headers.set('x-goog-api-key', clientKey ?? apiKey)
      },
      chat: geminiCodec(
        {
          path,
          knownOf,
          reads: (url) => (addresses && url.protocol === 'https:') || isFile(url) || isVideo(url),
          fileUri,
          tier: (name) => (TIERS.has(name) ? { body: { serviceTier: name } } : undefined),
          functionIds,
          refuses: ['labels', 'modelArmorConfig'],
        },
        count,
      ),
      embed: embedder({ path: (model) => method(model, 'batchEmbedContents'), normalize: normalizeEmbeddings }),
      models: list,
      failure,
    }
  },
})

function path(model: string, stream: boolean): string {
  return method(model, stream ? 'streamGenerateContent?alt=sse' : 'generateContent')
}

/** The path of a call. */
function method(model: string, name: string): string {
  if (!/^[\w./-]+$/u.test(model) || model.includes('..'))
    throw badRequest(`"${model}" is no name of a model.`, 'model', 'invalid_value')
  return `/v1beta/${resource(model)}:${name}`
}

/** A model may be named with its collection: `models/x`, `tunedModels/x`. */
function resource(model: string): string {
  return model.includes('/') ? model : `models/${model}`
}

/** The whole request is counted, instructions and tools and all, where it names its model again. */
const count = counter((call, model) => {
  const generateContentRequest = { model: resource(model), ...(isObject(call.body) && call.body) }
  return { ...call, path: method(model, 'countTokens'), body: { generateContentRequest } }
})

const FILES = 'https://generativelanguage.googleapis.com/v1beta/'

/** The address of an uploaded file, of which the id is `files/…`. */
function fileUri(id: string): string | undefined {
  if (/^files\/[\w-]+$/u.test(id)) return FILES + id
  return id.startsWith(`${FILES}files/`) ? id : undefined
}

function isFile({ href }: URL): boolean {
  return href.startsWith(`${FILES}files/`)
}

/** @see https://ai.google.dev/gemini-api/docs/video-understanding#youtube */
function isVideo({ protocol, hostname, pathname }: URL): boolean {
  const isWatched = /^(?:www\.|m\.)?youtube\.com$/u.test(hostname) && pathname === '/watch'
  return protocol === 'https:' && (isWatched || hostname === 'youtu.be')
}

/** @see https://ai.google.dev/gemini-api/docs/flex-inference */
const TIERS: ReadonlySet<string> = new Set(['flex', 'priority'])

/** What Gemini models can do. */
export const supports: Capabilities = {
  temperature: true,
  topP: true,
  topK: true,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  logitBias: false,
  // Cannot be asked for: further calls are left out of the reply.
  parallelToolCalls: true,
  verbosity: false,
  prediction: false,
  user: false,
  safetyIdentifier: false,
  metadata: false,
  store: false,
  serviceTier: true,
  // Prefixes are cached without being asked for. What is cached by name goes by `google.cached_content`.
  promptCaching: false,
  names: false,
  tools: true,
  customTools: false,
  images: true,
  audioInput: true,
  files: true,
  schema: true,
  json: true,
  // "Logprobs is not enabled" for any model of AI Studio.
  logprobs: false,
  choices: true,
  audioOutput: true,
  imageOutput: true,
  webSearch: true,
  moderation: false,
  reasoning: true,
}
