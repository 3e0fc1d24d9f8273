/**
 * What a model says, as the items of a response: what is told of them on the way, and how they are in the end.
 *
 * Streams and whole replies both come through here, so they cannot disagree.
 *
 * @module
 */
import type { Block, BlockPatch, JsonObject, Logprob, OpaqueBlock, ReasoningBlock } from '../../canonical.ts'
import type { Seal } from '../../seal.ts'
import { readLiteral } from '../../wire/literal.ts'
import { Call, type Grown, Picture } from './call.ts'
import { type Kind, type Listener, type Member, Part, type Span, type Writable } from './part.ts'

/** What items are made with. */
export interface ItemOptions {
  /** What the ids of the items end in, before their number. */
  readonly suffix: string
  readonly seal: Seal
  /** Whether thoughts are carried but not shown. */
  readonly hidden: boolean
  /** Tools of a namespace, by the names the model knows. */
  readonly namespaces: ReadonlyMap<string, { readonly namespace: string; readonly name: string }>
}

/** How an item that grew ends. */
export type Ending = 'completed' | 'incomplete'

/** A message, or thoughts: an item of several parts, one after the other. */
interface Run extends Grown {
  readonly kind: Kind
  readonly parts: Part[]
  /** The part that grows. */
  part: Part | undefined
  /** Numbers of the blocks to be sealed, and what goes with calls. */
  readonly blocks: number[]
  readonly calls: Record<string, JsonObject>
}

/** Where a block is told. */
type Place =
  | { readonly type: 'part'; readonly part: Part; readonly span: Span }
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'picture'; readonly picture: Picture }
  | { readonly type: 'sealed' }

/** The items of one response, written down as blocks come in. */
export class Items {
  /** In order. Those that grow are not whole yet. */
  readonly output: Writable[] = []
  readonly #options: ItemOptions
  readonly #listener: Listener
  readonly #places: (Place | undefined)[] = []
  /** What is to be sealed, and its text so far. */
  readonly #blocks: (ReasoningBlock | OpaqueBlock | undefined)[] = []
  readonly #texts: string[] = []
  #run: Run | undefined
  /** Calls that are over; whether they are complete shows in what comes next. */
  #over: Call[] = []
  readonly #open = new Set<Call | Picture>()
  /** How likely tokens were whose text is still to come. */
  #tokens: Logprob[] = []
  /** The part that had words last. */
  #words: Part | undefined

  constructor(options: ItemOptions, listener: Listener) {
    this.#options = options
    this.#listener = listener
  }

  open(index: number, block: Block): void {
    this.#settle('completed')
    switch (block.type) {
      case 'text':
      case 'transcript':
        return this.#say(index, 'text', block.text)
      case 'refusal':
        return this.#say(index, 'refusal', block.text)
      case 'reasoning':
      case 'opaque':
        return this.#think(index, block)
      case 'tool':
        return this.#call(index, block)
      case 'media':
        return this.#picture(index, block)
    }
    return block satisfies never
  }

