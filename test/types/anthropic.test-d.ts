/**
 * Proves, when it is type-checked, that whatever Anthropic's own types let the provider send is something we read.
 *
 * @module
 */
import type Anthropic from '@anthropic-ai/sdk'
import type { z } from 'zod'
import type { WireCount } from '../../adapters/anthropic/count.ts'
import type { errorBody, frame, message, modelPage } from '../../adapters/anthropic/wire.ts'
import type { MEMBERS } from '../../adapters/anthropic/strict-count.ts'
import type { messagesRequest } from '../../adapters/anthropic/strict.ts'
import type { Json } from '../../src/canonical.ts'

/** A type of the SDK as JSON: interfaces as plain objects, and `unknown` as any JSON. */
type Plain<T> = unknown extends T
  ? Json
  : T extends string
    ? string extends T
      ? string
      : T
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

export type Proofs = [
  Reads<z.input<typeof message>, Plain<Anthropic.Message>>,
  Reads<z.input<typeof frame>, Plain<Anthropic.RawMessageStreamEvent>>,
  Reads<z.input<typeof message>, Plain<Anthropic.Beta.BetaMessage>>,
  Reads<z.input<typeof errorBody>, Plain<Anthropic.ErrorResponse>>,
  Reads<z.input<typeof modelPage>['data'][number], Plain<Anthropic.ModelInfo>>,
  // The strict schema knows every member of a request, apart from those that belong to the operator of an account.
  Reads<keyof z.input<typeof messagesRequest> | 'workspace_id', keyof Anthropic.MessageCreateParams>,
  Reads<WireCount, Plain<Anthropic.MessageTokensCount>>,
  Reads<(typeof MEMBERS)[number] | 'workspace_id', keyof Anthropic.MessageCountTokensParams>,
  Reads<keyof Anthropic.Beta.MessageCountTokensParams, (typeof MEMBERS)[number]>,
]
