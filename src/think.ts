/**
 * Telling thoughts from words, where a model writes both into one text: `<think>thoughts</think>words`.
 *
 * @module
 */

/** What a piece of text turned out to be. */
export interface Heard {
  readonly thought: string
  readonly text: string
}

const OPENING = '<think>'
const CLOSING = '</think>'

/** Reads a text that streams by. Tags count only at its very start; holds back no more than what could still be one. */
export class ThinkTags {
  #state: 'head' | 'opened' | 'thinking' | 'closed' | 'plain' = 'head'
  #held = ''

  /** Whether all that follows is words. */
  get plain(): boolean {
    return this.#state === 'plain'
  }

  /** Takes more text; returns what is certain. */
  feed(delta: string): Heard {
    if (this.#state === 'plain') return { thought: '', text: delta }
    this.#held += delta
    if (this.#state === 'head') this.#begin()
    if (this.#state === 'opened') this.#open()
    const thought = this.#state === 'thinking' ? this.#think() : ''
    return { thought, text: this.#speak() }
  }

  /** The rest. Thoughts that never end are thoughts. */
  end(): Heard {
    const rest = this.#held
    this.#held = ''
    return this.#state === 'thinking' ? { thought: rest, text: '' } : { thought: '', text: rest }
  }

  #begin(): void {
    const start = this.#held.trimStart()
    if (start.length < OPENING.length && OPENING.startsWith(start)) return
    this.#state = start.startsWith(OPENING) ? 'opened' : 'plain'
    if (this.#state === 'opened') this.#held = start.slice(OPENING.length)
  }

  /** Blanks beside the tags belong to neither side. */
  #open(): void {
    this.#held = this.#held.trimStart()
    if (this.#held !== '') this.#state = 'thinking'
  }

  #think(): string {
    const end = this.#held.indexOf(CLOSING)
    if (end >= 0) {
      const thought = this.#held.slice(0, end).trimEnd()
      this.#state = 'closed'
      this.#held = this.#held.slice(end + CLOSING.length)
      return thought
    }
    const open = this.#held.length - tail(this.#held)
    const thought = this.#held.slice(0, open)
    this.#held = this.#held.slice(open)
    return thought
  }

  #speak(): string {
    if (this.#state === 'closed') {
      this.#held = this.#held.trimStart()
      if (this.#held !== '') this.#state = 'plain'
    }
    if (this.#state !== 'plain') return ''
    const text = this.#held
    this.#held = ''
    return text
  }
}

/** How much of a text's end may belong to a closing tag: the start of one, and the blanks before it. */
function tail(text: string): number {
  for (let length = Math.min(CLOSING.length - 1, text.length); length > 0; length--) {
    if (CLOSING.startsWith(text.slice(-length))) return text.length - text.slice(0, -length).trimEnd().length
  }
  return text.length - text.trimEnd().length
}
