/**
 * What a surface is: one way for clients to ask, and to be answered.
 *
 * @module
 */
import type { Warn } from '../adapter.ts'
import type { ChatRequest, Completion, Failure, Json, ReplyEvent } from '../canonical.ts'

/** A request as a client put it, and how it wants to be answered. */
export interface Asked {
  readonly request: ChatRequest
  /** Renders a streamed reply: returns what to send for each event, in turn; an empty string where there is nothing to send. */
  stream(): (event: ReplyEvent) => string
  /** Renders a whole reply. */
  body(completion: Completion): Json
}

/** One way for clients to ask. */
export interface Surface {
  /** Reads a JSON body. Throws a `GatewayError` that names every problem. */
  parse(body: unknown, warn: Warn): Asked
  /** Renders a failure that comes before the first byte of a reply. */
  error(failure: Failure): Json
}
