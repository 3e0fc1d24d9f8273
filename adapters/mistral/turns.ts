/**
 * Turns in the order the provider accepts. What may follow what is decided by what stands before, so that a longer
 * conversation begins like a shorter one.
 *
 * @see https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py
 * @module
 */
import { relayed } from '../../src/emulate.ts'
import type { Native, Task } from './native.ts'

/** The conversation being built. */
export class Turns {
  readonly #task: Task
  readonly #said: Native[] = []

  constructor(task: Task) {
    this.#task = task
  }

  /** Instructions. The provider takes them at the start and after the user; elsewhere the user passes them on. */
  system(text: string, path: string, last: boolean): void {
    const before = this.#before
    if (!last && before !== 'assistant' && before !== 'tool') {
      this.#said.push({ role: 'system', content: text })
      return
    }
    const asks = this.#said.every(({ role }) => role === 'system')
    this.#task.warn(path, `a system message ${last ? 'at the end' : 'here'} is not accepted, sent as the user's`)
    this.user(asks ? text : relayed(text), path)
  }

  /** What the user says. After the result of a tool, some versions of the API want to hear the assistant first. */
  user(content: Native['content'], path: string): void {
    const { bridge } = this.#task.settings
    if (this.#before === 'tool' && bridge !== '') {
      this.#task.warn(path, 'an assistant message was put before it, which the provider wants after a tool')
      this.#said.push({ role: 'assistant', content: bridge })
    }
    this.#said.push({ role: 'user', content })
  }

  /** What the model said. It never speaks first. */
  assistant(message: Native, path: string): void {
    if (this.#before === undefined) {
      this.#task.warn(path, 'a user message was put before it, as the model never speaks first')
      this.#said.push({ role: 'user', content: LEAST })
    }
    this.#said.push({ role: 'assistant', ...message })
  }

  /** What a tool answered. */
  tool(message: Native): void {
    this.#said.push({ role: 'tool', ...message })
  }

  /** All messages. */
  get said(): readonly Native[] {
    return this.#said
  }

  get #before(): unknown {
    return this.#said.at(-1)?.['role']
  }
}

/** The least a user can say. */
const LEAST = '.'
