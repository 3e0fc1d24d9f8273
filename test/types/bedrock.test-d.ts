/**
 * Proves, when it is type-checked, that whatever AWS's own types let the provider send is something we read.
 *
 * @module
 */
import type {
  ContentBlock,
  ConverseRequest,
  ConverseResponse,
  ConverseStreamOutput,
  ConverseStreamRequest,
  ConverseTokensRequest,
  CountTokensCommandOutput,
} from '@aws-sdk/client-bedrock-runtime'
import type { z } from 'zod'
import type { WireCount } from '../../adapters/bedrock/count.ts'
import type { converseRequest } from '../../adapters/bedrock/strict.ts'
import type { MEMBERS } from '../../adapters/bedrock/strict-count.ts'
import type { body, frame } from '../../adapters/bedrock/wire.ts'
import type { Json } from '../../src/canonical.ts'

/** A type of the SDK as JSON: bytes as base64, members that must be there without `undefined`, and documents as any JSON. */
type Plain<T> = unknown extends T
  ? Json
  : T extends Uint8Array
    ? string
    : T extends string
      ? string extends T
        ? string
        : T
      : T extends readonly (infer Item)[]
        ? Plain<Item>[]
        : T extends object
          ? { [K in keyof T]: Plain<Exclude<T[K], undefined>> }
          : T

/** What a member of this name holds, in the one of several types that must have it. */
type Only<Union, Name extends string> = Union extends { readonly [K in Name]: infer Held } ? Held : never

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

type Event<Name extends string> = Only<z.input<typeof frame>, Name>

type Blocks = z.input<typeof body>['output']['message']['content'][number]
type Block<Name extends keyof Blocks> = Exclude<Blocks[Name], undefined>

export type Proofs = [
  Reads<z.input<typeof body>['stopReason'], Plain<Exclude<ConverseResponse['stopReason'], undefined>>>,
  Reads<z.input<typeof body>['usage'], Plain<Exclude<ConverseResponse['usage'], undefined>>>,
  Reads<Block<'toolUse'>, Plain<ContentBlock.ToolUseMember['toolUse']>>,
  Reads<Block<'toolResult'>['toolUseId'], Plain<ContentBlock.ToolResultMember['toolResult']>['toolUseId']>,
  Reads<Block<'image'>['format'], Plain<ContentBlock.ImageMember['image']>['format']>,
  Reads<Event<'messageStop'>['stopReason'], Plain<Only<ConverseStreamOutput, 'messageStop'>>['stopReason']>,
  Reads<
    Event<'contentBlockStop'>['contentBlockIndex'],
    Plain<Only<ConverseStreamOutput, 'contentBlockStop'>>['contentBlockIndex']
  >,
  // Every member of a block, an event and a request that the SDK knows is known here, or left to the provider by name.
  Reads<
    | keyof Blocks
    | 'audio'
    | 'cachePoint'
    | 'document'
    | 'guardContent'
    | 'searchResult'
    | 'video'
    | Changes
    | '$unknown',
    keyof ContentBlock
  >,
  Reads<keyof z.input<typeof converseRequest> | 'modelId', keyof ConverseRequest | keyof ConverseStreamRequest>,
  Reads<WireCount, Plain<Omit<CountTokensCommandOutput, '$metadata'>>>,
  Reads<(typeof MEMBERS)[number], keyof ConverseTokensRequest>,
]

/** Blocks by which a client changes its tools midway: no words of OpenAI's. */
type Changes = 'toolAddition' | 'toolRemoval'
