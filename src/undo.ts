/**
 * Taking back, in a reply, what the request changed for a provider's sake.
 *
 * @module
 */

/** The text of a custom tool that was told as a function with one string argument named `input`. */
export function unwrap(json: string): string {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'string')
      return value.input
    return json
  } catch {
    return cut(json)
  }
}

/** What can be read of an input that was cut: the string after `"input":`, as far as it goes. */
function cut(json: string): string {
  const body = /^\s*\{\s*"input"\s*:\s*"((?:[^"\\]|\\.)*)/su.exec(json)?.[1]
  if (body === undefined) return json
  const whole = body.replace(/\\u[0-9a-fA-F]{0,3}$/u, '')
  return String(JSON.parse(`"${whole}"`))
}

const OPENING = /^\s*```[A-Za-z]*[ \t]*\r?\n/u
const MAYBE_OPENING = /^\s*(?:`{1,2}|```[A-Za-z]*[ \t]*\r?)?$/u
const MAYBE_CLOSING = /\s*`{0,3}\s*$/u
const CLOSING = /\s*```\s*$/u

/** Takes a Markdown code fence off a text that streams by. Holds back no more than what could still be a fence. */
export class Unfence {
  #state: 'head' | 'fenced' | 'plain' = 'head'
  #held = ''

  /** Takes more text; returns what is certain. */
  feed(delta: string): string {
    if (this.#state === 'plain') return delta
    this.#held += delta
    if (this.#state === 'head') {
      if (MAYBE_OPENING.test(this.#held)) return ''
      const fence = OPENING.exec(this.#held)
      if (!fence) {
        this.#state = 'plain'
        return this.#release(this.#held.length)
      }
      this.#state = 'fenced'
      this.#held = this.#held.slice(fence[0].length)
    }
    return this.#release(MAYBE_CLOSING.exec(this.#held)?.index ?? this.#held.length)
  }

  /** The rest, without the closing fence. */
  end(): string {
    return this.#state === 'fenced' ? this.#held.replace(CLOSING, '') : this.#held
  }

  #release(length: number): string {
    const text = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return text
  }
}
