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
  factFor,
  type ModelFact,
  type Warn,
} from '../../src/adapter.ts'
import type {
  ChatRequest,
  Citation,
  FinishReason,
  JsonObject,
  Reasoning,
  ReasoningBlock,
  ToolChoice,
} from '../../src/canonical.ts'
import { embeddings, type EmbedTable } from './embed.ts'
import { explain, type KnownErrors, rateLimits } from './failure.ts'
import { frame } from './frame.ts'
import { models } from './models.ts'
import { repeating } from './refrain.ts'
import { conclude, counting, decoder, frames } from './reply.ts'
import { encodeChat } from './request.ts'
import { type Chunk, completion, type CompletionBody, type WireUsage } from './wire.ts'

/** How one provider differs from OpenAI's API. What is left out is as OpenAI has it. */
export interface Dialect<Setting extends string = string> {
  /** The provider's id. It also tags the format of its reasoning. */
  readonly name: string
  /** Where the API is. None where everybody has an address of their own. */
  readonly baseURL?: string
  /** The path of the API, for base URLs that name only a host. */
  readonly root?: string
  /** Names of environment variables by option, best first, besides `<ID>_API_KEY` and `<ID>_BASE_URL`. */
  readonly environment?: Readonly<Record<string, readonly string[]>>
  /** Options the provider cannot be called without. Its key, unless said otherwise. */
  readonly required?: readonly string[]
  /** Options of the provider's own that travel as headers: option → header. */
  readonly headers?: Readonly<Record<Setting, string>>
  /** Options of the provider's own that travel in the address: option → query parameter. */
  readonly query?: Readonly<Record<string, string>>
  /** The headers that carry a key, where that is no bearer token. */
  readonly credentials?: (key: string) => Readonly<Record<string, string>>
  readonly patterns?: readonly string[]
  readonly facts?: readonly DialectFact[]
  /** The name that the price list has for the provider. Its own, unless said otherwise. */
  readonly pricedAs?: string
  readonly supports?: Partial<Capabilities>
  /** Whether the provider knows the role `developer`. Where it is `false`, those messages are sent as `system`. */
  readonly developer?: boolean
  /** Members of the request that have another name: OpenAI's → the provider's. */
  readonly rename?: Readonly<Record<string, string>>
  /** Members beyond OpenAI's that the provider takes, those of messages as `messages[].name`. All of them, unless said otherwise: many a provider refuses what it does not know. */
  readonly extensions?: readonly string[]
  /** The least and the most a number may be; what is beyond is clamped. */
  readonly limits?: Readonly<Record<string, readonly [least: number, most: number]>>
  /** Whether the provider must be asked for a stream even where the client wants a whole reply. */
  readonly streams?: boolean
  /** Which choices of tools the provider knows besides `auto`; others are made of these, or put in words. All, unless said otherwise. */
  readonly chooses?: readonly Exclude<ToolChoice['type'], 'auto'>[]
  /** Whether tools can be strict. */
  readonly strict?: boolean
  /** Fits the schema of a tool or of an answer to what the provider takes; a strict one is enforced. */
  readonly schema?: (schema: JsonObject, of: 'tool' | 'answer', strict: boolean) => JsonObject
  /** Whether messages can hold refusals. Where it is `false`, they are sent as text. */
  readonly refusals?: boolean
  /** Whether the provider wants instructions at the head alone, and then user and assistant in turn. */
  readonly alternates?: boolean
  /** Which addresses of pictures and files the provider reads by itself. All, unless said otherwise. */
  readonly takes?: ChatCodec['takes']
  /** Efforts the provider lacks → the nearest it has. */
  readonly efforts?: Readonly<Record<string, string>>
  /** Asks for thinking in the provider's words: members of the request. Otherwise it is OpenAI's `reasoning_effort`. */
  readonly think?: (wish: Reasoning, warn: Warn) => JsonObject
  /** What turns thinking off, where no tool can be forced otherwise: members of the request. */
  readonly calm?: JsonObject
  /**
   * Says thoughts of earlier turns again, in the assistant message they belong to. Without it they are left out in
   * silence, as OpenAI's chat API has no place for them and does without; the thoughts of other providers and models are
   * left out always, and reported.
   */
  readonly replay?: (message: JsonObject, thoughts: readonly ReasoningBlock[]) => JsonObject
  /** Whether the provider says the model's last words again, where it goes on from them. */
  readonly echoes?: boolean
  /** The last resort, for what the table cannot say: changes the finished body. */
  readonly tweak?: (body: JsonObject, request: ChatRequest, warn: Warn) => JsonObject
  /** Reasons to finish in the provider's own words. `error` means that the reply broke; which error, `errors` may say. */
  readonly finish?: Readonly<Record<string, FinishReason | 'error'>>
  /** Whether the provider never says why a reply ends: then it is complete where its stream has the mark of an end. */
  readonly unexplained?: boolean
  /** Whether models may think aloud at the start of their answer, between `<think>` and `</think>`. */
  readonly thinkTags?: boolean
  /** Finds the sources of a reply, told once at its end. */
  readonly sources?: (frame: Chunk) => readonly Citation[]
  /** Errors by the provider's own code, type or status → what they mean. */
  readonly errors?: KnownErrors
  /** Finds what an error says, where that is not in its `message`. */
  readonly complaint?: (error: Readonly<Record<string, unknown>>) => string | undefined
  /** Members of an error, beyond OpenAI's, that the client is told as they are. None, unless said otherwise: some repeat the prompt. */
  readonly details?: readonly string[]
  /** Whether a `stop` stays one even where tools were called: OpenAI says so after a forced call, others by mistake. */
  readonly literal?: boolean
  /** Finds the token counts of a frame where they are not at `usage`, or not in OpenAI's accounting. */
  readonly usage?: (frame: Chunk) => WireUsage | null | undefined
  /** Finds what the provider says a reply cost, in USD. */
  readonly cost?: (usage: WireUsage) => number | undefined
  /** The header that counts the tokens read from the cache, for replies whose `usage` leaves them out. */
  readonly cachedIn?: string
  /** The header that tells the provider's id of a request, where that is not `x-request-id`. */
  readonly requestId?: string
  /** How the provider's embeddings differ, or that it has none. */
  readonly embeddings?: EmbedTable | boolean
  /** Endpoints besides chat that the provider serves in full, state and all, at an address of its own. */
  readonly serves?: readonly string[]
  /** Whether the provider lists its models. */
  readonly lists?: boolean
  /** Emulates the provider's API. */
  readonly sandbox?: Emulation
}

