/**
 * Amazon Bedrock: many makers' models, through Converse.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 * @module
 */
import { z } from 'zod'
import { defineAdapter, type Capabilities } from '../src/adapter.ts'
import { amend } from './anthropic/amend.ts'
import { counter } from './bedrock/count.ts'
import { credentialsFrom } from './bedrock/credentials.ts'
import { embedderFor } from './bedrock/embed.ts'
import { failure } from './bedrock/failure.ts'
import { factsWith } from './bedrock/models.ts'
import { FORMAT } from './bedrock/native.ts'
import { quick } from './bedrock/refrain.ts'
import { decode, frames } from './bedrock/reply.ts'
import { encode, extensions } from './bedrock/request.ts'
import { endpoint, signer } from './bedrock/signing.ts'
import { body, frame } from './bedrock/wire.ts'

const text = z.string().min(1).optional()

const options = z.strictObject({
  apiKey: z.string().optional().describe('Bedrock API key. Blank or absent: calls are signed with AWS credentials.'),
  region: z.string().min(1).default('us-east-1').describe('Region of the endpoint, and of signatures.'),
  accessKeyId: text.describe('Id of an AWS access key.'),
  secretAccessKey: text.describe(
    'Its secret. Without both: the shared profile, else what the machine or container gives.',
  ),
  sessionToken: text.describe('Session token of a temporary access key.'),
  profile: text.describe('Profile of `~/.aws/credentials` and `~/.aws/config`. Default `default`.'),
  baseURL: z.url().optional().describe('Where the API is. Default: `https://bedrock-runtime.REGION.amazonaws.com`.'),
  cache: z
    .enum(['auto', 'always', 'off'])
    .default('auto')
    .describe('Prompt-cache points: placed where the client marked none, in whatever room the client left, or never.'),
  guardrail: z
    .strictObject({
      guardrailIdentifier: z.string().min(1).describe('Id or ARN of the guardrail.'),
      guardrailVersion: z.string().min(1).describe('Its version, or `DRAFT`.'),
      trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional().describe('Whether replies tell what it found.'),
      streamProcessingMode: z.enum(['sync', 'async']).optional().describe('Whether a stream waits for it.'),
    })
    .optional()
    .describe('`guardrailConfig` of requests that bring none.'),
  models: z
    .record(z.string(), z.string())
    .default({})
    .describe('What model an id stands for that does not say so, like an application inference profile’s ARN.'),
})

/** The models of Amazon Bedrock. */
export const bedrock = defineAdapter({
  id: 'bedrock',
  options,
  environment: {
    apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    accessKeyId: ['AWS_ACCESS_KEY_ID'],
    secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
    sessionToken: ['AWS_SESSION_TOKEN'],
    profile: ['AWS_PROFILE'],
  },
  // Many have a region in their environment who use AWS for something else.
  telling: ['apiKey', 'accessKeyId', 'profile'],
  sandbox: async (request) => (await import('./bedrock/sandbox.ts')).sandbox(request),
  create({ apiKey = '', region, baseURL = endpoint(region), cache, guardrail, models, ...keys }) {
    const facts = factsWith(models)
    const settings = { caching: cache, facts, guardrail }
    const sign = signer(region, credentialsFrom(keys))
    return {
      name: 'bedrock',
      baseURL,
      supports,
      extensions,
      patterns,
      facts,
      pricedAs: 'aws',
      async authorize(call, clientKey = apiKey.trim()) {
        if (clientKey === '') await sign(call)
        else call.headers.set('authorization', `Bearer ${clientKey}`)
      },
      chat: {
        framing: 'eventstream',
        format: FORMAT,
        body,
        frame,
        encode: (request, warn) => encode(request, settings, warn),
        takes: (url) => url.protocol === 's3:',
        frames,
        decode,
        quick,
        // Claude's refusals reach the client in Claude's own words.
        amend,
        count: counter(models),
      },
      embed: embedderFor(models),
      failure,
      requestIds: ['x-amzn-requestid'],
    }
  },
})

/** Ids of the makers whose models it has, by themselves and behind the geography of an inference profile. */
const MAKERS = [
  'ai21',
  'amazon',
  'anthropic',
  'cohere',
  'deepseek',
  'meta',
  'minimax',
  'mistral',
  'moonshot',
  'moonshotai',
]
const OTHERS = ['nvidia', 'openai', 'qwen', 'writer', 'zai']
const PLACES = ['us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'global']
const patterns = [
  ...[...MAKERS, ...OTHERS].flatMap((maker) => [`${maker}.*`, ...PLACES.map((place) => `${place}.${maker}.*`)]),
  'google.gemma-*',
  'arn:aws*:bedrock:*',
]

const supports: Capabilities = {
  temperature: true,
  topP: true,
  topK: true,
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
  metadata: true,
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
  webSearch: false,
  moderation: false,
  reasoning: true,
}
