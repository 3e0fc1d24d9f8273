/**
 * What a model says, as the items of a response: what is told of them on the way, and how they are in the end.
 *
 * Streams and whole replies both come through here, so they cannot disagree.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @module
 */
import type {
  Block,
  BlockPatch,
  Citation,
  Json,
  JsonObject,
  Logprob,
  OpaqueBlock,
  ReasoningBlock,
} from '../../canonical.ts'
import type { Seal } from '../../seal.ts'

/** Hears of items as they grow. */
export interface Listener {
  event(type: string, members: JsonObject): void
  /** One more piece of a text: all that changes from one to the next is the text. */
  delta(line: DeltaLine, text: string): void
}

/** What stands around the text of a delta. */
export interface DeltaLine {
  readonly type: string
  /** Members before the text, as JSON without braces. */
  readonly before: string
  /** Members after it, with the comma that goes before them. */
  readonly after: string
}

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

type Writable = Record<string, Json | undefined>
type Status = 'completed' | 'incomplete'

/** A part of a message, or of a summary of thoughts. */
interface Part {
  readonly part: Writable
  readonly member: 'text' | 'refusal'
  readonly events: string
  /** What says where it is. */
  readonly place: JsonObject
  readonly line: DeltaLine
  readonly annotations: JsonObject[]
  readonly logprobs: Logprob[]
  text: string
}

/** What grows without being a call: a message, or thoughts. */
interface Run {
  readonly kind: 'message' | 'reasoning'
  readonly item: Writable
  readonly at: number
  readonly parts: Part[]
  /** The part that grows. */
  part: Part | undefined
  /** Thoughts and what goes with them, to be sealed. */
  readonly blocks: number[]
  readonly calls: Record<string, JsonObject>
}

interface Call {
  readonly item: Writable
  readonly at: number
  readonly member: 'arguments' | 'input'
  readonly events: string
  readonly line: DeltaLine
  text: string
}

/** Where a block is told. */
type Place =
  | { readonly type: 'part'; readonly part: Part; readonly base: number }
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'picture'; readonly item: Writable; readonly at: number }
  | { readonly type: 'sealed' }

/** The items of one response, written down as blocks come in. */
export class Items {
  /** In order. Those that grow are not whole yet. */
  readonly output: Writable[] = []
  readonly #options: ItemOptions
  readonly #listener: Listener
  readonly #places: (Place | undefined)[] = []
  readonly #blocks: (ReasoningBlock | OpaqueBlock | undefined)[] = []
  #run: Run | undefined
  /** Calls that are over; whether they are complete shows in what comes next. */
  #over: Call[] = []
  readonly #open = new Set<Call>()

  constructor(options: ItemOptions, listener: Listener) {
    this.#options = options
    this.#listener = listener
  }

  open(index: number, block: Block): void {
    this.#settle('completed')
    switch (block.type) {
      case 'text':
      case 'transcript':
        this.#grow(index, 'text', block.text)
        return
      case 'refusal':
        this.#grow(index, 'refusal', block.text)
        return
      case 'reasoning':
        this.#think(index, block)
        return
      case 'opaque':
        this.#blocks[index] = block
        this.#places[index] = { type: 'sealed' }
        this.#runOf('reasoning').blocks.push(index)
        return
      case 'tool':
        this.#call(index, block)
        return
      case 'media':
        this.#picture(index, block)
        return
    }
    return block satisfies never
  }

  append(index: number, text: string): void {
    const place = this.#places[index]
    if (!place || text === '') return
    if (place.type === 'part') this.#feed(place.part, text)
    else if (place.type === 'call') this.#feedCall(place.call, text)
    else if (place.type === 'picture') place.item['result'] = `${String(place.item['result'])}${text}`
    this.#keep(index, text)
  }

  patch(index: number, { citation, extra, expires: _, ...fields }: BlockPatch): void {
    const place = this.#places[index]
    if (place?.type === 'part' && citation) this.#cite(place.part, place.base, citation)
    if (place?.type === 'call' && extra) this.#carry(String(place.call.item['call_id']), extra)
    const block = this.#blocks[index]
    if (block?.type !== 'reasoning') return
    this.#blocks[index] = { ...block, ...fields, ...(extra && { extra: { ...block.extra, ...extra } }) }
  }

