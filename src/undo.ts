/**
 * Taking back, in a reply, what the request changed for a provider's sake.
 *
 * @module
 */
import type { Undo } from './adapter.ts'

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

/** Takes something off a text that streams by. */
export interface Filter {
  /** Takes more text; returns what is certain. */
  feed(delta: string): string
  /** The rest. */
  end(): string
}

/** What has to be taken off a text that is the answer, in turn. */
export function filters({ echo = '', fenced = false }: Undo): readonly Filter[] {
  return [...(echo === '' ? [] : [new Unecho(echo)]), ...(fenced ? [new Unfence()] : [])]
}

/** Takes words off the start of a text that streams by, where they are all there. */
class Unecho implements Filter {
  readonly #echo: string
  #held = ''
  #over = false

  constructor(echo: string) {
    this.#echo = echo
  }

  feed(delta: string): string {
    if (this.#over) return delta
    const held = this.#held + delta
    this.#over = held.length >= this.#echo.length || !this.#echo.startsWith(held)
    this.#held = this.#over ? '' : held
    if (!this.#over) return ''
    return held.startsWith(this.#echo) ? held.slice(this.#echo.length) : held
  }

  end(): string {
    return this.#held
  }
}

/** Takes a Markdown code fence off a text that streams by. Holds back no more than what could still be a fence. */
class Unfence implements Filter {
  #state: 'head' | 'fenced' | 'plain' = 'head'
  #held = ''

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

  end(): string {
    return this.#state === 'fenced' ? this.#held.replace(CLOSING, '') : this.#held
  }

  #release(length: number): string {
    const text = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return text
  }
}
