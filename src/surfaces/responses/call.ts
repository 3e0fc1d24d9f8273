/**
 * Items without parts: calls of tools, and pictures.
 *
 * @module
 */
import { readLiteral } from '../../wire/literal.ts'
import type { DeltaLine, Listener, Writable } from './part.ts'

/** An item, and its place among the others. */
export interface Grown {
  readonly item: Writable
  readonly at: number
}

/** A call whose input grows. */
export class Call implements Grown {
  readonly item: Writable
  readonly at: number
  readonly #custom: boolean
  readonly #events: string
  readonly #line: DeltaLine
  readonly #listener: Listener
  #text = ''

  constructor({ item, at }: Grown, custom: boolean, listener: Listener) {
    this.item = item
    this.at = at
    this.#custom = custom
    this.#listener = listener
    this.#events = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
    this.#line = { type: `${this.#events}.delta`, before: JSON.stringify(placeOf(this)).slice(1, -1), after: '' }
  }

  feed(text: string): void {
    if (text === '') return
    this.#text += text
    this.#listener.delta(this.#line, text)
  }

  feedLiterals(json: readonly string[]): void {
    this.#text += readLiteral(json.join(''))
    this.#listener.literals(this.#line, json)
  }

  end(status: 'completed' | 'incomplete'): void {
    const told = this.#custom ? { input: this.#text } : { name: this.item['name'], arguments: this.#text }
    Object.assign(this.item, told, { status })
    this.#listener.event(`${this.#events}.done`, { ...placeOf(this), ...told })
  }
}

/** A picture, told once it is whole. */
export class Picture implements Grown {
  readonly item: Writable
  readonly at: number
  readonly #listener: Listener
  #data = ''

  constructor({ item, at }: Grown, listener: Listener) {
    this.item = item
    this.at = at
    this.#listener = listener
    listener.event(`${PICTURE}.in_progress`, placeOf(this))
  }

  feed(data: string): void {
    this.#data += data
  }

  /** Half a picture is none. */
  end(status: 'completed' | 'incomplete'): void {
    const whole = status === 'completed'
    Object.assign(this.item, whole ? { result: this.#data, status } : { status: 'failed' })
    if (whole) this.#listener.event(`${PICTURE}.completed`, placeOf(this))
  }
}

const PICTURE = 'response.image_generation_call'

function placeOf({ item, at }: Grown): { readonly item_id: string; readonly output_index: number } {
  return { item_id: String(item['id']), output_index: at }
}
