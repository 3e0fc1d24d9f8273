/**
 * The way back: replies read side by side, as they arrive.
 *
 * @module
 */
import { type Course, Intake } from './course.ts'

/** Several replies read side by side, a network chunk at a time. */
export class Relay {
  readonly #intakes: readonly Intake[]
  /** The one there is, where there is but one. */
  readonly #only: Intake | undefined
  #pending: Map<Intake, Promise<void>> | undefined

  constructor(courses: readonly Course[]) {
    this.#intakes = courses.map((course) => new Intake(course))
    this.#only = courses.length === 1 ? this.#intakes[0] : undefined
  }

  /** Whether every reply is complete, or one has failed. */
  get done(): boolean {
    return this.#only ? this.#only.done : this.#intakes.every(({ done }) => done) || this.#failed
  }

  /** Understands what has arrived of any reply. Returns what to wait for where there is nothing. */
  next(): Promise<void> | undefined {
    return this.#only ? this.#only.next() : this.#any()
  }

  #any(): Promise<void> | undefined {
    const pending: Map<Intake, Promise<void>> = (this.#pending ??= new Map())
    let found = false
    for (const intake of this.#intakes) {
      if (intake.done || pending.has(intake)) continue
      const waiting = intake.next()
      if (waiting)
        pending.set(
          intake,
          waiting.then(() => void pending.delete(intake)),
        )
      else found = true
    }
    if (this.#failed) this.abort()
    return found || this.done ? undefined : Promise.race(pending.values())
  }

  /** Gives up: the client is gone, or one of several replies has failed. */
  abort(): void {
    for (const intake of this.#intakes) intake.abort()
  }

  get #failed(): boolean {
    return this.#intakes.some(({ failed }) => failed)
  }
}
