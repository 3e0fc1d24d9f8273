/**
 * The canonical model: what any client can ask and any provider can say, in one vocabulary.
 *
 * Surfaces parse client bytes into a `ChatRequest`; adapters encode it for one provider. What comes back is told as
 * `ReplyEvent`s, which a surface renders as a stream or which are folded into a `Completion`.
 *
 * @module
 */

/** A JSON value as parsed. Members that are `undefined` are left out when it is written. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object as parsed. */
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

// ---------------------------------------------------------------------------------------------------------------- request

/** One chat request, as a client meant it. Absent means "not asked"; only the surface knows how it was spelled. */
export interface ChatRequest {
  /** The model as the provider names it. */
  readonly model: string
  /** In the client's order, one for each message of the request, so that an index here is an index there. */
  readonly messages: readonly Message[]
  /** Instructions of the gateway itself (a soft tool choice, "answer in JSON"), to stand after the leading system messages. */
  readonly directives?: readonly string[]
  /** Whether the client reads the reply as a stream. */
  readonly stream: boolean
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  /** `false` asks for at most one tool call in a reply. */
  readonly parallelToolCalls?: boolean
  /** The most tokens to generate, reasoning included. */
  readonly maxTokens?: number
  /** From 0 to 2, as OpenAI counts it. */
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  /** How many replies to the same prompt, OpenAI's `n`. */
  readonly choices?: number
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  /** By token id. */
  readonly logitBias?: Readonly<Record<string, number>>
  readonly logprobs?: boolean
  readonly topLogprobs?: number
  readonly format?: Format
  readonly reasoning?: Reasoning
  readonly verbosity?: string
  /** What the reply may consist of: `text`, `audio`, `image`. */
  readonly modalities?: readonly string[]
  /** How audio is to be spoken, as OpenAI words it. */
  readonly audio?: JsonObject
  /** Text the reply is expected to repeat, as OpenAI words it. */
  readonly prediction?: JsonObject
  readonly webSearch?: WebSearch
  /** Checks of input and output by a moderation model, as OpenAI words them. */
  readonly moderation?: JsonObject
  readonly user?: string
  readonly safetyIdentifier?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly store?: boolean
  readonly serviceTier?: string
  readonly cache?: CachePolicy
  /** Members no surface knows, verbatim: extensions of one provider or another. */
  readonly extra?: JsonObject
}

/** One turn, or one piece of it. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

interface Said {
  /** Who speaks, to tell participants of one role apart. */
  readonly name?: string
  /** Marks the end of this message as worth caching. */
  readonly cache?: CacheMark
  /** Members no surface knows, verbatim. */
  readonly extra?: JsonObject
}

/** Instructions. Stands anywhere in the conversation, not only at its head. */
export interface SystemMessage extends Said {
  readonly role: 'system' | 'developer'
  readonly content: Content
}

/** What the person said. */
export interface UserMessage extends Said {
  readonly role: 'user'
  readonly content: Content
}

/** What a model said, block by block, in order. */
export interface AssistantMessage extends Said {
  readonly role: 'assistant'
  readonly blocks: readonly Block[]
  /** The id of an earlier spoken reply that this message stands for. */
  readonly audio?: string
}

/** The answer of a tool to the call with the same id. */
export interface ToolMessage extends Said {
  readonly role: 'tool'
  /** The id of the call answered. Absent in OpenAI's legacy `function` messages, which answer by name. */
  readonly id?: string
  readonly content: Content
  /** Whether the tool failed, where the client says so. */
  readonly failed?: boolean
}

/** Text, or parts in order. The plain string is kept as one because some providers take nothing else. */
export type Content = string | readonly Part[]

/** One piece of what a message holds. */
export type Part = TextPart | ImagePart | AudioPart | FilePart

/** A run of text. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly cache?: CacheMark
}

/** A picture. */
export interface ImagePart {
  readonly type: 'image'
  readonly source: Source
  /** How closely the model should look, as OpenAI words it. */
  readonly detail?: string
  readonly cache?: CacheMark
}

/** Recorded sound: base64 `data`, in the container that `format` names (`wav`, `mp3` …). */
export interface AudioPart {
  readonly type: 'audio'
  readonly data: string
  readonly format: string
  readonly cache?: CacheMark
}

/** A document or another file. */
export interface FilePart {
  readonly type: 'file'
  readonly source: Source
  readonly filename?: string
  /** Whether the reply should cite this document. */
  readonly citations?: boolean
  readonly cache?: CacheMark
}

/** Where media comes from: base64 bytes at hand (`mime` when it was told), an address, or an id of the provider's file store. */
export type Source =
  | { readonly type: 'data'; readonly data: string; readonly mime?: string }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'id'; readonly id: string }

/** A wish that everything up to here be cached, in the words the client used for it. */
export interface CacheMark {
  /** OpenAI's member, or the one Claude clients know. */
  readonly field: 'prompt_cache_breakpoint' | 'cache_control'
  /** How long to keep it: `5m`, `30m`, `1h`, `12h`. */
  readonly ttl?: string
}