/** What is known of a model of a dialect. */
export interface DialectFact extends ModelFact {
  /** Where its requests differ from the table. */
  readonly differs?: Partial<Dialect>
}

/** The table for one model. */
export function tableFor(table: Dialect, model: string): Dialect {
  const differs = table.facts && factFor(table.facts, model)?.differs
  return differs ? { ...table, ...differs } : table
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
  const { name, required = ['apiKey'], patterns = [], facts = [], environment = {}, extensions = ['*'] } = table
  const { credentials = bearer } = table
  const chat: ChatCodec<CompletionBody, Chunk> = {
    framing: 'sse',
    body: completion,
    frame,
    format: name,
    encode: (request, warn) => encodeChat(table, request, warn),
    ...(table.takes && { takes: table.takes }),
    ...(table.cachedIn !== undefined && { begin: counting(table.cachedIn) }),
    frames,
    decode: decoder(table),
    ...repeating(table),
    ...(table.unexplained && { end: conclude }),
  }
  const { embeddings: own = {} } = table
  const embed = own === false ? undefined : embeddings(own === true ? {} : own)
  return defineAdapter({
    id: name,
    options: optionsOf(table),
    environment,
    required,
    ...(table.sandbox && { sandbox: table.sandbox }),
    create(options) {
      const { baseURL = table.baseURL ?? '', apiKey } = options
      const fixed = settings(table.headers, options)
      const query = settings(table.query, options)
      return {
        name,
        baseURL: table.root !== undefined && new URL(baseURL).pathname === '/' ? rooted(baseURL, table.root) : baseURL,
        supports: { ...OPENAI, ...table.supports },
        extensions,
        patterns,
        facts,
        pricedAs: table.pricedAs ?? name,
        // What answers at another address may be like the provider in chat alone.
        ...(table.serves && (options.baseURL === undefined || table.baseURL === undefined) && { serves: table.serves }),
        authorize(call, clientKey) {
          for (const [header, value] of fixed) call.headers.set(header, value)
          const key = clientKey ?? apiKey
          const shown = key === undefined ? {} : credentials(key)
          for (const header in shown) call.headers.set(header, shown[header] ?? '')
          for (const [parameter, value] of query) call.url.searchParams.set(parameter, value)
        },
        chat,
        ...(embed && { embed: () => embed }),
        ...(table.lists !== false && { models }),
        failure: (status, body, headers) => explain(table, status, body, headers),
        ...(table.requestId !== undefined && { requestIds: [table.requestId] }),
        rateLimits,
      }
    },
  })
}

