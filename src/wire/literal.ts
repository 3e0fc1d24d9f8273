/**
 * Text that stays as JSON has it, so that what only passes through need not be read and written again.
 *
 * @module
 */

/** All but quotes, backslashes and control characters, which begin an escape or stand in one. */
const LITERAL = /^[ !#-[\]-\uffff]*(?:\\["\\bfnrt][ !#-[\]-\uffff]*)*$/

/**
 * Whether this is what JSON has between the quotes of a string, and `JSON.stringify` would write that string no other way.
 * Whoever asks has decoded it from bytes, so it holds no half of a surrogate pair.
 */
export function isLiteral(json: string): boolean {
  return LITERAL.test(json)
}

/** The text that a literal stands for. */
export function readLiteral(json: string): string {
  // What stands between quotes is a string.
  return JSON.parse(`"${json}"`) as string
}

/** How many literals wait before they are read together. They may hold on to the piece of the stream that they were cut from. */
const MOST_WAITING = 64

/** A text that grows, piece by piece. Literals are read many at a time, or when somebody asks for the text. */
export class GrowingText {
  #text: string
  readonly #literals: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  /** The text so far. */
  get value(): string {
    if (this.#literals.length > 0) {
      this.#text += readLiteral(this.#literals.join(''))
      this.#literals.length = 0
    }
    return this.#text
  }

  append(text: string): void {
    this.#text = this.value + text
  }

  appendLiteral(json: string): void {
    if (this.#literals.push(json) >= MOST_WAITING) void this.value
  }
}
