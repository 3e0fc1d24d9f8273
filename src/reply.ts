/**
 * The pen adapters write replies with.
 *
 * @module
 */
import type { Undo } from './adapter.ts'
import type {
  Block,
  BlockPatch,
  Citation,
  Failure,
  FinishReason,
  JsonObject,
  Logprob,
  Origin,
  ReplyEvent,
  Usage,
} from './canonical.ts'
import { failure } from './errors.ts'
import type { Billed } from './price.ts'
import { add, count, replace, type Running, type Tally } from './usage.ts'
import { type Heard, ThinkTags } from './think.ts'
import { type Filter, filters, unwrap } from './undo.ts'
import { areLiterals, isLiteral, readLiteral } from './wire/literal.ts'

/** What a reply needs from outside. */
export interface ReplyOptions {
  write(event: ReplyEvent): void
  /** Unix seconds. */
  now(): number
  /** A fresh id that starts with the prefix. */
  newId(prefix: string): string
  /** Whose reasoning and opaque blocks these are. */
  readonly origin: Origin
  /** The model asked for, for providers that do not say which one answers. */
  readonly model: string
  readonly undo?: Undo | undefined
  /** How many choices were asked for. */
  readonly choices?: number | undefined
  /** What it costs, in USD, where somebody knows. */
  priced?(billed: Billed): number | undefined
  /** What the client may be told of a failure. */
  disclose?(told: Failure): Failure
}

/** A piece of a tool call. */
export interface ToolPiece {
  /** How this provider tells concurrent calls apart: an index, a block number. Without one, the id does. */
  readonly key?: string | number | undefined
  readonly id?: string | null | undefined
  readonly name?: string | null | undefined
  /** Input to append: JSON text, or free text for a custom tool. */
  readonly input?: string | null | undefined
  /** The input to assume where the call ends and none was appended. */
  readonly fallback?: string
  readonly custom?: boolean
  /** What the provider wants back with this call. */
  readonly extra?: JsonObject | undefined
}

/** Why one choice of a reply ended. */
export interface Ending {
  /** The provider's own word for it. */
  readonly raw?: string | null | undefined
  /** Further facts about this choice, verbatim. */
  readonly extra?: JsonObject | undefined
  /** Whether a `stop` stays one even where tools were called. */
  readonly literal?: boolean
}

/** A block that stays open under a key of the provider while others come and go. */
interface Keyed {
  /** A call of the client's; a custom tool told as a function; the answer told as a call; an opaque block whose input streams; a call too many. */
  kind: 'call' | 'wrapped' | 'answer' | 'opaque' | 'surplus'
  readonly custom: boolean
  readonly fallback: string
  readonly extra: JsonObject | undefined
  id: string
  name: string
  /** Number of the block once it is told, else -1. */
  index: number
  /** Input that cannot be told yet. */
  waiting: string
  /** The beginning of what may be no input at all. */
  held: string
  empty: boolean
}

interface ChoiceState {
  readonly index: number
  /** The block that grows without a key. */
  current: { readonly index: number; readonly type: Block['type'] } | undefined
  /** The words of spoken output, which grow beside its sound. */
  transcript: number | undefined
  /** Numbers of the blocks of text so far. */
  readonly texts: number[]
  readonly keyed: Map<string | number, Keyed>
  lastKey: string | number | undefined
  called: boolean
  /** Whether an empty text was said, which counts only where neither another nor a call follows. */
  blank: boolean
  extra: JsonObject | undefined
  ending: (Ending & { readonly reason: FinishReason }) | undefined
  /** What is to be taken off the text, once there is any. */
  filters: readonly Filter[] | undefined
  /** What tells thoughts from words, where both come as one text. */
  tags: ThinkTags | undefined
}

/**
 * One reply being written down. Adapters say what they saw, in whatever order the provider sent it; what comes out is
 * always `start (open append* patch* close)* finish+ end`, or ends in `error`. Only citations may patch a closed block.
 */
export class Reply {
  /** Losses that showed only in the reply. */
  readonly warnings: (readonly [param: string, reason: string])[] = []
  readonly #options: ReplyOptions
  readonly #choices: ChoiceState[] = []
  #choice: ChoiceState
  #opening: { id?: string; model?: string; created?: number } = {}
  #started = false
  #state: 'open' | 'paused' | 'done' = 'open'
  #blocks = 0
  #memory: unknown
  /** Literals that are not told yet, and the block they belong to. */
  #copied: { readonly index: number; readonly json: string[] } = { index: -1, json: [] }
  #tally: Running = {}
  #banked: Tally | undefined
  #serviceTier: string | undefined
  #extra: JsonObject | undefined

