/**
 * Turns in the order and the roles the Messages API accepts.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 * @module
 */
import { relayed } from '../../src/emulate.ts'
import { plain, type Native, type Task, type Turn } from './native.ts'

/** What the API takes for something the user said. */
const LEAST = '.'

/** The conversation being built. Neighbours of one role are one turn; instructions stand where the model takes them. */
export class Turns {
  readonly #task: Task
  readonly #turns: Turn[] = []
  readonly #ids = new Set<string>()
  /** Instructions that have to let the user's turn end first. */
  #waiting: Native[] = []
  /** Where the user said nothing, as long as that is all of the turn. */
  #blank: string | undefined

  constructor(task: Task) {
    this.#task = task
  }

  /** What the user says, or what tools say on the user's behalf. */
  user(blocks: readonly Native[], path?: string): void {
    if (blocks.length > 0) this.#add('user', blocks)
    else this.#blank ??= path
  }

  /** What the model said. */
  assistant(blocks: readonly Native[]): void {
    if (blocks.length === 0) return
    this.#settle()
    this.#add('assistant', blocks)
  }

  /**
   * An instruction inside the conversation. A model that takes one there wants it after the user's turn and before its
   * own; for others the user passes it on, where it stands.
   */
  instruct(blocks: readonly Native[]): void {
    if (this.#task.fact.inlineSystem) this.#waiting.push(...blocks)
    else this.user(blocks.map(passedOn))
  }

  /** An id for a call: in the provider's alphabet, and no other call's. */
  id(told: string): string {
    const base = plain(told)
    let id = base
    for (let count = 2; this.#ids.has(id); count++) id = `${base}_${count}`
    this.#ids.add(id)
    return id
  }

  /** All turns. */
  end(): readonly Turn[] {
    this.#settle()
    return this.#turns
  }

  #settle(): void {
    const last = this.#turns.at(-1)
    if (this.#blank !== undefined && last?.role !== 'user') {
      this.#task.warn(`${this.#blank}.content`, 'empty, sent as "."')
      this.#add('user', [{ type: 'text', text: LEAST }])
    }
    this.#blank = undefined
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    if (this.#turns.at(-1)?.role === 'user') this.#turns.push({ role: 'system', content: waiting })
    else this.#add('user', waiting.map(passedOn))
  }

  #add(role: Turn['role'], blocks: readonly Native[]): void {
    const last = this.#turns.at(-1)
    if (last?.role === role) last.content.push(...blocks)
    else this.#turns.push({ role, content: [...blocks] })
  }
}

function passedOn(block: Native): Native {
  return { ...block, text: relayed(String(block['text'])) }
}
