/**
 * Sample, through its own chat API.
 *
 * @see https://docs.sample.test/api/chat
 * @module
 */
import { z } from 'zod'
import { type Capabilities, defineAdapter } from '../../../src/adapter.ts'
import { failure } from './sample/failure.ts'
import { decode, frames } from './sample/reply.ts'
import { encode } from './sample/request.ts'
import { body, frame } from './sample/wire.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key, sent as a bearer token.'),
  baseURL: z.url().default('https://api.sample.test/v1').describe('Where the API is.'),
})

/** The models of Sample. */
export const sample = defineAdapter({
  id: 'sample',
  options,
  required: ['apiKey'],
  create({ apiKey, baseURL }) {
    return {
      name: 'sample',
      baseURL,
      supports,
      extensions: [],
      patterns: ['sample-*'],
      facts: [{ match: 'sample-large', context: 100_000, output: 8000, ids: ['sample-large'] }],
      authorize(call, clientKey) {
        call.headers.set('authorization', `Bearer ${clientKey ?? apiKey}`)
      },
      chat: { framing: 'sse', format: 'sample-v1', body, frame, encode, frames, decode },
      failure,
    }
  },
})

const supports: Capabilities = {
  temperature: false,
  topP: false,
  topK: false,
  stop: false,
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
  tools: false,
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
