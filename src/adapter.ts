/**
 * What an adapter is: one provider's protocol, as plain functions over data.
 *
 * @module
 */
import type { z } from 'zod'
import type {
  ChatRequest,
  Embeddings,
  EmbedRequest,
  Failure,
  FilePart,
  ImagePart,
  Json,
  JsonObject,
  Message,
} from './canonical.ts'
import type { Price } from './price.ts'
import type { Reply } from './reply.ts'
import type { Emulation } from './sandbox.ts'
import type { Span } from './wire/sse.ts'

/** Checks that a provider sent what we read. A zod schema is one. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown }
}

/** Reports that something asked for will not have its effect: `warn('seed', 'unsupported')`. `param` is a path in the client's request. */
export type Warn = (param: string, reason: string) => void

/** What a call does. */
export type Method = 'GET' | 'POST' | 'DELETE'

/** One HTTP call, as data: easy to sign, to log, to show, and to keep as a golden. */
export interface Call {
  /** `POST` unless said otherwise. */
  readonly method?: Method
  /** Appended to the adapter's `baseURL`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
  /** What the reply has to undo. */
  readonly undo?: Undo
}

/** What a request changed for a provider's sake, so that the reply can change it back. */
export interface Undo {
  /** Tool names as the provider was told → as the client knows them. */
  readonly names?: ReadonlyMap<string, string>
  /** The tool whose input is the answer: its JSON becomes text. */
  readonly answer?: string
  /** Custom tools told as functions with one string argument named `input`. */
  readonly custom?: ReadonlySet<string>
  /** Whether only the first call of a tool is told: one was asked for, of a provider that cannot be asked. */
  readonly single?: boolean
  /** Whether the answer may come inside a Markdown code fence, to be taken off. */
  readonly fenced?: boolean
  /** The words the answer goes on from, to be taken off its start where the provider says them again. */
  readonly echo?: string
}

/** A call about to leave: the exact URL, headers and bytes, for schemes that sign them. */
export interface Outgoing {
  readonly method: Method
  readonly url: URL
  readonly headers: Pick<Headers, 'get' | 'has' | 'set' | 'delete'> & Iterable<[name: string, value: string]>
  readonly body: string | undefined
}

/** What can be read of the headers of a reply, by names in any case; listed, they are in lower case. */
export type ReplyHeaders = Pick<Headers, 'get' | 'has'> & Iterable<[name: string, value: string]>

/** How the pieces of a streamed reply are told apart: server-sent events, lines of JSON, or AWS's binary frames. */
export type Framing = 'sse' | 'ndjson' | 'eventstream'

/** Chat, in one provider's words. `Body` is a whole reply; `Frame` is one piece of a streamed one. */
export interface ChatCodec<Body = unknown, Frame = unknown> {
  readonly framing: Framing
  readonly body: Schema<Body>
  readonly frame: Schema<Frame>
  /** Tag of the format in which this provider's reasoning may come back: `origin.format` of its blocks. */
  readonly format: string
  /** Says the request in the provider's words. Pure and append-stable: same request, same bytes; one more turn leaves every earlier byte alone. */
  encode(request: ChatRequest, warn: Warn): Call
  /**
   * Whether the provider reads this address by itself. Of any other the gateway fetches the bytes, under guard, before
   * `encode`. Without this, all addresses are sent as they are.
   */
  takes?(url: URL, part: ImagePart | FilePart): boolean
  /** Writes down what the head of a reply says, before its first frame: some providers count in headers. */
  begin?(headers: ReplyHeaders, reply: Reply): void
  /** A whole reply, as the frames its stream would have carried. */
  frames(body: Body): Iterable<Frame>
  /** Writes down what one frame says. The only decoder: streamed and whole replies both come here. */
  decode(frame: Frame, reply: Reply): void
  /**
   * Writes down a frame of the kind of which there are most, as `decode` would, without parsing it whole; `false` for any
   * other, which is then parsed.
   */
  quick?(text: string, reply: Reply): boolean
  /**
   * Where a frame that `quick` wrote down as text has that text, as JSON has it between quotes. Frames that are the same
   * before and after it say nothing else than their own.
   */
  words?(text: string, reply: Reply): Span | undefined
  /** Writes down the words of frames that are else like the one just told, or none of them. `Reply.literals` unless said otherwise. */
  repeats?(words: readonly string[], reply: Reply): boolean
  /** Writes down what the mark says that ends a stream, where nothing else says that the reply is complete. */
  end?(reply: Reply): void
  /**
   * Mends a request the provider refused with a 400 it is known to give, or returns nothing. The mended request is sent
   * once; a lasting amendment is applied to later requests for the same model as well.
   */
  amend?(request: ChatRequest, failure: Failure): Amendment | undefined
  /** Counts the tokens of a request that is not answered, where the provider does. */
  readonly count?: CountCodec
}

