/**
 * Mistral, through its own chat completions API.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { embed } from './mistral/embed.ts'
import { failure, rateLimits } from './mistral/failure.ts'
import { facts, models } from './mistral/models.ts'
import { FORMAT } from './mistral/native.ts'
import { decode, frames } from './mistral/reply.ts'
import { encode, extensions } from './mistral/request.ts'
import { body, frame } from './mistral/wire.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key, sent as a bearer token.'),
  baseURL: z.url().default('https://api.mistral.ai').describe('Where the API is, with or without `/v1`.'),
  bridge: z
    .string()
    .default('OK')
    .describe(
      'What the assistant is made to say between the result of a tool and the user, where some versions of the API want it to speak; empty to leave that out.',
    ),
})

/** Mistral's models. */
export const mistral = defineAdapter({
  id: 'mistral',
  options,
  environment: { apiKey: ['MISTRAL_API_KEY'], baseURL: ['MISTRAL_BASE_URL'] },
  required: ['apiKey'],
  sandbox: async (request) => (await import('./mistral/sandbox.ts')).sandbox(request),
  create({ apiKey, baseURL, bridge }) {
    return {
      name: 'mistral',
      // The provider's own SDK leaves `/v1` out, most other clients do not.
      baseURL: baseURL.replace(/\/v1\/?$/u, ''),
      supports,
      extensions,
      patterns: [
        'mistral-*',
        'magistral-*',
        'ministral-*',
        'codestral-*',
        'devstral-*',
        'pixtral-*',
        'voxtral-*',
        'open-mi*',
      ],
      facts,
      pricedAs: 'mistral',
      authorize(call, clientKey) {
        call.headers.set('authorization', `Bearer ${clientKey ?? apiKey}`)
      },
      chat: {
        framing: 'sse',
        format: FORMAT,
        body,
        frame,
        encode: (request, warn) => encode(request, { bridge }, warn),
        takes: ({ protocol }) => protocol === 'https:' || protocol === 'http:',
        frames,
        decode,
      },
      embed,
      models,
      failure,
      requestIds: ['mistral-correlation-id', 'x-kong-request-id'],
      rateLimits,
    }
  },
})

const supports: Capabilities = {
  temperature: true,
  topP: true,
  topK: false,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  logitBias: false,
  parallelToolCalls: true,
  verbosity: false,
  prediction: true,
  user: false,
  safetyIdentifier: false,
  metadata: true,
  store: false,
  serviceTier: true,
  promptCaching: true,
  names: true,
  tools: true,
  customTools: false,
  images: true,
  audioInput: true,
  files: true,
  schema: true,
  json: true,
  logprobs: false,
  choices: true,
  audioOutput: false,
  imageOutput: false,
  webSearch: false,
  moderation: false,
  reasoning: true,
}
