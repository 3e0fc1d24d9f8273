/**
 * Anthropic: Claude, through the Messages API.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { isTextName } from '../src/wire/text.ts'
import { amend } from './anthropic/amend.ts'
import { count } from './anthropic/count.ts'
import { failure, rateLimits } from './anthropic/failure.ts'
import { list } from './anthropic/list.ts'
import { facts } from './anthropic/models.ts'
import { FORMAT } from './anthropic/native.ts'
import { decode, frames, quick, words } from './anthropic/reply.ts'
import { encode, extensions } from './anthropic/request.ts'
import { body, frame } from './anthropic/wire.ts'

const options = z.strictObject({
  apiKey: z.string().min(1).describe('API key, sent as `x-api-key`.'),
  baseURL: z.url().default('https://api.anthropic.com').describe('Where the API is, without `/v1`.'),
  version: z.string().default('2023-06-01').describe('Value of `anthropic-version`.'),
  beta: z.array(z.string()).default([]).describe('Values of `anthropic-beta` to send with every request.'),
  cache: z
    .enum(['auto', 'always', 'off'])
    .default('auto')
    .describe(
      'Prompt-cache breakpoints: placed where the client marked none, in whatever room the client left, or never.',
    ),
  defaultMaxTokens: z
    .int()
    .positive()
    .optional()
    .describe('Limit of a reply where the client sets none; else the model’s own.'),
  webSearch: z
    .boolean()
    .default(true)
    .describe('Whether clients may have the provider search the web, which costs extra.'),
})

/** The first version of the API without sampling parameters. */
const NO_SAMPLING_SINCE = '2026-10-21'

/** Anthropic's Claude models. */
export const anthropic = defineAdapter({
  id: 'anthropic',
  options,
  environment: { apiKey: ['ANTHROPIC_API_KEY'], baseURL: ['ANTHROPIC_BASE_URL'] },
  required: ['apiKey'],
  sandbox: async (request) => (await import('./anthropic/sandbox.ts')).sandbox(request),
  create({ apiKey, baseURL, version, beta, cache, defaultMaxTokens, webSearch }) {
    const settings = { beta, caching: cache, maxTokens: defaultMaxTokens }
    const sampling = version < NO_SAMPLING_SINCE
    return {
      name: 'anthropic',
      baseURL,
      supports: { ...supports, webSearch, temperature: sampling, topP: sampling, topK: sampling },
      extensions,
      patterns: ['claude-*'],
      facts,
      pricedAs: 'anthropic',
      authorize(call, clientKey) {
        call.headers.set('x-api-key', clientKey ?? apiKey)
        call.headers.set('anthropic-version', version)
      },
      chat: {
        framing: 'sse',
        format: FORMAT,
        body,
        frame,
        encode: (request, warn) => encode(request, settings, warn),
        // By address it reads pictures and PDFs.
        takes: ({ pathname }, { type }) => type === 'image' || !isTextName(pathname),
        frames,
        decode,
        quick,
        words,
        amend,
        count,
      },
      models: list,
      failure,
      rateLimits,
    }
  },
})

/** What Claude can do, wherever the Messages API is spoken. */
export const supports: Capabilities = {
  temperature: true,
  topP: true,
  topK: true,
  stop: true,
  seed: false,
  frequencyPenalty: false,
  presencePenalty: false,
  logitBias: false,
  parallelToolCalls: true,
  verbosity: false,
  prediction: false,
  user: true,
  safetyIdentifier: true,
  metadata: false,
  store: false,
  serviceTier: true,
  promptCaching: true,
  names: false,
  tools: true,
  customTools: false,
  images: true,
  audioInput: false,
  files: true,
  schema: true,
  json: false,
  logprobs: false,
  choices: false,
  audioOutput: false,
  imageOutput: false,
  webSearch: true,
  moderation: false,
  reasoning: true,
}
