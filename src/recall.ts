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
  /** Who was told it, and the ids of its calls. */
  readonly key: string
  readonly until: number
}

/** The blocks of recent replies, found again by the ids of their tool calls, the one thing every client sends back. */
export class Recall {
  readonly #options: RecallOptions
  /** Least recently used first. */
  readonly #memories = new Set<Memory>()
  /** Some providers number their calls anew in every conversation, so several replies may have the same ids. */
  readonly #byKey = new Map<string, readonly Memory[]>()
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
    if (!mayBeLost(blocks)) return
    const size = 2 * blocks.reduce((sum, block) => sum + weight(block), 0)
    if (size > this.#options.bytes) return
    const key = keyOf(owner, blocks)
    this.#forget(this.#known(key).find((memory) => said(memory.blocks) === said(blocks)))
    this.#add({ blocks, size, key, until: this.#options.now() + this.#options.seconds * 1000 })
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

  /** What a message was when it was told. One that its client changed may be any of those with its ids, so there must be but one. */
  #find(owner: string, { blocks }: AssistantMessage): readonly Block[] | undefined {
    if (calls(blocks).length === 0 || blocks.some(isFragile)) return undefined
    const now = this.#options.now()
    const known = this.#known(keyOf(owner, blocks)).filter(({ until }) => until >= now)
    const same = known.find((memory) => said(memory.blocks) === said(blocks))
    const memory = same ?? (known.length === 1 ? known[0] : undefined)
    if (!memory) return undefined
    this.#forget(memory)
    this.#add({ ...memory, until: now + this.#options.seconds * 1000 })
    return same ? memory.blocks : restored(memory.blocks, blocks)
  }

  #known(key: string): readonly Memory[] {
    return this.#byKey.get(key) ?? []
  }

  #add(memory: Memory): void {
    this.#memories.add(memory)
    this.#byKey.set(memory.key, [...this.#known(memory.key), memory])
    this.#size += memory.size
  }

  #forget(memory: Memory | undefined): void {
    if (!memory) return
    this.#memories.delete(memory)
    const others = this.#known(memory.key).filter((one) => one !== memory)
    if (others.length > 0) this.#byKey.set(memory.key, others)
    else this.#byKey.delete(memory.key)
    this.#size -= memory.size
  }
}

/**
 * Whether a reply holds anything that a client may lose and can refer to. Thoughts that nothing proves are lost just as
 * well, and some providers insist on them.
 */
export function mayBeLost(blocks: readonly Block[]): boolean {
  return calls(blocks).length > 0 && blocks.some((block) => block.type === 'reasoning' || isFragile(block))
}

function keyOf(owner: string, blocks: readonly Block[]): string {
  return JSON.stringify([owner, ...calls(blocks).map(({ id, name }) => [id, name])])
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
