/**
 * Frames that are like the one before, but for their words: those are read, and the rest is only compared.
 *
 * What makes it exact: a text that is the same up to a string, and the same after it, is the same JSON with another string.
 *
 * @module
 */
import type { JsonObject } from '../canonical.ts'
import type { Reply } from '../reply.ts'
import { parseObject } from './json.ts'
import type { Span } from './sse.ts'

/** The way to a value inside a frame. */
export type Path = readonly (string | number)[]

/** What a frame shows of all that are like it. */
export interface Lesson {
  /** Where the words are: a string. */
  readonly words: Path
  /** Where a string may be that means nothing, and is there so that lengths tell nothing. */
  readonly padding?: Path
  /** Where an object may be that counts what was spent. */
  readonly counts?: Path
  /**
   * Writes down what a frame like this one says: its words as JSON has them between quotes, and its counts where they are not
   * those of the frame before. `false` where it has to be read whole; then nothing was told.
   */
  tell(reply: Reply, words: string, counts: string | undefined): boolean
  /** Writes down the words of many frames that differ in nothing else, or none of them. */
  tellAll?(reply: Reply, words: readonly string[]): boolean
}

type Learn = (frame: JsonObject, reply: Reply) => Lesson | undefined

/** How many frames in a row may be learned from in vain. Where no two are alike, nobody goes on looking. */
const PATIENCE = 8

/**
 * The refrain of one stream. Whatever a frame says besides its words, the one before it said as well, and was read whole or
 * was like one that was: so it is not said again.
 */
export class Refrain {
  readonly #learn: Learn
  #lesson: Lesson | undefined
  #template: Template | undefined
  #patience = PATIENCE

  /** `learn` looks at a frame that is about to be read whole. It returns nothing where those like it say more than words. */
  constructor(learn: Learn) {
    this.#learn = learn
  }

  /** Writes down a frame that is like the one before; `false` for any other, which has to be read whole now. */
  take(frame: string, reply: Reply): boolean {
    const template = this.#template
    if (template?.fits(frame) && this.#lesson?.tell(reply, template.words, template.news)) {
      this.#patience = PATIENCE
      return true
    }
    this.#template = undefined
    if (this.#patience > 0) this.#study(frame, reply)
    return false
  }

  /** Where the words are in the frame that was told last, where those that come are likely to differ in nothing else. */
  words(frame: string): Span | undefined {
    return this.#lesson?.tellAll && this.#template?.isSteady(frame) ? this.#template.span : undefined
  }

  /** Writes down the words of frames that are like the one told last, or none of them. */
  repeats(words: readonly string[], reply: Reply): boolean {
    return this.#lesson?.tellAll?.(reply, words) ?? false
  }

  #study(text: string, reply: Reply): void {
    this.#patience -= 1
    const frame = parseObject(text)
    this.#lesson = frame && this.#learn(frame, reply)
    this.#template = this.#lesson && templateOf(text, this.#lesson)
  }
}

/** Appends words as JSON has them, read where they have to be. `false` where they are no words. */
export function append(reply: Reply, json: string, as: 'text' | 'aloud' | 'reasoning'): boolean {
  if (reply.literal(json, as)) return true
  const text = unquoted(json)
  if (text === undefined) return false
  reply[as](text)
  return true
}

