/**
 * What the scenarios ask of a client, whichever it is and whichever of OpenAI's protocols it speaks.
 *
 * @module
 */
import type { z } from 'zod'

/** A client that people use, in one of its modes. */
export interface Client {
  /** As its users call it. */
  readonly name: string
  readonly package: string
  readonly protocol: 'chat completions' | 'responses'
  /** How it keeps a conversation, where it can in several ways. */
  readonly mode?: string
  /**
   * What the other side has to remember for it: thoughts behind calls, for which chat completions have no place; whole
   * replies; or nothing, because it sends everything back.
   */
  readonly needs: 'thoughts' | 'replies' | 'nothing'
  /** The scenarios it has no means for, each with the reason. */
  readonly lacks: Readonly<Record<string, string>>
  /** Begins a conversation. */
  connect(access: Access): Conversation
  /** What one of its errors says, judged by its class first. */
  explain(error: unknown): Trouble
}

const HERMIT = 'there are no agents that hand over to each other'

/** What only clients that know agents can do. */
export const ALONE = { handoff: HERMIT, 'handoff, streamed': HERMIT } as const

/** What cannot be asked for in the protocol. */
export const NO_STOP = { 'stop sequence': 'the protocol has none' } as const

/** Where a client finds its model, and how patient it is. */
export interface Access {
  readonly baseURL: string
  readonly key: string
  readonly model: string
  /** How often it may try again. */
  readonly retries: number
}

/** A conversation as far as it has come. */
export interface Conversation {
  ask(question: Question): Promise<Answer>
}

/** What a person asks, and how it is to be answered. */
export interface Question {
  readonly text: string
  readonly stream: boolean
  readonly system?: string
  readonly developer?: string
  /** A picture, as a data URL. */
  readonly image?: string
  /** The client calls these itself, until the model has no more calls to make. */
  readonly tools?: readonly Tool[]
  /** Another assistant, to whom the model may hand over. */
  readonly colleague?: Colleague
  /** The answer is to be an object that fits. */
  readonly schema?: z.ZodObject
  readonly effort?: 'low' | 'high'
  readonly maxTokens?: number
  readonly temperature?: number
  readonly stop?: string
  readonly signal?: AbortSignal
  /** Hears each piece of a streamed answer. */
  hear?(piece: string): void
}

/** An assistant with instructions of its own. */
export interface Colleague {
  readonly name: string
  readonly system: string
}

/** A tool that takes the name of a city. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: z.ZodObject<{ city: z.ZodString }>
  run(input: { readonly city: string }): string
}

/** What a client makes of a reply. */
export interface Answer {
  readonly text: string
  /** The text of the last reply in the pieces it came in. */
  readonly pieces: readonly string[]
  readonly thoughts: string
  /** What a schema was asked for. */
  readonly object?: unknown
  /** Why the last reply ended, in the words of chat completions. */
  readonly finish: string | undefined
  /** Tokens of the last reply. */
  readonly usage: Tokens | undefined
  /** The conversation with this question and its answer, as the client itself keeps it. */
  readonly conversation: Conversation
}

/** Tokens as a client counts them. */
export interface Tokens {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly total: number | undefined
}

/** What a client says of a failure. */
export interface Trouble {
  readonly kind: Kind
  readonly message: string
  readonly status?: number | undefined
  readonly param?: string | null | undefined
  readonly code?: string | null | undefined
  /** Seconds, as the header says. */
  readonly retryAfter?: string | null | undefined
}

/** What the class of an error tells. `broken` is a reply that failed after it had begun. */
export type Kind =
  | 'authentication'
  | 'not found'
  | 'bad request'
  | 'rate limit'
  | 'server'
  | 'broken'
  | 'abort'
  | 'unknown'
