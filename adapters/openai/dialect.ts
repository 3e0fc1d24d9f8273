/**
 * OpenAI's chat API, and everything that is like it except for a table of differences.
 *
 * @module
 */
import { z } from 'zod'
import {
  type AdapterDefinition,
  type Capabilities,
  type ChatCodec,
  defineAdapter,
  type Emulation,
  type ModelFact,
} from '../../src/adapter.ts'
import type { ChatRequest, FinishReason, JsonObject, ReasoningBlock } from '../../src/canonical.ts'
import { explain, rateLimits } from './failure.ts'
import { frame } from './frame.ts'
import { models } from './models.ts'
import { decoder, frames } from './reply.ts'
import { encodeChat } from './request.ts'
import { type Chunk, completion, type CompletionBody, type WireUsage } from './wire.ts'

/** How one provider differs from OpenAI's API. What is left out is as OpenAI has it. */
export interface Dialect<Setting extends string = string> {
  /** The provider's id. It also tags the format of its reasoning. */
  readonly name: string
  readonly baseURL: string
  /** Names of environment variables by option, best first, besides `<ID>_API_KEY` and `<ID>_BASE_URL`. */
  readonly environment?: Readonly<Record<string, readonly string[]>>
  /** Options the provider cannot be called without. Its key, unless said otherwise. */
  readonly required?: readonly string[]
  /** Options of the provider's own that travel as headers: option → header. */
  readonly headers?: Readonly<Record<Setting, string>>
  readonly patterns?: readonly string[]
  readonly facts?: readonly ModelFact[]
  readonly supports?: Partial<Capabilities>
  /** Whether the provider knows the role `developer`. Where it is `false`, those messages are sent as `system`. */
  readonly developer?: boolean
  /** Members of the request that have another name: OpenAI's → the provider's. */
  readonly rename?: Readonly<Record<string, string>>
  /**
   * Says thoughts of earlier turns again: returns members for the assistant message they belong to. Without it they are
   * left out in silence, as OpenAI's chat API has no place for them and does without; the thoughts of other providers
   * are left out always.
   */
  readonly replay?: (thoughts: readonly ReasoningBlock[]) => JsonObject
  /** The last resort, for what the table cannot say: changes the finished body. */
  readonly tweak?: (body: JsonObject, request: ChatRequest) => JsonObject
  /** Reasons to finish in the provider's own words. `error` means that the reply broke. */
  readonly finish?: Readonly<Record<string, FinishReason | 'error'>>
  /** Whether a `stop` stays one even where tools were called: OpenAI says so after a forced call, others by mistake. */
  readonly literal?: boolean
  /** Finds the token counts of a frame where they are not at `usage`, or not in OpenAI's accounting. */
  readonly usage?: (frame: Chunk) => WireUsage | null | undefined
  /** Emulates the provider's API. */
  readonly sandbox?: Emulation
}

/** What every provider of this family is configured with, besides settings of its own. */
export type DialectOptions<Setting extends string> = {
  readonly apiKey?: string | undefined
  readonly baseURL?: string | undefined
} & { readonly [K in Setting]?: string | undefined }

/** Makes an adapter of a table of differences. */
export function dialect<Setting extends string = never>(
  table: Dialect<Setting>,
): AdapterDefinition<DialectOptions<Setting>> {
  const { name, required = ['apiKey'], patterns = [], facts = [], environment = {} } = table
  const chat: ChatCodec<CompletionBody, Chunk> = {
    framing: 'sse',
    body: completion,
    frame,
    format: name,
    encode: (request, warn) => encodeChat(table, request, warn),
    frames,
    decode: decoder(table),
  }
  return defineAdapter({
    id: name,
    options: optionsOf(table),
    environment,
    required,
    ...(table.sandbox && { sandbox: table.sandbox }),
    create(options) {
      const { baseURL = table.baseURL, apiKey } = options
      const fixed = Object.entries(settings(table, options))
      return {
        name,
        baseURL,
        supports: { ...OPENAI, ...table.supports },
        extensions: ['*'],
        patterns,
        facts,
        authorize(call, clientKey) {
          for (const [header, value] of fixed) call.headers.set(header, value)
          const key = clientKey ?? apiKey
          if (key !== undefined) call.headers.set('authorization', `Bearer ${key}`)
        },
        chat,
        models,
        failure: explain,
        rateLimits,
      }
    },
  })
}

function optionsOf<Setting extends string>({
  baseURL,
  headers = {},
}: Pick<Dialect, 'baseURL' | 'headers'>): z.ZodType<DialectOptions<Setting>> {
  const settings = Object.entries(headers).map(([setting, header]) => {
    return [setting, z.string().optional().describe(`Sent as \`${header}\`.`)]
  })
  const options = z.strictObject({
    apiKey: z.string().optional().describe('API key, sent as a bearer token.'),
    baseURL: z.url().optional().describe(`Where the API is. Default \`${baseURL}\`.`),
    ...Object.fromEntries(settings),
  })
  // The names of the settings are data, which the schema's type cannot follow; the table's type does.
  return options as unknown as z.ZodType<DialectOptions<Setting>>
}

function settings<Setting extends string>(
  table: Dialect<Setting>,
  options: DialectOptions<Setting>,
): Record<string, string> {
  const told: Record<string, string> = {}
  for (const setting in table.headers) {
    const value = options[setting]
    if (typeof value === 'string') told[table.headers[setting]] = value
  }
  return told
}

/** What OpenAI's own API can do: everything but `top_k`. */
const OPENAI: Capabilities = {
  tools: true,
  customTools: true,
  images: true,
  audioInput: true,
  files: true,
  schema: true,
  json: true,
  logprobs: true,
  choices: true,
  audioOutput: true,
  webSearch: true,
  moderation: true,
  reasoning: true,
  temperature: true,
  topP: true,
  topK: false,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  logitBias: true,
  parallelToolCalls: true,
  verbosity: true,
  prediction: true,
  user: true,
  metadata: true,
  store: true,
  serviceTier: true,
  promptCaching: true,
  names: true,
}
