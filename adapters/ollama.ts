/**
 * Ollama: models on one's own machine, or in its cloud, through the native API.
 *
 * @see https://docs.ollama.com/api
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { address } from './ollama/address.ts'
import { embedder } from './ollama/embed.ts'
import { failure } from './ollama/failure.ts'
import { list } from './ollama/list.ts'
import { FORMAT } from './ollama/native.ts'
import { decode, frames } from './ollama/reply.ts'
import { encode, extensions } from './ollama/request.ts'
import { amend } from './ollama/thinking.ts'
import { chunk, frame } from './ollama/wire.ts'

const options = z.strictObject({
  baseURL: z
    .string()
    .default('http://127.0.0.1:11434')
    .refine((host) => address(host) !== undefined, 'not an address')
    .describe('Where the server is, without `/api`: a URL, or a host and a port as in `OLLAMA_HOST`.'),
  apiKey: z.string().min(1).optional().describe('API key, sent as a bearer token. Only the cloud needs one.'),
  contextLength: z
    .int()
    .positive()
    .optional()
    .describe('Tokens of context to make room for (`num_ctx`) where the client does not say; else the server’s own.'),
  keepAlive: z
    .union([z.string(), z.number()])
    .optional()
    .describe('How long to keep a model in memory after a request: `10m`, seconds, or -1 for ever.'),
})

/** Models served by Ollama. */
export const ollama = defineAdapter({
  id: 'ollama',
  options,
  // The name that the server and its own clients read.
  environment: { baseURL: ['OLLAMA_HOST'] },
  sandbox: async (request) => (await import('./ollama/sandbox.ts')).sandbox(request),
  create({ baseURL, apiKey, contextLength, keepAlive }) {
    const settings = { context: contextLength, keepAlive }
    const embeddings = embedder(settings)
    return {
      name: 'ollama',
      baseURL: address(baseURL) ?? baseURL,
      supports,
      extensions,
      // Its models are other people's, under their names: they are asked for by the name of the provider.
      patterns: [],
      facts: [],
      authorize(call, clientKey) {
        const key = clientKey ?? apiKey
        if (key !== undefined) call.headers.set('authorization', `Bearer ${key}`)
      },
      chat: {
        framing: 'ndjson',
        format: FORMAT,
        body: chunk,
        frame,
        encode: (request, warn) => encode(request, settings, warn),
        // It reads no addresses.
        takes: () => false,
        frames,
        decode,
        amend,
      },
      embed: () => embeddings,
      models: list,
      failure,
    }
  },
})

const supports: Capabilities = {
  temperature: true,
  topP: true,
  topK: true,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  logitBias: false,
  parallelToolCalls: true,
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
  images: true,
  audioInput: false,
  files: false,
  schema: true,
  json: true,
  logprobs: true,
  choices: false,
  audioOutput: false,
  imageOutput: false,
  webSearch: false,
  moderation: false,
  reasoning: true,
}