/** Checks the options of a dialect, and those that come besides. */
export function optionsOf<Setting extends string, More = unknown>(
  { baseURL, headers = {}, query = {} }: Pick<Dialect, 'baseURL' | 'headers' | 'query'>,
  more: z.ZodRawShape = {},
): z.ZodType<DialectOptions<Setting> & More> {
  const settings = Object.entries({ ...headers, ...query }).map(([setting, place]) => {
    return [setting, z.string().optional().describe(`Sent as \`${place}\`.`)]
  })
  const where = z
    .url()
    .describe(baseURL === undefined ? 'Where the API is.' : `Where the API is. Default \`${baseURL}\`.`)
  const options = z.strictObject({
    apiKey: z.string().optional().describe('API key, sent as a bearer token.'),
    baseURL: baseURL === undefined ? where : where.optional(),
    ...Object.fromEntries(settings),
    ...more,
  })
  // The names of the settings are data, which the schema's type cannot follow; the table's type does.
  return options as unknown as z.ZodType<DialectOptions<Setting> & More>
}

function settings(
  places: Readonly<Record<string, string>> = {},
  options: Readonly<Record<string, unknown>>,
): readonly (readonly [place: string, value: string])[] {
  return Object.entries(places).flatMap(([setting, place]) => {
    const value = options[setting]
    return typeof value === 'string' ? [[place, value] as const] : []
  })
}

function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` }
}

function rooted(baseURL: string, root: string): string {
  return baseURL.replace(/\/*$/u, root)
}

/** What OpenAI's own API can do: everything but `top_k`, and drawing, which is not for its chat. */
export const OPENAI: Capabilities = {
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
  imageOutput: false,
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
  safetyIdentifier: true,
  metadata: true,
  store: true,
  serviceTier: true,
  promptCaching: true,
  names: true,
}

/**
 * What holds for nearly every provider that is like OpenAI: it knows chat with functions, not OpenAI's later inventions.
 * A table begins with it, and says where it is wrong.
 */
export const COMPATIBLE = {
  developer: false,
  refusals: false,
  chooses: ['none', 'required', 'tool'],
  rename: { max_completion_tokens: 'max_tokens' },
} as const satisfies Partial<Dialect>

/** What nearly every one of them lacks. */
export const LACKING = {
  safetyIdentifier: false,
  customTools: false,
  audioInput: false,
  files: false,
  audioOutput: false,
  webSearch: false,
  moderation: false,
  verbosity: false,
  prediction: false,
  metadata: false,
  store: false,
  serviceTier: false,
  promptCaching: false,
} as const satisfies Partial<Capabilities>