/** How the prompt of a request is to be cached. */
export interface CachePolicy {
  /** Groups requests that share a prefix. */
  readonly key?: string
  /** OpenAI's older wish: `in_memory` or `24h`. */
  readonly retention?: string
  /** `explicit` means: at the client's marks and nowhere else. */
  readonly mode?: string
  readonly ttl?: string
  /** A mark on the whole request. */
  readonly mark?: CacheMark
}

/** Something the model may call. */
export interface Tool {
  /** A `function` takes JSON that its schema describes; a `custom` tool takes free text; a `native` one is the provider's own. */
  readonly type: 'function' | 'custom' | 'native'
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments, untouched. */
  readonly parameters?: JsonObject
  /** Whether arguments must match the schema exactly. */
  readonly strict?: boolean
  /** The grammar of a custom tool's text, as OpenAI words it. */
  readonly grammar?: JsonObject
  /** A native tool's definition, verbatim. */
  readonly definition?: JsonObject
  readonly cache?: CacheMark
}

/** How freely the model may choose tools. */
export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] }

/** The form the answer must have. */
export type Format =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'schema'
      readonly name: string
      readonly description?: string
      /** JSON Schema, untouched. */
      readonly schema?: JsonObject
      readonly strict?: boolean
    }

/** How much the model should think first. */
export interface Reasoning {
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. */
  readonly effort?: string
  /** The most tokens to think with. */
  readonly maxTokens?: number
  /** Whether the thoughts are to be kept from the client. */
  readonly hidden?: boolean
}

/** A wish that the provider search the web by itself. */
export interface WebSearch {
  /** How much of what is found to read: `low`, `medium`, `high`. */
  readonly contextSize?: string
  /** Where the person roughly is. */
  readonly location?: {
    readonly city?: string
    readonly country?: string
    readonly region?: string
    readonly timezone?: string
  }
}

// ------------------------------------------------------------------------------------------------------------------ reply

/** One thing a model said. Every block is a string that grows. */
export type Block = TextBlock | ReasoningBlock | RefusalBlock | ToolBlock | MediaBlock | TranscriptBlock | OpaqueBlock

/** Words for the reader. */
export interface TextBlock {
  readonly type: 'text'
  readonly text: string
  readonly citations?: readonly Citation[]
  readonly cache?: CacheMark
}

/** The model's thoughts. */
export interface ReasoningBlock {
  readonly type: 'reasoning'
  readonly text: string
  /** The provider's proof that the thoughts are its own. */
  readonly signature?: string
  /** Thoughts that only the provider can read. */
  readonly encrypted?: string
  /** Whose thoughts they are: only there may they be sent again. */
  readonly origin?: Origin
  /** What the provider wants back with this block, verbatim. */
  readonly extra?: JsonObject
}

/** Words that decline. */
export interface RefusalBlock {
  readonly type: 'refusal'
  readonly text: string
}

/** A call of one of the client's tools. `text` is its input verbatim: JSON for a function, free text for a custom tool. */
export interface ToolBlock {
  readonly type: 'tool'
  readonly id: string
  readonly name: string
  readonly text: string
  readonly custom?: boolean
  /** What the provider wants back with this call, verbatim, under the name of its format. */
  readonly extra?: JsonObject
}

/** A picture or sound the model made: base64 in `text`. */
export interface MediaBlock {
  readonly type: 'media'
  readonly kind: 'image' | 'audio'
  readonly mime?: string
  /** The provider's id for it. */
  readonly id?: string
  /** Unix seconds after which the id is forgotten. */
  readonly expires?: number
  readonly text: string
}

/** The words of spoken output. */
export interface TranscriptBlock {
  readonly type: 'transcript'
  readonly text: string
}

/** Something only its provider understands, as JSON in `text`; told to that provider again and to nobody else. */
export interface OpaqueBlock {
  readonly type: 'opaque'
  readonly text: string
  readonly origin: Origin
}

/** Who made a block that only its maker may see again. */
export interface Origin {
  /** The tag of the provider's format, as in OpenRouter's `reasoning_details[].format`. */
  readonly format: string
  /** The model it was asked of. */
  readonly model?: string
}

/** A source of something said. Offsets are code points into the block that carries it; the end is exclusive, and one beyond the block means its end. */
export interface Citation {
  readonly type: 'url' | 'document'
  readonly start: number
  readonly end: number
  readonly url?: string
  readonly title?: string
  /** Which part of a document, in the provider's words. */
  readonly document?: JsonObject
}

