/**
 * What processes that serve together have in common. Replies that clients refer to are kept by the one that leads, and
 * asked of it; reasoning that clients cannot send back is told to all.
 *
 * @module
 */
import type { Block, JsonObject } from './canonical.ts'
import { mayBeLost, Recall, type RecallOptions } from './recall.ts'
import type { ResponseStore, StoredResponse } from './response-store.ts'

/** What a worker tells the process that leads it. */
export type Report =
  | { readonly type: 'serving'; readonly url: string }
  | { readonly type: 'put'; readonly owner: string; readonly stored: StoredResponse }
  | { readonly type: 'ask'; readonly number: number; readonly question: Question }
  | { readonly type: 'told'; readonly number: number }
  | Memory

/** What the process that leads tells a worker. `tell` is answered with `told`, when all before it has been sent. */
export type Order =
  | { readonly type: 'leave' }
  | { readonly type: 'answer'; readonly number: number; readonly found?: Found }
  | { readonly type: 'tell'; readonly number: number }
  | Memory

/** A reply that was told, of which a client may lose something. */
export interface Memory {
  readonly type: 'memory'
  readonly owner: string
  readonly blocks: readonly Block[]
}

/** What is asked of a store. */
export interface Question {
  readonly about: 'get' | 'item' | 'delete'
  readonly owner: string
  readonly id: string
}

type Found = StoredResponse | JsonObject | boolean

/** A store that is kept by the process that leads. */
export class DistantStore implements ResponseStore {
  readonly #send: (report: Report) => void
  readonly #waiting = new Map<number, (found: Found | undefined) => void>()
  #asked = 0

  constructor(send: (report: Report) => void) {
    this.#send = send
  }

  put(owner: string, stored: StoredResponse): void {
    this.#send({ type: 'put', owner, stored })
  }

  async get(owner: string, id: string): Promise<StoredResponse | undefined> {
    // The answer is what the store that is asked has for this question.
    return (await this.#ask({ about: 'get', owner, id })) as StoredResponse | undefined
  }

  async item(owner: string, id: string): Promise<JsonObject | undefined> {
    // As above.
    return (await this.#ask({ about: 'item', owner, id })) as JsonObject | undefined
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return (await this.#ask({ about: 'delete', owner, id })) === true
  }

  /** Hears the answer to a question. */
  answer(number: number, found: Found | undefined): void {
    this.#waiting.get(number)?.(found)
    this.#waiting.delete(number)
  }

  #ask(question: Question): Promise<Found | undefined> {
    this.#asked += 1
    const number = this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve)
      this.#send({ type: 'ask', number, question })
    })
  }
}

/**
 * Answers what a worker asks of the store. A reply may be known to its client before it is known here, so nothing is
 * missing before every worker has told what it had to tell: that is what `settle` waits for.
 */
export async function answerFrom(
  store: ResponseStore,
  question: Question,
  settle: () => Promise<void>,
): Promise<Found | undefined> {
  const found = await look(store, question)
  if (found !== undefined && found !== false) return found
  await settle()
  return look(store, question)
}

function look(store: ResponseStore, { about, owner, id }: Question): Found | undefined | Promise<Found | undefined> {
  return store[about](owner, id)
}

/** Remembers what this process told, and what others say they told. */
export class SharedRecall extends Recall {
  readonly #send: (memory: Memory) => void

  constructor(options: RecallOptions, send: (memory: Memory) => void) {
    super(options)
    this.#send = send
  }

  override keep(owner: string, blocks: readonly Block[]): void {
    super.keep(owner, blocks)
    if (mayBeLost(blocks)) this.#send({ type: 'memory', owner, blocks })
  }

  /** Hears what another process told. */
  hear({ owner, blocks }: Memory): void {
    super.keep(owner, blocks)
  }
}
