/**
 * What a surface is: one way for clients to ask, and to be answered.
 *
 * @module
 */
import type { Warn } from '../adapter.ts'
import type { Block, ChatRequest, Completion, Failure, Json, JsonObject, ReplyEvent } from '../canonical.ts'
import type { ResponseStore } from '../response-store.ts'
import type { Seal } from '../seal.ts'

/** A request as a client put it, and how it wants to be answered. */
export interface Asked {
  readonly request: ChatRequest
  /**
   * Renders a streamed reply: returns what to send for each event, in turn; an empty string where there is nothing to send.
   * `blocks` tells what a choice holds so far, the event included.
   */
  stream(blocks: (choice: number) => readonly Block[]): (event: ReplyEvent) => string
  /** Renders a whole reply. */
  body(completion: Completion): Json
  /** Says in the client's words where something is that chat completions have elsewhere: `messages[2]` as `input[3]`. */
  locate?(text: string): string
}

/** What outlasts a request, for surfaces that keep something between two. */
export interface Session {
  /** Keeps what is kept for one client from others. */
  readonly owner: string
  readonly seal: Seal
  readonly store: ResponseStore | undefined
  /** A fresh id that starts with the prefix. */
  newId(prefix: string): string
  /** Milliseconds. */
  now(): number
}

/** One way for clients to ask. */
export interface Surface<Parsed extends Asked | Promise<Asked> = Asked | Promise<Asked>> {
  /** Reads a JSON body. Throws a `GatewayError` that names every problem. */
  parse(body: unknown, warn: Warn, session: Session): Parsed
  /** The endpoint of OpenAI's API, where providers may serve it themselves: `/responses`. */
  readonly endpoint?: string
  /** What goes to such a provider: the body as it came, but for what only this gateway knows. */
  forward?(body: JsonObject, warn: Warn, session: Session): Promise<JsonObject>
  /** Renders a failure that comes before the first byte of a reply. */
  error(failure: Failure): Json
}
