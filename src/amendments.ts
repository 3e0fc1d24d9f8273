/**
 * What providers have taught this gateway about their models, one refusal at a time.
 *
 * @module
 */
import type { Amendment, Warn } from './adapter.ts'
import type { ChatRequest } from './canonical.ts'

/** The most models about which anything is remembered. */
const MOST_MODELS = 1000

/** Lasting amendments, by model. Kept in memory only: a fresh start asks again. */
export class Amendments {
  readonly #known = new Map<string, Amendment[]>()

  /** Remembers an amendment that holds for every request to the model. */
  learn(model: string, amendment: Amendment): void {
    const known = this.#known.get(model) ?? []
    this.#known.delete(model)
    this.#known.set(model, [
      ...known.filter(({ param, reason }) => param !== amendment.param || reason !== amendment.reason),
      amendment,
    ])
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_MODELS && oldest !== undefined) this.#known.delete(oldest)
  }

  /** Applies what is known of the model, and says so where it makes a difference. */
  apply(model: string, request: ChatRequest, warn: Warn): ChatRequest {
    let amended = request
    for (const amendment of this.#known.get(model) ?? []) {
      const next = amendment.apply(amended)
      if (next !== amended) warn(amendment.param, amendment.reason)
      amended = next
    }
    return amended
  }
}
