/**
 * A part of a message, or of a summary of thoughts: what is told of it as it grows.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @module
 */
import type { Citation, Json, JsonObject, Logprob } from '../../canonical.ts'
import { readLiteral } from '../../wire/literal.ts'

/** Hears of items as they grow. */
export interface Listener {
  event(type: string, members: JsonObject): void
  /** One more piece of a text: all that changes from one to the next is the text. */
  delta(line: DeltaLine, text: string): void
  /** The same, of pieces that are JSON already. */
  literals(line: DeltaLine, json: readonly string[]): void
}

/** What stands around the text of a delta. */
export interface DeltaLine {
  readonly type: string
  /** Members before the text, as JSON without braces. */
  readonly before: string
  /** Members after it, with the comma that goes before them. */
  readonly after: string
}

/** An object that is still being written. */
export type Writable = Record<string, Json | undefined>

/** What grows in parts. */
export type Kind = 'message' | 'reasoning'

/** What a part consists of. */
export type Member = 'text' | 'refusal'

/** Where in a part one block of the reply stands. Sources are told when the block is over: only then its end is known. */
export interface Span {
  /** In code points of the part; the end once it is known. */
  readonly start: number
  end: number | undefined
  readonly cited: Citation[]
}

/** Where a part is. */
export interface Location {
  readonly item_id: string
  readonly output_index: number
}

/** A part that grows. What it is told as is `value`, which keeps up with it once it is over. */
export class Part {
  readonly value: Writable
  readonly member: Member
  readonly #kind: Kind
  readonly #place: JsonObject
  readonly #line: DeltaLine
  readonly #listener: Listener
  readonly #annotations: JsonObject[] = []
  readonly #logprobs: Logprob[] = []
  /** The text of the blocks that are over, and how many code points it has. */
  #text = ''
  #points = 0
  /** The text of the one that is not: to cut it out would be slow. */
  #block = ''
  #span: Span | undefined
  #over = false

  constructor(kind: Kind, member: Member, location: Location, number: number, listener: Listener) {
    this.#kind = kind
    this.member = member
    this.#listener = listener
    this.#place = { ...location, [kind === 'message' ? 'content_index' : 'summary_index']: number }
    this.value = this.#empty()
    this.#line = {
      type: `${this.#events}.delta`,
      before: JSON.stringify(this.#place).slice(1, -1),
      after: this.#isText ? ',"logprobs":[]' : '',
    }
    listener.event(`${PARTS[kind]}.added`, { ...this.#place, part: { ...this.value } })
  }

  /** Begins a block of the reply, which ends the one before. */
  begin(): Span {
    this.settle()
    return (this.#span = { start: this.#points, end: undefined, cited: [] })
  }

  feed(text: string): void {
    if (text === '') return
    this.#block += text
    this.#listener.delta(this.#line, text)
  }

  feedLiterals(json: readonly string[]): void {
    this.#block += readLiteral(json.join(''))
    this.#listener.literals(this.#line, json)
  }

  /** Notes how likely tokens were. */
  weigh(tokens: readonly Logprob[]): void {
    this.#logprobs.push(...tokens)
    if (!this.#over) this.#listener.event(this.#line.type, { ...this.#place, delta: '', logprobs: tokens })
  }

  /** Notes a source of a block. */
  cite(span: Span, citation: Citation): void {
    if (span.end === undefined) span.cited.push(citation)
    else this.#annotate(annotationOf(citation, span.start, span.end))
  }

  /** Ends the block that grows. */
  settle(): void {
    const span = this.#span
    if (!span) return
    this.#span = undefined
    this.#text += this.#block
    this.#points += codePoints(this.#block)
    this.#block = ''
    span.end = this.#points
    for (const citation of span.cited) this.cite(span, citation)
  }

  end(): void {
    this.settle()
    this.#over = true
    this.value[this.member] = this.#text
    const logprobs = this.#isText ? { logprobs: this.#logprobs } : {}
    this.#listener.event(`${this.#events}.done`, { ...this.#place, [this.member]: this.#text, ...logprobs })
    this.#listener.event(`${PARTS[this.#kind]}.done`, { ...this.#place, part: { ...this.value } })
  }

  /** A part that is over is told of no more; what is known late of it stands in the response. */
  #annotate(annotation: JsonObject): void {
    const number = this.#annotations.push(annotation) - 1
    if (this.#over) return
    const type = 'response.output_text.annotation.added'
    this.#listener.event(type, { ...this.#place, annotation_index: number, annotation })
  }

  /** The lists are the part's own, and grow with it. */
  #empty(): Writable {
    if (this.#kind === 'reasoning') return { type: 'summary_text', text: '' }
    if (this.member === 'refusal') return { type: 'refusal', refusal: '' }
    return { type: 'output_text', annotations: this.#annotations, logprobs: this.#logprobs, text: '' }
  }

  get #isText(): boolean {
    return this.#kind === 'message' && this.member === 'text'
  }

  get #events(): string {
    if (this.#kind === 'reasoning') return 'response.reasoning_summary_text'
    return this.member === 'text' ? 'response.output_text' : 'response.refusal'
  }
}

const PARTS: Readonly<Record<Kind, string>> = {
  message: 'response.content_part',
  reasoning: 'response.reasoning_summary_part',
}

/**
 * A source of a block, its offsets counted over the whole part. One of all the block is marked with `block`, so that the
 * block can be told from those before and after it when the reply comes back.
 */
function annotationOf(
  { type, url = '', title, document, ...offsets }: Citation,
  base: number,
  end: number,
): JsonObject {
  const placed = (offset: number): number => Math.min(base + offset, end)
  const span = { start_index: placed(offsets.start), end_index: placed(offsets.end) }
  const block = offsets.start === 0 && base + offsets.end > end && { block: true }
  if (type === 'url') return { type: 'url_citation', ...span, url, title: title ?? url, ...document, ...block }
  const index = span.start_index
  return {
    type: 'file_citation',
    file_id: '',
    filename: title ?? '',
    index,
    ...span,
    ...(document && { document }),
    ...block,
  }
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