  close(index: number): void {
    const place = this.#places[index]
    if (place?.type === 'call') this.#over.push(place.call)
    else if (place?.type === 'picture') this.#endPicture(place)
    else if (this.#run?.kind === 'reasoning' && this.#blocks[index]) this.#endPart(this.#run)
  }

  logprobs(tokens: readonly Logprob[]): void {
    const part = this.#run?.kind === 'message' ? this.#run.part : undefined
    if (!part || part.member !== 'text') return
    part.logprobs.push(...tokens)
    this.#listener.event(`${part.events}.delta`, { ...part.place, delta: '', logprobs: tokens })
  }

  /** Ends what still grows. */
  end(status: Status): void {
    this.#settle(status)
    for (const call of [...this.#open]) this.#endCall(call, status)
    this.#endRun(status)
  }

  /** Where the next item goes, and its id. */
  #add(prefix: string, members: Writable): { item: Writable; at: number } {
    const at = this.output.length
    const item: Writable = { id: `${prefix}_${this.#options.suffix}_${at}`, ...members }
    this.output.push(item)
    return { item, at }
  }

  #tell(type: string, at: number, item: Writable): void {
    this.#listener.event(`response.output_item.${type}`, { output_index: at, item: { ...item } })
  }

  #runOf(kind: Run['kind']): Run {
    if (this.#run?.kind === kind) return this.#run
    this.#endRun('completed')
    const members: Writable =
      kind === 'message'
        ? { type: 'message', status: 'in_progress', role: 'assistant', content: [] }
        : { type: 'reasoning', summary: [], encrypted_content: null, status: 'in_progress' }
    const { item, at } = this.#add(kind === 'message' ? 'msg' : 'rs', members)
    this.#run = { kind, item, at, parts: [], part: undefined, blocks: [], calls: {} }
    this.#tell('added', at, item)
    return this.#run
  }

  #grow(index: number, member: Part['member'], text: string): void {
    const run = this.#runOf('message')
    if (run.part?.member !== member) this.#endPart(run)
    const part = (run.part ??= this.#beginPart(run, member))
    this.#places[index] = { type: 'part', part, base: [...part.text].length }
    if (text) this.#feed(part, text)
  }

  #think(index: number, block: ReasoningBlock): void {
    const run = this.#runOf('reasoning')
    this.#blocks[index] = block
    run.blocks.push(index)
    this.#places[index] = { type: 'sealed' }
    if (!this.#options.hidden && block.text) this.#show(run, index, block.text)
  }

  /** Thoughts that may be seen, in a part of the summary. */
  #show(run: Run, index: number, text: string): void {
    const part = (run.part ??= this.#beginPart(run, 'text'))
    this.#places[index] = { type: 'part', part, base: 0 }
    this.#feed(part, text)
  }

  /** Remembers what is to be sealed. The first words of thoughts that began without any open a part. */
  #keep(index: number, text: string): void {
    const block = this.#blocks[index]
    if (!block) return
    this.#blocks[index] = { ...block, text: block.text + text }
    const silent = this.#places[index]?.type === 'sealed' && block.type === 'reasoning' && !this.#options.hidden
    if (silent && this.#run?.kind === 'reasoning') this.#show(this.#run, index, text)
  }

  #beginPart(run: Run, member: Part['member']): Part {
    const { item, at, kind, parts } = run
    const number = parts.length
    const names = kind === 'message' ? PARTS[member] : SUMMARY
    const place = { item_id: String(item['id']), output_index: at, [names.index]: number }
    const text: Writable =
      kind === 'reasoning'
        ? { type: 'summary_text', text: '' }
        : member === 'text'
          ? { type: 'output_text', annotations: [], logprobs: [], text: '' }
          : { type: 'refusal', refusal: '' }
    const line = {
      type: `${names.events}.delta`,
      before: JSON.stringify(place).slice(1, -1),
      after: kind === 'message' && member === 'text' ? ',"logprobs":[]' : '',
    }
    const part = { part: text, member, events: names.events, place, line, annotations: [], logprobs: [], text: '' }
    parts.push(part)
    this.#listener.event(`${names.part}.added`, { ...place, part: { ...text } })
    return part
  }

