/**
 * Headers on their way out.
 *
 * @module
 */

/**
 * Headers of a call, by names in lower case. The platform's `Headers` checks at every step what whoever sends them checks
 * once more.
 */
export class CallHeaders implements Iterable<[name: string, value: string]> {
  /** The headers as plain members, for whoever sends them. */
  readonly fields: Readonly<Record<string, string>>
  readonly #fields: Record<string, string> = {}

  /** Later headers replace earlier ones of the same name. */
  constructor(...given: readonly (Readonly<Record<string, string>> | undefined)[]) {
    this.fields = this.#fields
    for (const headers of given) for (const name in headers) this.set(name, headers[name] ?? '')
  }

  /** The value of a header, by its name in any case. */
  get(name: string): string | null {
    return this.#fields[name.toLowerCase()] ?? null
  }

  /** Whether there is a header of that name. */
  has(name: string): boolean {
    return this.get(name) !== null
  }

  /** Sets a header in place of any of the same name. */
  set(name: string, value: string): void {
    this.#fields[name.toLowerCase()] = value
  }

  /** Takes a header off. */
  delete(name: string): void {
    delete this.#fields[name.toLowerCase()]
  }

  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    yield* Object.entries(this.#fields)
  }
}
