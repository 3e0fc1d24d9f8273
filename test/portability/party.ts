/**
 * One provider in a conversation that moves from provider to provider.
 *
 * @module
 */
import type { Adapter, Emulation, Schema } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import type { Native } from '../properties/rig.ts'

/** A provider and one of its models: what it says first, and how its requests are read. */
export interface Party {
  readonly name: string
  readonly adapter: Adapter
  readonly model: string
  /** Its API, emulated: strict about what it accepts, signatures and all. */
  readonly sandbox: Emulation
  /** The judge of its requests. */
  readonly request: Schema<unknown>
  readonly protocol: Protocol
  /** Thoughts, words and two calls of these tools, as many of these as it knows. */
  reply(tools: readonly [string, string]): Native
  /** What nobody else may see of what it said: thoughts, signatures, thoughts in cipher. */
  readonly secrets: readonly string[]
  /** Why it does not take the thoughts of others. */
  readonly refuses: string
  /** What it reports where the thoughts behind its calls are gone. */
  readonly gaps: readonly string[]
  /** Whether its calls are signed apart from its thoughts. */
  readonly signsCalls?: boolean
}

/** How a native request is read. */
export interface Protocol {
  /** Names of the tools on offer. */
  tools(body: JsonObject): readonly string[]
  calls(body: JsonObject): readonly Call[]
  results(body: JsonObject): readonly Result[]
  /** Base64 of the pictures. */
  pictures(body: JsonObject): readonly string[]
  /** What the model is told that it said first, to be compared with what it said. */
  again(body: JsonObject): unknown
  /** What it said, of a whole reply. */
  original(whole: JsonObject): unknown
}

/** A call in a native request. */
export interface Call {
  readonly id: unknown
  readonly name: unknown
}

/** The result of a call in a native request. */
export interface Result {
  readonly id: unknown
  readonly text: string
}
