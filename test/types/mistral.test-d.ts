/**
 * Proves, when it is type-checked, that whatever Mistral's own types let the provider send is something we read. The SDK
 * gives members its own names, so that types are compared as it writes them: `Snake` undoes the naming.
 *
 * @module
 */
import type {
  AssistantMessage$Outbound,
  BaseModelCard,
  ChatCompletionChoice,
  ChatCompletionRequest$Outbound,
  ChatCompletionResponse,
  CompletionChunk,
  CompletionResponseStreamChoice,
  DeltaMessage,
  ToolCall,
  UsageInfo,
} from '@mistralai/mistralai/models/components/index.js'
import type { z } from 'zod'
import type { chatRequest } from '../../adapters/mistral/strict.ts'
import type { body, frame, modelList, WireCall, WireDelta, WireUsage } from '../../adapters/mistral/wire.ts'

/** A name as the API has it: `finish_reason` for `finishReason`. */
type SnakeName<Name> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeName<Tail>}`
  : Name

/** The names of a type's members in the API's words. Members the SDK does not name are left out. */
type Names<T> = SnakeName<keyof { [K in keyof T as string extends K ? never : K]: T[K] }>

/** The names of a schema's members. */
type Known<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] }

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

type Frame = z.input<typeof frame>
type Body = z.input<typeof body>
type FrameChoice = NonNullable<Frame['choices']>[number]
type BodyChoice = NonNullable<Body['choices']>[number]
type Model = NonNullable<z.input<typeof modelList>['data']>[number]

export type Proofs = [
  // Every member of the SDK's types is read, apart from those named here, which say nothing to a client.
  Reads<Known<Frame>, Names<CompletionChunk>>,
  Reads<Known<Body>, Names<ChatCompletionResponse>>,
  Reads<Known<FrameChoice>, Names<CompletionResponseStreamChoice>>,
  Reads<Known<BodyChoice>, Names<ChatCompletionChoice>>,
  Reads<Known<WireDelta> | 'tool_call_id' | 'index' | 'metadata', Names<DeltaMessage>>,
  Reads<Known<WireDelta> | 'prefix', keyof AssistantMessage$Outbound>,
  Reads<Known<WireCall>, Names<ToolCall>>,
  Reads<Known<WireUsage>, Names<UsageInfo>>,
  Reads<
    | Known<Model>
    | 'object'
    | 'owned_by'
    | 'deprecation_replacement_model'
    | 'default_model_temperature'
    | 'internal'
    | 'billing_model_name'
    | 'type',
    Names<BaseModelCard>
  >,
  // The plain values are of the types that are read.
  Reads<FrameChoice['finish_reason'], CompletionResponseStreamChoice['finishReason']>,
  Reads<BodyChoice['finish_reason'], ChatCompletionChoice['finishReason']>,
  Reads<NonNullable<WireCall['function']>['arguments'], ToolCall['function']['arguments']>,
  // The strict schema knows every member of a request.
  Reads<keyof z.input<typeof chatRequest>, keyof ChatCompletionRequest$Outbound>,
  Reads<keyof ChatCompletionRequest$Outbound, keyof z.input<typeof chatRequest>>,
]
