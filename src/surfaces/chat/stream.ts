/**
 * A streamed reply as OpenAI's `chat.completion.chunk`s, in SSE.
 *
 * @module
 */
import type { Block, BlockPatch, JsonObject, ReplyEvent } from '../../canonical.ts'
import { readLiteral } from '../../wire/literal.ts'
import { errorBody } from './error.ts'
import {
  appendix,
  BETWEEN_THOUGHTS,
  completionId,
  ending,
  envelope,
  sound,
  toolCall,
  usage,
  type Style,
} from './message.ts'

type EventOf<Type extends ReplyEvent['type']> = Extract<ReplyEvent, { type: Type }>

/** Renders the events of one reply, in turn. What is told once and whole comes from the blocks as a whole reply has them. */
export function stream(style: Style, blocks: Blocks): (event: ReplyEvent) => string {
  const chunks = new Chunks(style, blocks)
  return (event) => chunks.render(event)
}

/** Tells what a choice holds so far. */
type Blocks = (choice: number) => readonly Block[]

interface Choice {
  readonly index: number
  /** How many calls `tool_calls` lists so far. */
  calls: number
  /** Whether the call that `function_call` tells was told. */
  called: boolean
  /** Whether thoughts were told, so that the next block of them needs a separator. */
  thought: boolean
  /** Whether it is one text without sources, or nothing, so far: then nothing is left to be told at the end. */
  plain: boolean
  /** How many blocks it has so far. */
  blocks: number
  finish: EventOf<'finish'> | undefined
}

/** What a delta of a block is put between; nothing for blocks that are not told piece by piece. */
interface Growing {
  readonly choice: Choice
  block: Block
  /** Up to the quote that the text begins with, and from the one that it ends with. */
  readonly opening: string
  readonly closing: string
  /** Number of the call in `tool_calls`. */
  readonly call: number | undefined
  empty: boolean
}

/** The chunks of one stream. Everything that does not change from chunk to chunk is written once. */
class Chunks {
  readonly #style: Style
  readonly #blocks: Blocks
  readonly #choices: Choice[] = []
  readonly #growing: (Growing | undefined)[] = []
  #head = ''
  #tail = ''
  #done = false

  constructor(style: Style, blocks: Blocks) {
    this.#style = style
    this.#blocks = blocks
  }

  render(event: ReplyEvent): string {
    if (this.#done) return ''
    switch (event.type) {
      case 'start':
        return this.#start(event)
      case 'open':
        return this.#open(event)
      case 'append':
        return this.#append(this.#growing[event.index], event.text)
      case 'literals':
        return this.#copy(this.#growing[event.index], event.json)
      case 'patch':
        return this.#patch(this.#growing[event.index], event.fields)
      case 'close':
        return ''
      case 'logprobs':
        return this.#logprobs(event)
      case 'finish':
        return this.#finish(event)
      case 'end':
        return this.#end(event)
      case 'error':
        this.#done = true
        return `data: ${JSON.stringify(errorBody(event.failure))}\n\n`
    }
    return event satisfies never
  }

  #start({ id, model, created }: EventOf<'start'>): string {
    const head = JSON.stringify({ id: completionId(id), object: 'chat.completion.chunk', created, model })
    this.#head = `data: ${head.slice(0, -1)},"choices":[`
    this.#tail = this.#style.usage ? '],"usage":null}\n\n' : ']}\n\n'
    return this.#meet(0).role
  }

  /** A choice, and its introduction where it is new: who speaks is told once, and first. */
  #meet(index: number): { readonly choice: Choice; readonly role: string } {
    const known = this.#choices[index]
    if (known) return { choice: known, role: '' }
    const choice: Choice = { index, calls: 0, called: false, thought: false, plain: true, blocks: 0, finish: undefined }
    this.#choices[index] = choice
    return { choice, role: this.#delta(choice, { role: 'assistant', content: null }) }
  }

  #open({ index, choice: number, block }: EventOf<'open'>): string {
    const { choice, role } = this.#meet(number)
    choice.plain = choice.blocks === 0 && block.type === 'text' && !block.citations
    choice.blocks += 1
    switch (block.type) {
      case 'text':
        this.#grow(choice, index, block, '"content":', '')
        return role + this.#delta(choice, { content: block.text })
      case 'reasoning':
        if (this.#style.hidden) return role
        return role + this.#append(this.#grow(choice, index, block, '"reasoning_content":', ''), block.text)
      case 'refusal':
        return role + this.#append(this.#grow(choice, index, block, '"refusal":', ''), block.text)
      case 'transcript':
        this.#grow(choice, index, block, '"audio":{"transcript":', '}')
        return role + this.#delta(choice, { audio: { transcript: block.text } })
      case 'media':
        if (block.kind === 'image') return role
        this.#grow(choice, index, block, '"audio":{"data":', '}')
        return role + this.#delta(choice, { audio: sound(block) })
      case 'tool':
        return role + this.#call(choice, index, block)
      case 'opaque':
        return role
    }
    return block satisfies never
  }

