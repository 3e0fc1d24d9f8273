/**
 * Turns in the order Converse accepts: user and assistant by turns, and with the results of tools only what the model
 * takes beside them.
 *
 * @module
 */
import { sha256 } from '../../src/wire/digest.ts'
import { LEAST, type Native, type Task, type Turn } from './native.ts'

/** The conversation being built. Neighbours of one role are one turn. */
export class Turns {
  readonly #task: Task
  readonly #turns: Turn[] = []
  readonly #ids = new Set<string>()
  /** Where the user said nothing, as long as that is all of the turn. */
  #blank: string | undefined

  constructor(task: Task) {
    this.#task = task
  }

  /** What the user says, or what tools say on the user's behalf. */
  user(blocks: readonly Native[], path?: string): void {
    if (blocks.length === 0) {
      this.#blank ??= path
      return
    }
    // The API joins neighbouring turns of one role, so only a word of the model keeps two apart.
    if (this.#mustPart(blocks)) this.#add('assistant', [{ text: LEAST }])
    this.#add('user', blocks)
  }

  /** What the model said. */
  assistant(blocks: readonly Native[]): void {
    if (blocks.length === 0) return
    this.#settle()
    if (this.#turns.length === 0 && !this.#task.fact.leads) {
      this.#task.warn('messages', 'this model does not begin a conversation, "." is said before')
      this.#add('user', [{ text: LEAST }])
    }
    this.#add('assistant', blocks)
  }

  /** An id for a call: in the model's alphabet, and no other call's. */
  id(told: string): string {
    const fits = this.#task.fact.shortIds ? SHORT_IDS : IDS
    for (let count = 1; ; count++) {
      const text = count === 1 ? told : `${told} ${count}`
      const id = fits.test(text) ? text : digest(text, this.#task.fact.shortIds)
      if (this.#ids.has(id)) continue
      this.#ids.add(id)
      return id
    }
  }

  /** All turns. */
  end(): readonly Turn[] {
    this.#settle()
    return this.#turns
  }

  #settle(): void {
    if (this.#blank !== undefined && this.#turns.at(-1)?.role !== 'user') {
      this.#task.warn(`${this.#blank}.content`, 'empty, sent as "."')
      this.#add('user', [{ text: LEAST }])
    }
    this.#blank = undefined
  }

  #mustPart(blocks: readonly Native[]): boolean {
    const last = this.#turns.at(-1)
    if (last?.role !== 'user' || !last.content.some((block) => 'toolResult' in block)) return false
    const allowed = BESIDE[this.#task.fact.besideResults]
    return blocks.some((block) => Object.keys(block).some((kind) => !allowed.test(kind)))
  }

  #add(role: Turn['role'], blocks: readonly Native[]): void {
    const last = this.#turns.at(-1)
    if (last?.role === role) last.content.push(...blocks)
    else this.#turns.push({ role, content: [...blocks] })
  }
}

/** Kimi's ids hold dots and colons, and are taken back. */
const IDS = /^[a-zA-Z0-9_.:-]{1,64}$/u
/** Mistral's own ids, and those that Converse makes of them. */
const SHORT_IDS = /^(?:[a-zA-Z0-9]{9}|tooluse_[\w-]{22})$/u

const BESIDE: Readonly<Record<Task['fact']['besideResults'], RegExp>> = {
  anything: /./u,
  'text and images': /^(?:toolResult|text|image|cachePoint)$/u,
  nothing: /^toolResult$/u,
}

function digest(text: string, short: boolean): string {
  return short ? sha256(text).slice(0, 9) : `call_${sha256(text).slice(0, 24)}`
}
