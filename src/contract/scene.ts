/**
 * What the suite's promises are about.
 *
 * @module
 */
import { join } from 'node:path'
import type { Adapter, ChatCodec, Framing, Schema } from '../adapter.ts'
import type { Json } from '../canonical.ts'
import type { Fixture } from './fixture.ts'
import { expectation } from './golden.ts'

/** A case, and the adapter it is a case of. */
export interface Scene {
  readonly adapter: Adapter
  readonly fixture: Fixture
  /** The words in which the adapter chats with the model of the case. */
  readonly codec: ChatCodec | undefined
  /** How its streams are cut into frames. */
  readonly framing: Framing
  /** Judges the bodies that are sent, as strictly as the provider's API does. */
  readonly request?: Schema<unknown>
}

/** Something that holds for every scene it applies to. */
export interface Pledge {
  readonly says: string
  /** Whether it writes goldens, where that is asked for. */
  readonly writes?: boolean
  applies(scene: Scene): boolean
  keep(scene: Scene): Promise<void>
}

/** The golden of what the client is told. */
export function toldFile({ fixture }: Scene): string {
  return join(fixture.folder, 'told.json')
}

/** What the client is to be told. */
export function toldOf(scene: Scene): Json | undefined {
  return expectation(toldFile(scene))
}

/** Whether the recording has the whole form of every reply. */
export function hasWhole({ fixture }: Scene): boolean {
  return fixture.replies.length > 0 && fixture.replies.every(({ whole }) => whole !== undefined)
}

/** Whether a reply is recorded as a stream. */
export function hasStream({ fixture }: Scene): boolean {
  return fixture.replies.some(({ streamed }) => streamed !== undefined)
}

/** Whether the case is about embeddings. */
export function isEmbeddings({ fixture }: Pick<Scene, 'fixture'>): boolean {
  return fixture.facts.path === '/v1/embeddings'
}

/** Whether the case is a chat. */
export function isChat({ fixture }: Scene): boolean {
  return fixture.facts.path === '/v1/chat/completions'
}