  constructor(options: ReplyOptions) {
    this.#options = options
    this.#choice = this.#select(0)
  }

  /** Whether the reply is complete or failed: nothing more will be written. */
  get done(): boolean {
    return this.#state === 'done'
  }

  /** Whether the provider stopped midway and waits to be asked to go on. */
  get paused(): boolean {
    return this.#state === 'paused'
  }

  /** Whether every choice has said why it ends. */
  get finished(): boolean {
    return this.#choices.every(({ ending }) => ending !== undefined)
  }

  /** Tokens spent until now, as far as the provider has told. */
  get spent(): Usage | undefined {
    const usage = count(this.#banked ? add(this.#banked, this.#tally) : this.#tally)
    const cost = this.#options.priced?.({ usage, serviceTier: this.#serviceTier })
    return usage && cost !== undefined ? { ...usage, cost } : usage
  }

  /** Whose reply it is. */
  get origin(): Origin {
    return this.#options.origin
  }

  /** Whether anything was told yet. */
  get started(): boolean {
    return this.#started
  }

  /** Names the reply. Every frame may say it; the first values that are not empty count. */
  start({
    id,
    model,
    created,
  }: {
    id?: string | null | undefined
    model?: string | null | undefined
    created?: number | null | undefined
  }): void {
    if (this.#started) return
    if (id) this.#opening.id ??= id
    if (model) this.#opening.model ??= model
    if (created) this.#opening.created ??= created
    if (this.#opening.id && this.#opening.model) this.#begin()
  }

  /** Turns to one of several replies to the same prompt: what follows is about it. */
  choice(index: number): void {
    if (index !== this.#choice.index) this.#choice = this.#select(index)
  }

  /** Appends words for the reader. An empty text is told, too, where neither another nor a call follows: it is not the same as none. */
  text(delta: string): void {
    if (delta === '') {
      this.#choice.blank = true
      return
    }
    const { undo } = this.#options
    if (undo?.fenced || undo?.echo) {
      const open = (this.#choice.filters ??= filters(undo)).reduce((text, filter) => filter.feed(text), delta)
      if (open) this.#grow('text', open)
    } else this.#grow('text', delta)
  }

  /** Appends words that may begin with thoughts between `<think>` and `</think>`. */
  aloud(delta: string): void {
    if (delta === '') this.text(delta)
    else this.#hear((this.#choice.tags ??= new ThinkTags()).feed(delta))
  }

  /**
   * Appends words, or thoughts, as JSON has them between its quotes. Appends nothing and returns `false` where `JSON.stringify`
   * would write them otherwise: then they have to be read.
   */
  literal(json: string, as: 'text' | 'aloud' | 'reasoning' = 'text'): boolean {
    if (!isLiteral(json)) return false
    const { current, tags } = this.#choice
    const { undo } = this.#options
    const type = as === 'aloud' && tags?.plain ? 'text' : as
    const isFiltered = type === 'text' && (undo?.fenced || undo?.echo)
    if (current?.type === type && !isFiltered && json !== '') this.#copy(current.index, json)
    else this[type](readLiteral(json))
    return true
  }

  /** Appends many words to those that grow already, as `literal` does, or none of them. */
  literals(json: readonly string[]): boolean {
    const { current } = this.#choice
    const { undo } = this.#options
    if (current?.type !== 'text' || undo?.fenced || undo?.echo) return false
    if (json.includes('') || !areLiterals(json)) return false
    for (const one of json) this.#copy(current.index, one)
    return true
  }

  /** Appends input, as JSON has it between its quotes, to the call under a key. `false` where `tool` has to see it. */
  inputLiteral(key: string | number, json: string): boolean {
    const keyed = this.#choice.keyed.get(key)
    if (!keyed || keyed.index < 0 || keyed.empty || json === '' || !isLiteral(json)) return false
    this.#copy(keyed.index, json)
    return true
  }

  /** Tells what was appended as literals since the last time: they are told together, before anything else or when all has been read. */
  flush(): void {
    const { index, json } = this.#copied
    if (json.length === 0) return
    this.#copied = { index, json: [] }
    this.#options.write({ type: 'literals', index, json })
  }

  /** Appends thoughts, and what proves or hides them. */
  reasoning(delta: string, facts?: Pick<BlockPatch, 'signature' | 'encrypted' | 'extra'>): void {
    this.#grow('reasoning', delta)
    if (facts && this.#choice.current) this.#write({ type: 'patch', index: this.#choice.current.index, fields: facts })
  }

  /** Appends words that decline. */
  refusal(delta: string): void {
    this.#grow('refusal', delta)
  }

  /** Appends the words of spoken output. */
  transcript(delta: string): void {
    const choice = this.#choice
    if (choice.transcript !== undefined) {
      if (delta) this.#write({ type: 'append', index: choice.transcript, text: delta })
      return
    }
    this.#begin()
    if (choice.current?.type !== 'media') this.#closeCurrent(choice)
    choice.transcript = this.#blocks++
    this.#write({
      type: 'open',
      index: choice.transcript,
      choice: choice.index,
      block: { type: 'transcript', text: delta },
    })
  }

  /** Appends base64 of a picture or of sound. A piece with an id starts a new one. */
  media(piece: { kind: 'image' | 'audio'; data?: string; mime?: string; id?: string; expires?: number }): void {
    const { data = '', expires, ...rest } = piece
    const { current } = this.#choice
    if (current?.type !== 'media' || piece.id) {
      this.#open({ type: 'media', ...rest, ...(expires === undefined ? {} : { expires }), text: data })
      return
    }
    if (data) this.#write({ type: 'append', index: current.index, text: data })
    if (expires !== undefined) this.#write({ type: 'patch', index: current.index, fields: { expires } })
  }

  /** Notes a source of what the latest text says, or is about to say; or of an earlier text of the choice, by its number. */
  cite(citation: Citation, text = -1): void {
    if (this.#choice.blank && this.#choice.current?.type !== 'text') this.#grow('text', '')
    const index = this.#choice.texts.at(text)
    if (index !== undefined) this.#write({ type: 'patch', index, fields: { citation } })
  }

  /** Notes how likely tokens were. */
  logprobs(of: 'text' | 'refusal', tokens: readonly Logprob[]): void {
    this.#begin()
    this.#write({ type: 'logprobs', choice: this.#choice.index, of, tokens })
  }

  /** Writes down a piece of a tool call: its start, more of its input, or all of it. */
  tool(piece: ToolPiece): void {
    const keyed = this.#known(piece) ?? this.#meet(piece)
    if (piece.id) keyed.id ||= piece.id
    if (piece.name && keyed.name === '') this.#name(keyed, piece.name)
    if (piece.input) this.#input(keyed, piece.input)
  }

  /** Writes down something only the provider understands. With a key, `input` of its JSON is still to come through `tool`. */
  opaque(json: JsonObject, key?: string | number): void {
    if (key === undefined) {
      this.#whole({ type: 'opaque', text: JSON.stringify(json), origin: this.#options.origin })
      return
    }
    const { input, ...rest } = json
    const keyed = { kind: 'opaque', custom: false, extra: rest, fallback: JSON.stringify(input ?? {}) } as const
    this.#choice.keyed.set(key, { ...keyed, id: '', name: '', index: -1, waiting: '', held: '', empty: true })
  }

  /** Marks the end of the block under a key, or of the one that grows without. */
  close(key?: string | number): void {
    if (key === undefined) {
      this.#closeCurrent(this.#choice)
      return
    }
    const keyed = this.#choice.keyed.get(key)
    if (!keyed) return
    this.#choice.keyed.delete(key)
    this.#settle(keyed, true)
  }

  /** Notes tokens spent: whole, in halves, or growing. Later values replace earlier ones; absent ones change nothing. */
  usage(tally: Tally): void {
    const { extra } = this.#tally
    replace(this.#tally, tally)
    if (extra && tally.extra) this.#tally.extra = { ...extra, ...tally.extra }
  }

  /** Notes facts about the current choice that no surface knows. */
  beside(facts: JsonObject): void {
    this.#choice.extra = { ...this.#choice.extra, ...facts }
  }

  /** Notes facts about the reply that no surface knows. */
  extra(facts: JsonObject): void {
    this.#extra = { ...this.#extra, ...facts }
  }

  /** Notes which tier of service answered, in OpenAI's words. */
  serviceTier(tier: string): void {
    this.#serviceTier = tier
  }

  /** What an adapter has to remember of this reply from frame to frame, made when it is first asked for. */
  memory<T>(make: () => T): T {
    this.#memory ??= make()
    // One codec writes a reply, and remembers one thing.
    return this.#memory as T
  }

  /** Reports something the client will not get. */
  warn(param: string, reason: string): void {
    this.warnings.push([param, reason])
  }

  /** Notes why the current choice ends. May come before usage, before the last calls, or twice: the last one counts. */
  finish(reason: FinishReason, ending: Ending = {}): void {
    this.#choice.ending = { reason, ...ending }
  }

  /** Notes that the provider stopped midway and wants to be asked to go on from here. */
  pause(): void {
    for (const choice of this.#choices) this.#closeAll(choice, true)
    this.#banked = add(this.#banked ?? {}, this.#tally)
    this.#tally = {}
    this.#state = 'paused'
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#state = 'open'
  }

  /**
   * Ends the reply. One that never finished was cut, and fails. So does one of fewer choices than were asked for, where
   * the bytes just stop; a provider that marks the end may well give fewer.
   */
  end(marked = true): void {
    if (this.#state !== 'open') return
    const { choices = 1 } = this.#options
    const missing = !marked && this.#choices.length < choices
    if (missing || this.#choices.some((choice) => choice.ending === undefined)) {
      this.fail({
        message: 'The provider ended the reply before it was complete.',
        status: 502,
        code: 'upstream_stream_truncated',
      })
      return
    }
    this.#begin()
    for (const choice of this.#choices) this.#finish(choice)
    this.#state = 'done'
    const usage = this.spent
    this.#write({
      type: 'end',
      ...(usage && { usage }),
      ...(this.#serviceTier !== undefined && { serviceTier: this.#serviceTier }),
      ...(this.#extra && { extra: this.#extra }),
    })
  }

  /** Ends the reply in an error. */
  fail(known: Partial<Failure> & Pick<Failure, 'message'>): void {
    if (this.#state === 'done') return
    this.#state = 'done'
    const told = failure(known)
    this.#write({ type: 'error', failure: this.#options.disclose?.(told) ?? told })
  }

  #write(event: ReplyEvent): void {
    this.flush()
    this.#options.write(event)
  }

  #copy(index: number, json: string): void {
    if (this.#copied.index !== index) {
      this.flush()
      this.#copied = { index, json: [] }
    }
    this.#copied.json.push(json)
  }

  #begin(): void {
    if (this.#started) return
    this.#started = true
    const { id = this.#options.newId(''), model = this.#options.model, created = this.#options.now() } = this.#opening
    this.#write({ type: 'start', id, model, created })
  }

  #select(index: number): ChoiceState {
    const found = this.#choices.find((choice) => choice.index === index)
    if (found) return found
    const choice: ChoiceState = {
      index,
      current: undefined,
      transcript: undefined,
      texts: [],
      keyed: new Map(),
      lastKey: undefined,
      called: false,
      blank: false,
      extra: undefined,
      ending: undefined,
      filters: undefined,
      tags: undefined,
    }
    this.#choices.push(choice)
    return choice
  }

  #open(block: Block): void {
    this.#begin()
    this.#closeCurrent(this.#choice)
    const index = this.#blocks++
    this.#choice.current = { index, type: block.type }
    if (block.type === 'text') {
      this.#choice.texts.push(index)
      this.#choice.blank = false
    }
    this.#write({ type: 'open', index, choice: this.#choice.index, block })
  }

  #grow(type: 'text' | 'reasoning' | 'refusal', delta: string): void {
    const { current } = this.#choice
    if (current?.type === type) {
      if (delta) this.#write({ type: 'append', index: current.index, text: delta })
    } else if (type === 'reasoning') this.#open({ type, text: delta, origin: this.#options.origin })
    else this.#open({ type, text: delta })
  }

  #hear({ thought, text }: Heard): void {
    if (thought) this.#grow('reasoning', thought)
    if (text) this.text(text)
  }

  #whole(block: Block, choice = this.#choice): void {
    this.#begin()
    this.#closeCurrent(choice)
    const index = this.#blocks++
    this.#write({ type: 'open', index, choice: choice.index, block })
    this.#write({ type: 'close', index })
  }

  #closeCurrent(choice: ChoiceState): void {
    if (choice.current) this.#write({ type: 'close', index: choice.current.index })
    if (choice.transcript !== undefined) this.#write({ type: 'close', index: choice.transcript })
    choice.current = undefined
    choice.transcript = undefined
  }

  /** The open call a piece belongs to. An id that differs starts a new call, whatever the key says. */
  #known({ key, id, name }: ToolPiece): Keyed | undefined {
    const { keyed, lastKey } = this.#choice
    const under = key ?? (id || (name ? undefined : lastKey))
    const found = under === undefined ? undefined : keyed.get(under)
    if (!found || !id || !found.id || found.id === id || under === undefined) return found
    this.close(under)
    return undefined
  }

  #meet({ key, id, fallback = '{}', custom = false, extra }: ToolPiece): Keyed {
    const choice = this.#choice
    const keyed: Keyed = {
      kind: 'call',
      custom,
      fallback,
      extra,
      id: '',
      name: '',
      index: -1,
      waiting: '',
      held: '',
      empty: true,
    }
    choice.lastKey = key ?? (id || `#${this.#blocks}.${choice.keyed.size}`)
    choice.keyed.set(choice.lastKey, keyed)
    return keyed
  }

  #name(keyed: Keyed, told: string): void {
    const { undo, newId } = this.#options
    keyed.name = undo?.names?.get(told) ?? told
    keyed.id ||= newId('call_')
    const kind = keyed.name === undo?.answer ? 'answer' : undo?.custom?.has(keyed.name) ? 'wrapped' : 'call'
    keyed.kind = kind
    if (kind === 'answer') return
    if (undo?.single && this.#choice.called) {
      keyed.kind = 'surplus'
      this.warn('parallel_tool_calls', 'further calls were left out')
      return
    }
    this.#choice.called = true
    if (kind === 'wrapped') return
    this.#begin()
    this.#closeCurrent(this.#choice)
    keyed.index = this.#blocks++
    keyed.empty = keyed.waiting === ''
    this.#write({
      type: 'open',
      index: keyed.index,
      choice: this.#choice.index,
      block: this.#block(keyed, keyed.waiting),
    })
  }

  #block({ id, name, custom, extra }: Keyed, text: string): Block {
    return { type: 'tool', id, name, text, ...(custom && { custom }), ...(extra && { extra }) }
  }

  #input(keyed: Keyed, delta: string): void {
    const input = keyed.held + delta
    // Some say `null` where a call has no arguments: what may become that is held back.
    const isNone = keyed.empty && keyed.kind !== 'opaque' && !keyed.custom && 'null'.startsWith(input)
    keyed.held = isNone ? input : ''
    if (isNone) return
    keyed.empty = false
    if (keyed.kind === 'answer') this.#grow('text', input)
    else if (keyed.index < 0) keyed.waiting += input
    else this.#write({ type: 'append', index: keyed.index, text: input })
  }

  /** Ends a keyed block. One that was cut keeps what it has: nothing is completed for it. */
  #settle(keyed: Keyed, complete: boolean, choice = this.#choice): void {
    const missing = !keyed.empty ? '' : complete && !keyed.custom ? keyed.fallback : keyed.held
    if (keyed.kind === 'opaque') {
      const head = JSON.stringify(keyed.extra).slice(0, -1)
      const text = `${head},"input":${keyed.empty ? keyed.fallback : keyed.waiting}}`
      if (complete || keyed.empty) this.#whole({ type: 'opaque', text, origin: this.#options.origin }, choice)
    } else if (keyed.kind === 'wrapped') {
      this.#whole(this.#block({ ...keyed, custom: true }, unwrap(keyed.waiting || missing)), choice)
    } else if (keyed.kind === 'answer') {
      if (missing) this.#grow('text', missing)
    } else if (keyed.kind === 'surplus') {
      return
    } else if (keyed.name === '') {
      this.fail({
        message: 'The provider called a tool without naming it.',
        status: 502,
        code: 'upstream_protocol_error',
      })
    } else {
      if (missing) this.#write({ type: 'append', index: keyed.index, text: missing })
      this.#write({ type: 'close', index: keyed.index })
    }
  }

  #closeAll(choice: ChoiceState, complete: boolean): void {
    this.#choice = choice
    if (choice.tags) this.#hear(choice.tags.end())
    choice.tags = undefined
    for (const keyed of choice.keyed.values()) this.#settle(keyed, complete)
    choice.keyed.clear()
    const rest = choice.filters?.reduce((text, filter) => filter.feed(text) + filter.end(), '')
    if (rest || (choice.blank && !choice.called && choice.texts.length === 0)) this.#grow('text', rest ?? '')
    choice.filters = undefined
    this.#closeCurrent(choice)
  }

  #finish(choice: ChoiceState): void {
    if (!choice.ending) return
    const { reason: said, raw, literal } = choice.ending
    const extra = choice.extra || choice.ending.extra ? { ...choice.extra, ...choice.ending.extra } : undefined
    this.#closeAll(choice, said !== 'length')
    const corrected = said === 'stop' && choice.called && !literal ? 'tool_calls' : said
    const reason = corrected === 'tool_calls' && !choice.called ? 'stop' : corrected
    this.#write({ type: 'finish', choice: choice.index, reason, ...(raw != null && { raw }), ...(extra && { extra }) })
  }
}
