/**
 * Cohere: Command models, through the chat API, version 2.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { embed } from './cohere/embed.ts'
import { failure } from './cohere/failure.ts'
import { list } from './cohere/list.ts'
import { facts } from './cohere/models.ts'
import { FORMAT } from './cohere/native.ts'
import { decode, frames } from './cohere/reply.ts'
import { encode, extensions } from './cohere/request.ts'
import { body, frame } from './cohere/wire.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key, sent as a bearer token.'),
  baseURL: z.url().default('https://api.cohere.com').describe('Where the API is, without `/v2`.'),
})

/** Cohere's Command models. */
export const cohere = defineAdapter({
  id: 'cohere',
  options,
  // The name that Cohere's own SDKs read.
  environment: { apiKey: ['CO_API_KEY'] },
  required: ['apiKey'],
  sandbox: async (request) => (await import('./cohere/sandbox.ts')).sandbox(request),
  create({ apiKey, baseURL }) {
    return {
      name: 'cohere',
      baseURL,
      supports,
      extensions,
      patterns: ['command-*', 'c4ai-*', 'embed-*'],
      facts,
      pricedAs: 'cohere',
      authorize(call, clientKey) {
        call.headers.set('authorization', `Bearer ${clientKey ?? apiKey}`)
      },
      chat: {
        framing: 'sse',
        format: FORMAT,
        body,
        frame,
        encode,
        // It reads pictures by itself, but no files.
        takes: ({ protocol }, part) => part.type === 'image' && /^https?:$/u.test(protocol),
        frames,
        decode,
      },
      embed,
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
  files: true,
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
