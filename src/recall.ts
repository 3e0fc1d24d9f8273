/**
 * Remembering, for a while, what clients cannot carry: many send a reply back as history without the reasoning and the
 * signatures that its provider wants to see again.
 *
 * @module
 */
import type { AssistantMessage, Block, ChatRequest, ToolBlock } from './canonical.ts'

/** How much to remember, and for how long. */
export interface RecallOptions {
  /** Most bytes of remembered text, about. */
  readonly bytes: number
  readonly seconds: number
  /** Milliseconds. */
  now(): number
}

interface Memory {
  readonly blocks: readonly Block[]
  readonly size: number
  /** Calls of the reply that still lead here. */
  readonly keys: readonly string[]
  until: number
}

/** The blocks of recent replies, found again by the ids of their tool calls, the one thing every client sends back. */
export class Recall {
  readonly #options: RecallOptions
  /** Least recently used first. */
  readonly #memories = new Map<string, Memory>()
  #size = 0

  constructor(options: RecallOptions) {
    this.#options = options
  }

  /** Bytes remembered now, about. */
  get size(): number {
    return this.#size
  }

  /** Remembers a reply, if it holds anything that a client may lose. `owner` keeps clients apart. */
  keep(owner: string, blocks: readonly Block[]): void {
    const keys = calls(blocks).map(({ id }) => `${owner} ${id}`)
    // Thoughts that nothing proves are lost just as well, and some providers insist on them.
    if (keys.length === 0 || !blocks.some((block) => block.type === 'reasoning' || isFragile(block))) return
    const size = 2 * blocks.reduce((sum, block) => sum + weight(block), 0)
    if (size > this.#options.bytes) return
    const memory: Memory = { blocks, size, keys, until: this.#options.now() + this.#options.seconds * 1000 }
    for (const key of keys) {
      this.#forget(this.#memories.get(key))
      this.#memories.set(key, memory)
    }
    this.#size += size
    while (this.#size > this.#options.bytes) this.#forget(this.#memories.values().next().value)
  }

  /** Gives assistant messages back what their client left out. What the client did send is never replaced. */
  fill(owner: string, request: ChatRequest): ChatRequest {
    if (this.#memories.size === 0) return request
    let changed = false
    const messages = request.messages.map((message) => {
      if (message.role !== 'assistant') return message
      const blocks = this.#find(owner, message)
      if (!blocks) return message
      changed = true
      return { ...message, blocks }
    })
    return changed ? { ...request, messages } : request
  }

  #find(owner: string, { blocks }: AssistantMessage): readonly Block[] | undefined {
    const [first] = calls(blocks)
    if (!first || blocks.some(isFragile)) return undefined
    const memory = this.#memories.get(`${owner} ${first.id}`)
    if (!memory) return undefined
    const now = this.#options.now()
    if (memory.until < now || !sameCalls(memory.blocks, blocks)) return undefined
    memory.until = now + this.#options.seconds * 1000
    for (const key of memory.keys) {
      this.#memories.delete(key)
      this.#memories.set(key, memory)
    }
    return said(memory.blocks) === said(blocks) ? memory.blocks : restored(memory.blocks, blocks)
  }

  #forget(memory: Memory | undefined): void {
    if (!memory) return
    for (const key of memory.keys) this.#memories.delete(key)
    this.#size -= memory.size
  }
}

function calls(blocks: readonly Block[]): readonly ToolBlock[] {
  return blocks.filter((block) => block.type === 'tool')
}

/** Whether a block carries what only its provider can make. */
function isFragile(block: Block): boolean {
  if (block.type === 'reasoning')
    return block.signature !== undefined || block.encrypted !== undefined || block.extra !== undefined
  return block.type === 'opaque' || (block.type === 'tool' && block.extra !== undefined)
}

function weight(block: Block): number {
  if (block.type !== 'reasoning') return block.text.length + 64
  return block.text.length + (block.signature?.length ?? 0) + (block.encrypted?.length ?? 0) + 64
}

/** Everything a client can have changed: words, names and inputs. */
function said(blocks: readonly Block[]): string {
  const words = blocks.map((block) => (block.type === 'text' || block.type === 'refusal' ? block.text : '')).join('')
  return JSON.stringify([words, ...calls(blocks).map(({ name, text }) => [name, text])])
}

function sameCalls(one: readonly Block[], other: readonly Block[]): boolean {
  const [here, there] = [calls(one), calls(other)]
  return here.length === there.length && here.every(({ id }, index) => there[index]?.id === id)
}

/** A message its client edited: the thoughts come back before it, the facts of its calls with them. */
function restored(memory: readonly Block[], blocks: readonly Block[]): readonly Block[] {
  const extras = new Map(calls(memory).map(({ id, extra }) => [id, extra]))
  const kept = blocks.filter(({ type }) => type !== 'reasoning')
  return [
    ...memory.filter(({ type }) => type === 'reasoning'),
    ...kept.map((block) => {
      const extra = block.type === 'tool' ? extras.get(block.id) : undefined
      return extra && block.type === 'tool' ? { ...block, extra } : block
    }),
  ]
}