/** Counting the tokens of a request, in one provider's words. */
export interface CountCodec<Body = unknown> {
  readonly body: Schema<Body>
  /**
   * Turns the call that would ask for a reply into one that asks how long it is, so that what is counted is what would be
   * sent. `warn` hears of what the model would be told and the count leaves out. Pure.
   */
  encode(call: Call, model: string, warn: Warn): Call
  /** The tokens of the input, those read from a cache included. */
  decode(body: Body): number
}

/** A change that makes a refused request acceptable. */
export interface Amendment {
  /** What the client is told was changed. */
  readonly param: string
  readonly reason: string
  /** Whether it is a fact about the model rather than about this conversation. */
  readonly lasting: boolean
  apply(request: ChatRequest): ChatRequest
}

/** Embeddings, in one provider's words. */
export interface EmbedCodec<Body = unknown> {
  /** The most inputs of one call. More are split over several. */
  readonly batch: number
  /** Whether inputs may be tokens. */
  readonly tokens: boolean
  /** Whether the number of dimensions can be asked for, or which numbers. */
  readonly dimensions: boolean | readonly number[]
  /** Whether the provider is told who the person is. */
  readonly user: boolean
  /** Extension members of a request that `encode` takes by name; `*` takes all. */
  readonly extensions: readonly string[]
  readonly body: Schema<Body>
  /** Says the request in the provider's words. Pure. */
  encode(request: EmbedRequest, warn: Warn): Call
  /** What one reply says. `request` is what was asked in that call; some providers count tokens in headers. */
  decode(body: Body, reply: { readonly request: EmbedRequest; readonly headers: ReplyHeaders }): Embeddings
}

/** Lists the models a provider has. */
export interface ModelsCodec<Body = unknown> {
  readonly path: string
  readonly body: Schema<Body>
  decode(body: Body): readonly Model[]
  /** The path of the next page, where there is one. */
  next?(body: Body): string | undefined
}

/** A model, as `GET /v1/models` tells it. */
export interface Model {
  readonly id: string
  /** Unix seconds. */
  readonly created?: number
  /** Further facts, shown as they are. */
  readonly extra?: JsonObject
}

/**
 * What a provider can do. Knobs are dropped with a warning where they are `false`: the reply means the same without them.
 * Features are emulated or refused: dropping one would change what the client asked for. `true` means that `encode` sees to it.
 */
export interface Capabilities extends Readonly<Record<Knob, boolean>> {
  readonly tools: boolean
  /** Tools that take free text. Otherwise told as functions with one string argument. */
  readonly customTools: boolean
  readonly images: boolean
  readonly audioInput: boolean
  readonly files: boolean
  /** Answers in the form of a JSON Schema. Otherwise emulated by a forced tool where no other tools are asked for. */
  readonly schema: boolean
  /** Answers that are some JSON object. Otherwise asked for in words. */
  readonly json: boolean
  readonly logprobs: boolean
  /** Several replies to one request. Otherwise several calls are made. */
  readonly choices: boolean
  /** Replies in sound. */
  readonly audioOutput: boolean
  /** Replies in pictures. */
  readonly imageOutput: boolean
  /** Searching the web by itself. */
  readonly webSearch: boolean
  /** Checks by a moderation model. */
  readonly moderation: boolean
  /** Thinking that can be asked for, and shown. */
  readonly reasoning: boolean
}

/** Request fields a reply can do without. */
export type Knob =
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'seed'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'logitBias'
  | 'parallelToolCalls'
  | 'verbosity'
  | 'prediction'
  | 'user'
  | 'safetyIdentifier'
  | 'metadata'
  | 'store'
  | 'serviceTier'
  | 'promptCaching'
  | 'names'

/** What is known of a model: data, one row for each name or family. */
export interface ModelFact {
  /** A piece of the model's name. The row with the longest piece found in a name is the one that holds. */
  readonly match: string
  /** The most tokens of context, of input and output together. */
  readonly context?: number
  /** The most tokens of output. */
  readonly output?: number
  /** Where this model differs from its provider. */
  readonly supports?: Partial<Capabilities>
  /** What it costs, where the price list does not say or is wrong: always, or at an instant, or `undefined` where nobody knows. */
  readonly price?: Price | ((at: Date) => Price | undefined)
  /** What it reads and writes, where that is not as `supports` has it. */
  readonly modalities?: { readonly input: readonly string[]; readonly output: readonly string[] }
  /** Names to list where the provider's own list cannot be had. */
  readonly ids?: readonly string[]
}