  #call(choice: Choice, index: number, block: Block & { type: 'tool' }): string {
    if (this.#style.legacy && !choice.called && !block.custom) {
      choice.called = true
      this.#grow(choice, index, block, '"function_call":{"arguments":', '}')
      return this.#delta(choice, { function_call: { name: block.name, arguments: block.text } })
    }
    const call = choice.calls++
    const member = block.custom ? '"custom":{"input":' : '"function":{"arguments":'
    this.#grow(choice, index, block, `"tool_calls":[{"index":${call},${member}`, '}}]', call)
    return this.#delta(choice, { tool_calls: [{ index: call, ...toolCall(block) }] })
  }

  #grow(choice: Choice, index: number, block: Block, before: string, after: string, call?: number): Growing {
    const growing = {
      choice,
      block,
      opening: `${this.#head}{"index":${choice.index},"delta":{${before}"`,
      closing: `"${after}},"logprobs":null,"finish_reason":null}${this.#tail}`,
      call,
      empty: true,
    }
    this.#growing[index] = growing
    return growing
  }

  #append(growing: Growing | undefined, text: string): string {
    if (!growing || text === '') return ''
    const told = growing.block.type === 'reasoning' && growing.empty ? this.#think(growing.choice) + text : text
    growing.empty = false
    return growing.opening + JSON.stringify(told).slice(1, -1) + growing.closing
  }

  /** Appends what is JSON already. What comes first may need something before it. */
  #copy(growing: Growing | undefined, json: readonly string[]): string {
    if (!growing) return ''
    if (growing.empty) return this.#append(growing, readLiteral(json[0] ?? '')) + this.#copy(growing, json.slice(1))
    const { opening, closing } = growing
    if (json.length < 2) return json[0] === undefined ? '' : opening + json[0] + closing
    // What stands between two stands around them all, too, and is cut off again: to put the ends on would copy everything.
    return ['', ...json, ''].join(closing + opening).slice(closing.length, -opening.length)
  }

  #think(choice: Choice): string {
    const separator = choice.thought ? BETWEEN_THOUGHTS : ''
    choice.thought = true
    return separator
  }

  #patch(growing: Growing | undefined, { expires, extra }: BlockPatch): string {
    if (!growing) return ''
    const { choice, block, call } = growing
    choice.plain = false
    if (block.type === 'media' && expires !== undefined) return this.#delta(choice, { audio: { expires_at: expires } })
    if (block.type !== 'tool' || call === undefined || !extra) return ''
    const whole = { ...block.extra, ...extra }
    growing.block = { ...block, extra: whole }
    return this.#delta(choice, { tool_calls: [{ index: call, extra_content: whole }] })
  }

  #logprobs({ choice: index, of, tokens }: EventOf<'logprobs'>): string {
    const logprobs = { content: of === 'text' ? tokens : null, refusal: of === 'refusal' ? tokens : null }
    return this.#meet(index).role + this.#chunk({ index, delta: {}, logprobs, finish_reason: null })
  }

  #finish(event: EventOf<'finish'>): string {
    const { choice, role } = this.#meet(event.choice)
    choice.finish = event
    return role
  }

  /** Endings wait for the end, because what is known of the whole reply is told with them. */
  #end(event: EventOf<'end'>): string {
    this.#done = true
    const beside = JSON.stringify(envelope(event)).slice(1, -1)
    const closing = beside && `],${beside}${this.#tail.slice(1)}`
    const lines = this.#choices.flatMap((choice) => {
      const { index, finish, plain } = choice
      const members = plain ? {} : appendix(this.#blocks(index), this.#style)
      const last = Object.keys(members).length > 0 ? this.#delta(choice, members) : ''
      return finish
        ? [last, this.#chunk({ index, delta: {}, logprobs: null, ...ending(finish, this.#style) }, closing)]
        : [last]
    })
    const spent = this.#style.usage && event.usage
    if (spent) lines.push(`${this.#head}],"usage":${JSON.stringify(usage(spent))}}\n\n`)
    return `${lines.join('')}data: [DONE]\n\n`
  }

  #delta(choice: Choice, delta: JsonObject): string {
    return this.#chunk({ index: choice.index, delta, logprobs: null, finish_reason: null })
  }

  #chunk(choice: JsonObject, closing?: string): string {
    return this.#head + JSON.stringify(choice) + (closing || this.#tail)
  }
}