  #feed(part: Part, text: string): void {
    part.text += text
    this.#listener.delta(part.line, text)
  }

  #cite(part: Part, base: number, citation: Citation): void {
    const annotation = annotationOf(citation, base)
    const number = part.annotations.push(annotation) - 1
    const over = part !== this.#run?.part
    // A part that is over says so in the response; it can no longer be told of by itself.
    if (over) part.part['annotations'] = part.annotations.map((each) => within(each, part.text))
    else
      this.#listener.event('response.output_text.annotation.added', {
        ...part.place,
        annotation_index: number,
        annotation: within(annotation, part.text),
      })
  }

  #endPart(run: Run): void {
    const { part, item, kind, parts } = run
    if (!part) return
    run.part = undefined
    part.part[part.member] = part.text
    const isText = kind === 'message' && part.member === 'text'
    if (isText) {
      part.part['annotations'] = part.annotations.map((annotation) => within(annotation, part.text))
      part.part['logprobs'] = part.logprobs
    }
    item[kind === 'message' ? 'content' : 'summary'] = parts.map((each) => each.part)
    const names = kind === 'message' ? PARTS[part.member] : SUMMARY
    const done = { ...part.place, [part.member]: part.text, ...(isText && { logprobs: part.logprobs }) }
    this.#listener.event(`${names.events}.done`, done)
    this.#listener.event(`${names.part}.done`, { ...part.place, part: { ...part.part } })
  }

  #endRun(status: Status): void {
    const run = this.#run
    if (!run) return
    this.#endPart(run)
    this.#run = undefined
    if (run.kind === 'reasoning') {
      const blocks = run.blocks.flatMap((index) => this.#blocks[index] ?? [])
      const calls = Object.keys(run.calls).length > 0 ? { calls: run.calls } : {}
      if (blocks.length > 0 || 'calls' in calls)
        run.item['encrypted_content'] = this.#options.seal.close({ blocks, ...calls })
    }
    run.item['status'] = status
    this.#tell('done', run.at, run.item)
  }

  #call(index: number, { id, name, text, custom, extra }: Block & { type: 'tool' }): void {
    if (extra) this.#carry(id, extra)
    this.#endRun('completed')
    const member = custom ? 'input' : 'arguments'
    const own = this.#options.namespaces.get(name) ?? { name }
    const { item, at } = this.#add(custom ? 'ctc' : 'fc', {
      type: custom ? 'custom_tool_call' : 'function_call',
      status: 'in_progress',
      [member]: '',
      call_id: id,
      ...own,
    })
    const events = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
    const place = JSON.stringify({ item_id: item['id'], output_index: at }).slice(1, -1)
    const call: Call = {
      item,
      at,
      member,
      events,
      line: { type: `${events}.delta`, before: place, after: '' },
      text: '',
    }
    this.#places[index] = { type: 'call', call }
    this.#open.add(call)
    this.#tell('added', at, item)
    if (text) this.#feedCall(call, text)
  }

  /** What a provider wants back with a call goes with the thoughts before it, or in an item of its own. */
  #carry(id: string, extra: JsonObject): void {
    const { calls } = this.#runOf('reasoning')
    calls[id] = { ...calls[id], ...extra }
  }

  #feedCall(call: Call, text: string): void {
    call.text += text
    this.#listener.delta(call.line, text)
  }

  #settle(status: Status): void {
    if (this.#over.length === 0) return
    for (const call of this.#over) this.#endCall(call, status)
    this.#over = []
  }

  #endCall(call: Call, status: Status): void {
    const { item, at, member, events, text } = call
    if (!this.#open.delete(call)) return
    item[member] = text
    item['status'] = status
    const place = { item_id: String(item['id']), output_index: at }
    this.#listener.event(`${events}.done`, {
      ...place,
      ...(member === 'arguments' && { name: item['name'] }),
      [member]: text,
    })
    this.#tell('done', at, item)
  }

  #picture(index: number, { kind, mime, text }: Block & { type: 'media' }): void {
    // There is no place for sound; its words are told as text.
    if (kind === 'audio') return
    this.#endRun('completed')
    const format = mime?.replace(/^image\//u, '')
    const { item, at } = this.#add('ig', {
      type: 'image_generation_call',
      status: 'in_progress',
      ...(format !== undefined && { output_format: format }),
      result: null,
    })
    this.#tell('added', at, item)
    this.#listener.event('response.image_generation_call.in_progress', {
      item_id: String(item['id']),
      output_index: at,
    })
    item['result'] = text
    this.#places[index] = { type: 'picture', item, at }
  }

  #endPicture({ item, at }: Place & { type: 'picture' }): void {
    item['status'] = 'completed'
    this.#listener.event('response.image_generation_call.completed', { item_id: String(item['id']), output_index: at })
    this.#tell('done', at, item)
  }
}

/** How the parts of messages are called in events. */
const PARTS = {
  text: { part: 'response.content_part', events: 'response.output_text', index: 'content_index' },
  refusal: { part: 'response.content_part', events: 'response.refusal', index: 'content_index' },
} as const

/** How the parts of thoughts are. */
const SUMMARY = {
  part: 'response.reasoning_summary_part',
  events: 'response.reasoning_summary_text',
  index: 'summary_index',
} as const

/** A source, its offsets counted over the whole part. */
function annotationOf({ type, start, end, url = '', title, document }: Citation, base: number): JsonObject {
  const span = { start_index: base + start, end_index: base + end }
  if (type === 'url') return { type: 'url_citation', ...span, url, title: title ?? url, ...document }
  return {
    type: 'file_citation',
    file_id: '',
    filename: title ?? '',
    index: base + start,
    ...span,
    ...(document && { document }),
  }
}

/** An end beyond the text means the end of the text. */
function within(annotation: JsonObject, text: string): JsonObject {
  const end = Number(annotation['end_index'])
  // Counting code points is for the few that may lie beyond.
  if (end <= text.length / 2) return annotation
  const length = [...text].length
  const start = Math.min(Number(annotation['start_index']), length)
  return { ...annotation, start_index: start, end_index: Math.min(end, length) }
}