function unquoted(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${json}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

/** A text with holes: words, and behind them perhaps another. Of what stands between and around them nothing may differ. */
class Template {
  /** The words of the text that fitted last, and where they are. */
  words = ''
  span: Span
  /** Its counts, where they are not those of the one before. */
  news: string | undefined
  readonly #head: string
  readonly #middle: string
  readonly #end: string
  readonly #second: 'padding' | 'counts' | undefined
  /** What was in the second hole last, and whether it was in there twice. */
  #held: string
  #isHeld: boolean
  #text: string

  constructor(text: string, words: Span, second?: Second) {
    this.span = words
    this.#text = text
    this.#head = text.slice(0, words.start)
    this.#middle = text.slice(words.end, second?.start)
    this.#end = second ? text.slice(second.end) : ''
    this.#second = second?.kind
    this.#held = second ? text.slice(second.start, second.end) : ''
    this.#isHeld = second === undefined
  }

  /** Whether a text is the one that fitted last, and is likely to differ from the next in nothing but words. */
  isSteady(text: string): boolean {
    return this.#isHeld && text === this.#text
  }

  /** Whether a text has these holes and says something. Slices are compared many characters at a time; `startsWith` goes one by one. */
  fits(text: string): boolean {
    const start = this.#head.length
    if (text.slice(0, start) !== this.#head) return false
    const end = closing(text, start)
    if (end <= start || text.slice(end, end + this.#middle.length) !== this.#middle) return false
    this.#text = text
    this.words = text.slice(start, end)
    this.span = { start, end }
    this.news = undefined
    const next = end + this.#middle.length
    if (this.#second === undefined) return next === text.length
    const last = text.length - this.#end.length
    if (last < next || text.slice(last) !== this.#end) return false
    const held = text.slice(next, last)
    this.#isHeld = held === this.#held
    if (this.#isHeld) return true
    this.#held = held
    if (this.#second === 'padding') return isPadding(text, next, last)
    this.news = held
    return true
  }
}

interface Second extends Span {
  readonly kind: 'padding' | 'counts'
}

/** What no frame has: by it a hole is known to be where it should be. */
const PROBE = crypto.randomUUID()

/** The template of a frame; nothing where its holes are not found. */
function templateOf(text: string, { words: path, padding, counts }: Lesson): Template | undefined {
  const words = stringAt(text, path, 0)
  if (!words) return undefined
  const second = secondAt(text, words.end, padding, counts)
  const filled = second?.kind === 'counts' ? `"${PROBE}"` : PROBE
  const rest = second ? text.slice(words.end, second.start) + filled + text.slice(second.end) : text.slice(words.end)
  const probed = parseObject(text.slice(0, words.start) + PROBE + rest)
  const other = second?.kind === 'counts' ? counts : second && padding
  const isFound = valueAt(probed, path) === PROBE && (!other || valueAt(probed, other) === PROBE)
  return isFound ? new Template(text, words, second) : undefined
}

function secondAt(text: string, from: number, padding: Path | undefined, counts: Path | undefined): Second | undefined {
  const pad = padding && stringAt(text, padding, from)
  if (pad && isPadding(text, pad.start, pad.end)) return { kind: 'padding', ...pad }
  const start = counts ? memberAt(text, counts, from) : -1
  return start >= 0 && text[start] === '{' ? { kind: 'counts', start, end: endOf(text, start) } : undefined
}

/** The inside of the string that seems to be a member's value. */
function stringAt(text: string, path: Path, from: number): Span | undefined {
  const quote = memberAt(text, path, from)
  const end = quote < 0 || text[quote] !== '"' ? -1 : closing(text, quote + 1)
  return end < 0 ? undefined : { start: quote + 1, end }
}

/** Where what seems to be a member's value starts. */
function memberAt(text: string, path: Path, from: number): number {
  const name = JSON.stringify(path.at(-1))
  const at = text.indexOf(name, from)
  if (at < 0) return -1
  COLON.lastIndex = at + name.length
  return COLON.test(text) ? COLON.lastIndex : -1
}

const COLON = /\s*:\s*/y

/** Where the string ends that has begun; -1 where it does not. */
function closing(text: string, start: number): number {
  let end = text.indexOf('"', start)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

/** Whether an odd number of backslashes stands before a character. */
function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1
  return (at - before) % 2 === 1
}

const BACKSLASH = 0x5c

function isPadding(text: string, start: number, end: number): boolean {
  PADDING.lastIndex = start
  return PADDING.test(text) && PADDING.lastIndex === end
}

const PADDING = /\w*/y

/** Where an object ends. */
function endOf(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = closing(text, at + 1)
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}

function valueAt(value: unknown, path: Path): unknown {
  let inner = value
  for (const key of path) inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined
  return inner
}