/** Why a reply ended. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

/** Tokens spent. `input` counts cache traffic and `output` counts reasoning, so the total is their sum. Unknown is absent. */
export interface Usage {
  readonly input: number
  readonly output: number
  /** Of the input: read from the cache. */
  readonly cached?: number
  /** Of the input: written to the cache. */
  readonly cacheWrite?: number
  /** Of what was written to the cache: kept for an hour. */
  readonly cacheWrite1h?: number
  /** Of the output: spent on thinking. */
  readonly reasoning?: number
  readonly audioInput?: number
  readonly audioOutput?: number
  readonly imageOutput?: number
  readonly acceptedPrediction?: number
  readonly rejectedPrediction?: number
  /** Searches of the web. */
  readonly webSearches?: number
  /** What the provider says it cost, in USD. */
  readonly cost?: number
  /** Further counts of the provider, verbatim. */
  readonly extra?: JsonObject
}

/** How likely a token was, as OpenAI words it. */
export type Logprob = JsonObject

/**
 * A reply, told piece by piece: `start (open append* patch* close)* finish+ end`, or `… error` at any point.
 * Blocks may be open side by side; `index` tells them apart over the whole reply, in order of opening.
 * `literals` appends, too: pieces that nobody had to read, as JSON has them between quotes and `JSON.stringify` writes them.
 */
export type ReplyEvent =
  | { readonly type: 'start'; readonly id: string; readonly model: string; readonly created: number }
  | { readonly type: 'open'; readonly index: number; readonly choice: number; readonly block: Block }
  | { readonly type: 'append'; readonly index: number; readonly text: string }
  | { readonly type: 'literals'; readonly index: number; readonly json: readonly string[] }
  | { readonly type: 'patch'; readonly index: number; readonly fields: BlockPatch }
  | { readonly type: 'close'; readonly index: number }
  | {
      readonly type: 'logprobs'
      readonly choice: number
      readonly of: 'text' | 'refusal'
      readonly tokens: readonly Logprob[]
    }
  | {
      readonly type: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The provider's own word for it. */
      readonly raw?: string
      /** Further facts about this choice, verbatim. */
      readonly extra?: JsonObject
    }
  | { readonly type: 'end'; readonly usage?: Usage; readonly serviceTier?: string; readonly extra?: JsonObject }
  | { readonly type: 'error'; readonly failure: Failure }

/** What may become known about a block after it was opened. */
export interface BlockPatch {
  readonly signature?: string
  readonly encrypted?: string
  readonly citation?: Citation
  readonly expires?: number
  readonly extra?: JsonObject
}

/** A whole reply. */
export interface Completion {
  readonly id: string
  readonly model: string
  /** Unix seconds. */
  readonly created: number
  readonly choices: readonly Choice[]
  readonly usage?: Usage
  readonly serviceTier?: string
  /** Members no surface knows, verbatim. */
  readonly extra?: JsonObject
}

/** One of the replies to a prompt. */
export interface Choice {
  readonly blocks: readonly Block[]
  readonly reason: FinishReason
  readonly raw?: string
  readonly logprobs?: { readonly text?: readonly Logprob[]; readonly refusal?: readonly Logprob[] }
  readonly extra?: JsonObject
}

/** Why there is no reply, or no more of it, in OpenAI's terms. */
export interface Failure {
  /** The HTTP status for the client. */
  readonly status: number
  /** OpenAI's class of error: `invalid_request_error`, `rate_limit_error`, `server_error` … */
  readonly type: string
  readonly code: string | null
  /** The request member to blame, as a path: `messages[2].content[0]`. */
  readonly param: string | null
  /** What happened and what to do. Never holds a key or a prompt. */
  readonly message: string
  /** Further facts of the provider's, verbatim, under its own names. */
  readonly extra?: JsonObject
  /** Seconds to wait before another try. */
  readonly retryAfter?: number
  /** `false` when another try cannot help, whatever the status says. */
  readonly retry?: boolean
  /** What went wrong underneath: for the log, never for the client. */
  readonly cause?: unknown
}

// ------------------------------------------------------------------------------------------------------------- embeddings

/** A request for embeddings, as a client meant it. */
export interface EmbedRequest {
  /** The model as the provider names it. */
  readonly model: string
  /** Texts, or texts as tokens of the model's own vocabulary. */
  readonly inputs: readonly (string | readonly number[])[]
  /** How many numbers each embedding is to have. */
  readonly dimensions?: number
  /** The form the client wants: floats, or base64 of little-endian 32-bit floats. */
  readonly encoding: 'float' | 'base64'
  readonly user?: string
  /** Members no surface knows, verbatim: extensions of one provider or another. */
  readonly extra?: JsonObject
}

/** An embedding: its numbers, or base64 of them as little-endian 32-bit floats. */
export type Vector = readonly number[] | string

/** What a provider answers to one call. */
export interface Embeddings {
  /** In the order of the inputs. */
  readonly vectors: readonly Vector[]
  /** The model that answered, where it is told. */
  readonly model?: string | undefined
  /** Tokens of the inputs, where they are told. */
  readonly input?: number | undefined
}

/** The parts of a content, whichever way it was given. */
export function parts(content: Content): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
