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

/** Whether each of many is one. What stands between them ends none, and there is no escape that it could complete. */
export function areLiterals(json: readonly string[]): boolean {
  return isLiteral(json.join(' '))
}

/** The text that a literal stands for. */
export function readLiteral(json: string): string {
  // What stands between quotes is a string.
  return JSON.parse(`"${json}"`) as string
}

/** Characters of literals that may wait until they are put together. They hold on to the pieces of a stream that they were cut from. */
const MOST_WAITING = 1024

/** A text that grows, piece by piece. Literals are read when somebody asks for the text, all at once. */
export class GrowingText {
  #text: string
  /** Literals that nobody has asked for, put together. */
  #unread = ''
  #literals: string[] = []
  #waiting = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The text so far. */
  get value(): string {
    this.#gather()
    if (this.#unread !== '') {
      this.#text += readLiteral(this.#unread)
      this.#unread = ''
    }
    return this.#text
  }

  append(text: string): void {
    this.#text = this.value + text
  }

  appendLiteral(json: string): void {
    this.#literals.push(json)
    this.#waiting += json.length
    if (this.#waiting > MOST_WAITING) this.#gather()
  }

  appendLiterals(json: readonly string[]): void {
    const [only = ''] = json
    if (json.length < 2) return this.appendLiteral(only)
    this.#gather()
    this.#unread += json.join('')
  }

  #gather(): void {
    if (this.#waiting === 0) return
    this.#unread += this.#literals.join('')
    this.#literals = []
    this.#waiting = 0
  }
}