  append(index: number, text: string): void {
    const place = this.#places[index]
    if (place?.type === 'part') place.part.feed(text)
    else if (place?.type === 'call') place.call.feed(text)
    else if (place?.type === 'picture') place.picture.feed(text)
    if (this.#blocks[index]) this.#keep(index, text)
  }

  /** Appends what is JSON already. What is to be sealed, or not to be shown yet, is read. */
  appendLiterals(index: number, json: readonly string[]): void {
    const place = this.#places[index]
    if (place?.type === 'call') place.call.feedLiterals(json)
    else if (place?.type === 'part' && !this.#blocks[index]) place.part.feedLiterals(json)
    else for (const one of json) this.append(index, readLiteral(one))
  }

  patch(index: number, { citation, extra, expires: _, ...fields }: BlockPatch): void {
    const place = this.#places[index]
    if (place?.type === 'part' && citation) place.part.cite(place.span, citation)
    const block = this.#blocks[index]
    if (block?.type !== 'reasoning') return
    this.#blocks[index] = { ...block, ...fields, ...(extra && { extra: { ...block.extra, ...extra } }) }
  }

  close(index: number): void {
    const place = this.#places[index]
    if (place?.type === 'call') this.#over.push(place.call)
    else if (place?.type === 'picture') this.#end(place.picture, 'completed')
    else if (this.#blocks[index] && this.#run?.kind === 'reasoning') this.#endPart(this.#run)
    else if (place?.type === 'part' && place.part === this.#run?.part) place.part.settle()
  }

  /** Notes how likely tokens were of the words that grow, or else of the next. */
  logprobs(tokens: readonly Logprob[]): void {
    const part = this.#run?.part
    if (part && part === this.#words) part.weigh(tokens)
    else this.#tokens.push(...tokens)
  }

  /** Ends what still grows. */
  end(status: Ending): void {
    this.#settle(status)
    for (const grown of this.#open) this.#end(grown, status)
    this.#endRun(status)
    this.#words?.weigh(this.#tokens.splice(0))
  }

  /** A new item, in the place that is next. */
  #add(prefix: string, members: Writable): Grown {
    const at = this.output.length
    const item: Writable = { id: `${prefix}_${this.#options.suffix}_${at}`, ...members, status: 'in_progress' }
    this.output.push(item)
    this.#tell('added', { item, at })
    return { item, at }
  }

  #tell(type: 'added' | 'done', { item, at }: Grown): void {
    this.#listener.event(`response.output_item.${type}`, { output_index: at, item: { ...item } })
  }

  #runOf(kind: Kind): Run {
    if (this.#run?.kind === kind) return this.#run
    this.#endRun('completed')
    const grown =
      kind === 'message'
        ? this.#add('msg', { type: 'message', role: 'assistant', content: [] })
        : this.#add('rs', { type: 'reasoning', summary: [], encrypted_content: null })
    return (this.#run = { kind, ...grown, parts: [], part: undefined, blocks: [], calls: {} })
  }

  #partOf(run: Run, member: Member): Part {
    if (run.part?.member === member) return run.part
    this.#endPart(run)
    const location = { item_id: String(run.item['id']), output_index: run.at }
    const part = new Part(run.kind, member, location, run.parts.length, this.#listener)
    run.parts.push(part)
    run.part = part
    return part
  }

  #say(index: number, member: Member, text: string): void {
    const part = this.#partOf(this.#runOf('message'), member)
    this.#places[index] = { type: 'part', part, span: part.begin() }
    part.feed(text)
    if (member === 'refusal') return
    this.#words = part
    if (this.#tokens.length > 0) part.weigh(this.#tokens.splice(0))
  }

  #think(index: number, block: ReasoningBlock | OpaqueBlock): void {
    this.#runOf('reasoning').blocks.push(index)
    this.#blocks[index] = { ...block, text: '' }
    this.#texts[index] = ''
    this.#places[index] = { type: 'sealed' }
    this.#keep(index, block.text)
  }

  /** Remembers what is to be sealed. The first words that may be seen open a part of the summary. */
  #keep(index: number, text: string): void {
    this.#texts[index] += text
    const run = this.#run
    if (text === '' || this.#places[index]?.type !== 'sealed' || run?.kind !== 'reasoning') return
    if (this.#options.hidden || this.#blocks[index]?.type === 'opaque') return
    const part = this.#partOf(run, 'text')
    this.#places[index] = { type: 'part', part, span: part.begin() }
    part.feed(text)
  }

  #endPart(run: Run | undefined): void {
    if (!run?.part) return
    run.part.end()
    run.part = undefined
    run.item[run.kind === 'message' ? 'content' : 'summary'] = run.parts.map(({ value }) => value)
  }

  #endRun(status: Ending): void {
    const run = this.#run
    if (!run) return
    this.#endPart(run)
    this.#run = undefined
    if (run.kind === 'reasoning') run.item['encrypted_content'] = this.#sealed(run)
    run.item['status'] = status
    this.#tell('done', run)
  }

  #sealed({ blocks: indices, calls }: Run): string {
    const blocks = indices.flatMap((index) => {
      const block = this.#blocks[index]
      return block ? [{ ...block, text: this.#texts[index] ?? '' }] : []
    })
    return this.#options.seal.close({ blocks, ...(Object.keys(calls).length > 0 && { calls }) })
  }

  #call(index: number, { id, name, text, custom = false, extra }: Block & { type: 'tool' }): void {
    if (extra) this.#carry(id, extra)
    this.#endRun('completed')
    const own = this.#options.namespaces.get(name) ?? { name }
    const grown = custom
      ? this.#add('ctc', { type: 'custom_tool_call', call_id: id, ...own, input: '' })
      : this.#add('fc', { type: 'function_call', call_id: id, ...own, arguments: '' })
    const call = new Call(grown, custom, this.#listener)
    this.#places[index] = { type: 'call', call }
    this.#open.add(call)
    call.feed(text)
  }

  /** What a provider wants back with a call goes with the thoughts before it, or in an item of its own. */
  #carry(id: string, extra: JsonObject): void {
    const { calls } = this.#runOf('reasoning')
    calls[id] = { ...calls[id], ...extra }
  }

  #settle(status: Ending): void {
    for (const call of this.#over) this.#end(call, status)
    this.#over = []
  }

  #end(grown: Call | Picture, status: Ending): void {
    if (!this.#open.delete(grown)) return
    grown.end(status)
    this.#tell('done', grown)
  }

  #picture(index: number, { kind, mime, text }: Block & { type: 'media' }): void {
    // There is no place for sound; its words are told as text.
    if (kind === 'audio') return
    this.#endRun('completed')
    const format = mime?.replace(/^image\//u, '')
    const members = {
      type: 'image_generation_call',
      ...(format !== undefined && { output_format: format }),
      result: null,
    }
    const picture = new Picture(this.#add('ig', members), this.#listener)
    this.#places[index] = { type: 'picture', picture }
    this.#open.add(picture)
    picture.feed(text)
  }
}