/** One provider, configured and ready to be called. Holds no per-request state. */
export interface Adapter<Body = unknown, Frame = unknown, ModelsBody = unknown> {
  readonly name: string
  readonly baseURL: string
  readonly supports: Capabilities
  /**
   * Extension members that `encode` takes, by name: those of a request as `safe_prompt`, those of a message as
   * `messages[].prefix`; `*` takes all. Others are reported as unknown, and never reach `encode`.
   */
  readonly extensions: readonly string[]
  /** Model-name patterns this provider answers to when a client gives a bare name: `claude-*`. */
  readonly patterns: readonly string[]
  readonly facts: readonly ModelFact[]
  /** The name that the price list has for this provider. Without one, nobody knows what its models cost. */
  readonly pricedAs?: string | undefined
  /**
   * Endpoints of OpenAI's API, besides chat completions, that the provider serves itself and in full, state and all:
   * `/responses`. What a client asks of them goes there as it came.
   */
  readonly serves?: readonly string[]
  /** Adds credentials: a key, a token, a signature over the bytes. `clientKey` is the client's own key, to use in place of ours. */
  authorize(call: Outgoing, clientKey?: string): void | Promise<void>
  readonly chat?: ChatCodec<Body, Frame>
  /** The words for models that speak otherwise than most of this provider's. */
  chatOf?(model: string): ChatCodec | undefined
  /** The words for embeddings with a model, where it has any. */
  embed?(model: string): EmbedCodec | undefined
  readonly models?: ModelsCodec<ModelsBody>
  /** Explains a non-2xx reply. Whatever is left out, the core derives from the status. */
  failure?(status: number, body: unknown, headers: ReplyHeaders): Partial<Failure>
  /** Headers in which the provider tells its id of a request, best first, before `x-request-id` and `request-id`. */
  readonly requestIds?: readonly string[]
  /** What remains of the provider's rate limits, as OpenAI's `x-ratelimit-*` headers. `now` is in milliseconds. */
  rateLimits?(headers: ReplyHeaders, now: number): Readonly<Record<string, string>>
}

/** How to make an adapter: call it with its options, or let the configuration call `make` with what it found. */
export interface AdapterDefinition<Options = never> {
  (options: Options): Adapter
  /** The provider's id: the prefix of its models. */
  readonly id: string
  /** Checks the provider's entry in the configuration. */
  readonly options: z.ZodType<unknown>
  /** Where options come from when the configuration does not say: option → names of environment variables, best first. */
  readonly environment: Readonly<Record<string, readonly string[]>>
  /** Options without which the provider cannot be called; of several in a list, one is enough. */
  readonly required: readonly (string | readonly string[])[]
  /** Options of which one in the environment shows that the provider is wanted, where no configuration says. */
  readonly telling?: readonly string[]
  /** Emulates the provider's API, for trying things out without a key. Imported when it is first asked: no server needs it. */
  readonly sandbox?: Emulation
  make(options: unknown): Adapter
}

export type { Emulation, Price }

/** Declares an adapter: what it is called, what it needs, and how it is made. */
export function defineAdapter<Parsed, Given>(definition: {
  readonly id: string
  readonly options: z.ZodType<Parsed, Given>
  readonly environment?: Readonly<Record<string, readonly string[]>>
  readonly required?: readonly (string | readonly string[])[]
  readonly telling?: readonly string[]
  readonly sandbox?: Emulation
  create(options: Parsed): Adapter
}): AdapterDefinition<Given> {
  const { create, environment = {}, required = [], ...rest } = definition
  const make = (given: unknown): Adapter => create(rest.options.parse(given))
  return Object.assign((given: Given) => make(given), { ...rest, environment, required, make })
}

/** The fact that holds for a model: the one whose `match` is the longest found in its name. */
export function factFor<Fact extends ModelFact>(facts: readonly Fact[], model: string): Fact | undefined {
  const known = found.get(facts) ?? new Map<string, ModelFact | undefined>()
  found.set(facts, known)
  // Every request asks for the facts of its model several times.
  if (!known.has(model)) {
    if (known.size >= MOST_FOUND) known.clear()
    known.set(model, search(facts, model))
  }
  // A list finds its own facts.
  return known.get(model) as Fact | undefined
}

/** What was found in which list. */
const found = new WeakMap<readonly ModelFact[], Map<string, ModelFact | undefined>>()
/** How many models of a list to remember: names come from clients. */
const MOST_FOUND = 1000

function search<Fact extends ModelFact>(facts: readonly Fact[], model: string): Fact | undefined {
  let best: Fact | undefined
  for (const fact of facts) {
    if (model.includes(fact.match) && fact.match.length > (best?.match.length ?? -1)) best = fact
  }
  return best
}

/** The words in which an adapter chats with a model. */
export function codecFor(adapter: Adapter, model: string): ChatCodec | undefined {
  return adapter.chatOf?.(model) ?? adapter.chat
}

/** Where a message stands in the client's request, for errors and warnings. */
export function at(request: ChatRequest, message: Message): string {
  return `messages[${request.messages.indexOf(message)}]`
}
