/**
 * Acme, through its own dialogue API. Neither exists: it is invented to show how an adapter lives outside of Dragoman.
 *
 * @see "Write an adapter" of Dragoman
 * @module
 */
import { type Capabilities, defineAdapter, type ModelsCodec } from 'dragoman'
import { z } from 'zod'
import { failure } from './failure.ts'
import { decode, frames } from './reply.ts'
import { encode } from './request.ts'
import { body, type EngineList, engineList, frame } from './wire.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key, sent as `acme-key`.'),
  baseURL: z.url().default('https://api.acme.test').describe('Where the API is.'),
})

/** Acme's engines. */
export const acme = defineAdapter({
  id: 'acme',
  options,
  required: ['apiKey'],
  create({ apiKey, baseURL }) {
    return {
      name: 'acme',
      baseURL,
      supports,
      extensions: [],
      patterns: ['acme-*'],
      facts: [{ match: 'acme-large', context: 100_000, output: 8000, ids: ['acme-large'] }],
      authorize(call, clientKey) {
        call.headers.set('acme-key', clientKey ?? apiKey)
      },
      chat: { framing: 'ndjson', format: 'acme-v2', body, frame, encode, frames, decode },
      models,
      failure,
    }
  },
})

const models: ModelsCodec<EngineList> = {
  path: '/v2/engines',
  body: engineList,
  decode: ({ engines }) => engines.map(({ engine, since }) => ({ id: engine, created: since })),
}

const supports: Capabilities = {
  temperature: true,
  topP: false,
  topK: false,
  stop: true,
  seed: false,
  frequencyPenalty: false,
  presencePenalty: false,
  logitBias: false,
  parallelToolCalls: false,
  verbosity: false,
  prediction: false,
  user: false,
  safetyIdentifier: false,
  metadata: false,
  store: false,
  serviceTier: false,
  promptCaching: false,
  names: false,
  tools: true,
  customTools: false,
  images: false,
  audioInput: false,
  files: false,
  schema: false,
  json: false,
  logprobs: false,
  choices: false,
  audioOutput: false,
  imageOutput: false,
  webSearch: false,
  moderation: false,
  reasoning: false,
}
