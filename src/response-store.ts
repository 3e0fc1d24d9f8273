/**
 * Remembering replies, for a while, for clients that refer to them rather than send them again.
 *
 * @module
 */
import type { JsonObject } from './canonical.ts'

/** A reply that is kept, and what it answered. */
export interface StoredResponse {
  readonly id: string
  /** The reply as it was told. */
  readonly response: JsonObject
  /** The items it answered, without those of the replies before it. Each has an id. */
  readonly input: readonly JsonObject[]
  /** The reply that came before. */
  readonly previous?: string | undefined
  /** The provider that keeps the reply itself: then nothing of it is kept here but this. */
  readonly provider?: string | undefined
}

/**
 * Keeps replies by their ids, apart for each owner. One process keeps them in its memory; several can share a store that
 * does the same elsewhere, which is why answers may take their time.
 */
export interface ResponseStore {
  put(owner: string, stored: StoredResponse): void | Promise<void>
  get(owner: string, id: string): StoredResponse | undefined | Promise<StoredResponse | undefined>
  /** One item of a reply's output, or of what it answered. */
  item(owner: string, id: string): JsonObject | undefined | Promise<JsonObject | undefined>
  /** Whether there was one to forget. */
  delete(owner: string, id: string): boolean | Promise<boolean>
}

/** Keeps a reply in the background. A store that fails costs the memory of a reply, not the reply. */
export function keep(store: ResponseStore | undefined, owner: string, stored: StoredResponse): void {
  void (async () => store?.put(owner, stored))().catch(() => {})
}

/** How much to keep, and for how long after it was last asked for. */
export interface StoreOptions {
  readonly bytes: number
  readonly seconds: number
  /** Milliseconds. */
  now(): number
}

interface Kept {
  /** As JSON: small, and nobody's to change. */
  readonly text: string
  readonly keys: readonly string[]
  until: number
}

/** Keeps replies in memory, and forgets first what was asked for least recently. */
export class MemoryStore implements ResponseStore {
  readonly #options: StoreOptions
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>()
  /** Where an item is: the key of its reply. */
  readonly #items = new Map<string, string>()
  #size = 0

  constructor(options: StoreOptions) {
    this.#options = options
  }

  /** Bytes kept now, about. */
  get size(): number {
    return this.#size
  }

  put(owner: string, stored: StoredResponse): void {
    const text = JSON.stringify(stored)
    if (weight(text) > this.#options.bytes) return
    const key = `${owner} ${stored.id}`
    this.#forget(key)
    const keys = itemsOf(stored).map(({ id }) => `${owner} ${String(id)}`)
    this.#kept.set(key, { text, keys, until: this.#expiry() })
    for (const item of keys) this.#items.set(item, key)
    this.#size += weight(text)
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#options.bytes) break
      this.#forget(oldest)
    }
  }

  get(owner: string, id: string): StoredResponse | undefined {
    return this.#use(`${owner} ${id}`)
  }

  item(owner: string, id: string): JsonObject | undefined {
    const stored = this.#use(this.#items.get(`${owner} ${id}`))
    return stored && itemsOf(stored).find((item) => item['id'] === id)
  }

  delete(owner: string, id: string): boolean {
    const key = `${owner} ${id}`
    const found = this.#use(key) !== undefined
    this.#forget(key)
    return found
  }

  #use(key: string | undefined): StoredResponse | undefined {
    const kept = key === undefined ? undefined : this.#kept.get(key)
    if (!kept || key === undefined) return undefined
    this.#kept.delete(key)
    if (kept.until < this.#options.now()) {
      this.#kept.set(key, kept)
      this.#forget(key)
      return undefined
    }
    kept.until = this.#expiry()
    this.#kept.set(key, kept)
    // What was written here is what is read here.
    return JSON.parse(kept.text) as StoredResponse
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key)
    if (!kept) return
    this.#kept.delete(key)
    this.#size -= weight(kept.text)
    for (const item of kept.keys) if (this.#items.get(item) === key) this.#items.delete(item)
  }

  #expiry(): number {
    return this.#options.now() + this.#options.seconds * 1000
  }
}

/** What a reply says and answered, item by item. */
export function itemsOf({ response, input }: StoredResponse): readonly JsonObject[] {
  const output = response['output']
  // The output of a reply is a list of items: it was made here.
  return [...input, ...(Array.isArray(output) ? (output as readonly JsonObject[]) : [])]
}

function weight(text: string): number {
  return text.length * 2
}
