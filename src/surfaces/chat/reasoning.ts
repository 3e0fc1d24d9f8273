/**
 * `reasoning_details`: what a model thought, in a form it can be given back, and the order of what it said.
 *
 * Each block of reasoning is an entry in OpenRouter's shape, with one member more: `extra`, what else the provider wants
 * back with the block. Where the order of blocks says more than OpenAI's message
 * can, or where there are blocks that only the provider understands, a last entry, the snapshot, tells the order: it
 * refers to what the message says elsewhere, and holds what it says nowhere.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks
 * @module
 */
import { z } from 'zod'
import type { Block, JsonObject, Origin, ReasoningBlock, RefusalBlock, TextBlock, ToolBlock } from '../../canonical.ts'
import { decodeText, encodeObject } from '../../wire/base64url.ts'
import { parseObject } from '../../wire/json.ts'
import { present, verbatim } from '../present.ts'

/** The entries of `reasoning_details` for what a choice holds; none where they would say nothing new. */
export function details(blocks: readonly Block[]): readonly JsonObject[] {
  const thoughts = blocks.filter((block) => block.type === 'reasoning')
  const ordered = isPlain(blocks)
  if (ordered && (thoughts.length === 0 || (thoughts.length === 1 && thoughts.every(isBare)))) return []
  const entries = thoughts.map(entry)
  return ordered ? entries : [...entries, { ...snapshot(blocks), index: entries.length }]
}

/** What a message held in `reasoning_details`. */
export interface Details {
  /** The blocks of reasoning, in order. */
  readonly blocks: readonly ReasoningBlock[]
  /** Where they stand among the rest, if the message says so. */
  readonly order?: Order
}

/** Reads `reasoning_details`. Calls `reject` for each entry it makes no sense of. */
export function readDetails(value: unknown, reject: (index: number) => void): Details {
  if (value === undefined || value === null) return { blocks: [] }
  if (!Array.isArray(value)) {
    reject(-1)
    return { blocks: [] }
  }
  const thoughts: { readonly index: number; readonly block: ReasoningBlock }[] = []
  let order: Order | undefined
  for (const [at, item] of value.entries()) {
    const parsed = detail.safeParse(item)
    const found = parsed.success && parsed.data.format === SNAPSHOT ? readOrder(parsed.data) : undefined
    if (found) order = found
    else if (parsed.success && parsed.data.format !== SNAPSHOT)
      thoughts.push({ index: parsed.data.index ?? at, block: blockOf(parsed.data) })
    else reject(at)
  }
  const sorted = thoughts.toSorted((one, other) => one.index - other.index)
  return { blocks: sorted.map(({ block }) => block), ...(order && { order }) }
}

/** What a message says, kind by kind, for a snapshot to put in order. */
export interface Pieces {
  readonly reasoning: readonly ReasoningBlock[]
  readonly words: readonly (TextBlock | RefusalBlock)[]
  readonly calls: readonly ToolBlock[]
  readonly media: readonly Block[]
}

/** Puts the pieces of a message into the order of its snapshot; nothing where the two do not fit together exactly. */
export function arrange(order: Order, { words, reasoning, calls, media }: Pieces): readonly Block[] | undefined {
  const text = words.map((word) => (word.type === 'text' ? word.text : '')).join('')
  const refusal = words.map((word) => (word.type === 'refusal' ? word.text : '')).join('')
  const used = { text: 0, refusal: 0, reasoning: 0, calls: 0 }
  const shown = new Set(media.keys())
  const blocks = order.map((step): Block | undefined => {
    if ('t' in step) return { type: 'text', text: text.slice(used.text, (used.text += step.t)) }
    if ('f' in step) return { type: 'refusal', text: refusal.slice(used.refusal, (used.refusal += step.f)) }
    if ('r' in step) return step.r === used.reasoning ? reasoning[used.reasoning++] : undefined
    if ('m' in step) return shown.delete(step.m) ? media[step.m] : undefined
    if ('o' in step) return { type: 'opaque', text: step.o, origin: originOf(step) ?? { format: step.format } }
    const call = calls[used.calls++]
    return call?.id === step.c ? call : undefined
  })
  const fits =
    used.text === text.length &&
    used.refusal === refusal.length &&
    used.reasoning === reasoning.length &&
    used.calls === calls.length &&
    shown.size === 0
  const whole = blocks.filter((block) => block !== undefined)
  return fits && whole.length === blocks.length ? marked(whole, words) : undefined
}

/** What is marked to be cached of a text told in one piece is its end. */
function marked(blocks: readonly Block[], words: Pieces['words']): readonly Block[] {
  const cache = words.findLast((word) => word.type === 'text')?.cache
  const last = blocks.findLast(({ type }) => type === 'text')
  return cache ? blocks.map((block) => (block === last ? { ...last, cache } : block)) : blocks
}

const SNAPSHOT = 'dragoman-blocks-v1'

/** More than any reply holds, and little enough to decode without a second thought. */
const MOST = 16 * 1024 * 1024

const detail = z.looseObject({
  type: z.enum(['reasoning.text', 'reasoning.encrypted', 'reasoning.summary']),
  text: z.string().nullish(),
  summary: z.string().nullish(),
  data: z.string().max(MOST).nullish(),
  signature: z.string().nullish(),
  format: z.string().nullish(),
  model: z.string().nullish(),
  index: z.number().nullish(),
  extra: z.looseObject({}).nullish(),
})

const length = z.int().min(0)
const steps = z.strictObject({
  v: z.literal(1),
  blocks: z.array(
    z.union([
      z.strictObject({ t: length }),
      z.strictObject({ f: length }),
      z.strictObject({ r: length }),
      z.strictObject({ m: length }),
      z.strictObject({ c: z.string() }),
      z.strictObject({ o: z.string(), format: z.string(), model: z.string().optional() }),
    ]),
  ),
})

/** The order of the blocks of a message: lengths of text and refusal, numbers of reasoning and media, ids of calls, opaque blocks as they are. */
export type Order = z.output<typeof steps>['blocks']

/** The order in which OpenAI's message is read when nothing tells another. */
const RANK = { reasoning: 0, text: 1, refusal: 2, image: 3, audio: 4, transcript: 5, tool: 6, opaque: 7 } as const

/** Kinds of which a message may hold several and still tell them apart. */
const MANY: ReadonlySet<string> = new Set(['reasoning', 'image', 'tool'])

function kindOf(block: Block): keyof typeof RANK {
  return block.type === 'media' ? block.kind : block.type
}

function isPlain(blocks: readonly Block[]): boolean {
  return blocks.map(kindOf).every((kind, at, kinds) => {
    const before = kinds[at - 1]
    if (kind === 'opaque' || before === undefined) return kind !== 'opaque'
    return MANY.has(kind) ? RANK[before] <= RANK[kind] : RANK[before] < RANK[kind]
  })
}

function isBare({ signature, encrypted, origin, extra }: ReasoningBlock): boolean {
  return signature === undefined && encrypted === undefined && origin === undefined && extra === undefined
}

function entry({ text, signature, encrypted, origin, extra }: ReasoningBlock, index: number): JsonObject {
  return {
    ...(encrypted === undefined
      ? { type: 'reasoning.text', text }
      : { type: 'reasoning.encrypted', data: encrypted, ...(text && { text }) }),
    ...(signature !== undefined && { signature }),
    ...origin,
    index,
    ...(extra && { extra }),
  }
}

function blockOf(found: z.output<typeof detail>): ReasoningBlock {
  const { text, summary, data, signature, extra } = found
  const origin = originOf(found)
  const unknown = Object.entries(found).filter(([key, value]) => !(key in detail.shape) && value !== null)
  const others = [...unknown, ...Object.entries(extra ?? {})]
  return {
    type: 'reasoning',
    text: text ?? summary ?? '',
    ...present({ signature, encrypted: data, origin }),
    ...(others.length > 0 && { extra: verbatim(Object.fromEntries(others)) }),
  }
}

function originOf({
  format,
  model,
}: {
  format?: string | null | undefined
  model?: string | null | undefined
}): Origin | undefined {
  return format == null ? undefined : { format, ...(model != null && { model }) }
}

function snapshot(blocks: readonly Block[]): JsonObject {
  let thoughts = 0
  const shown = blocks.filter(({ type }) => type === 'media' || type === 'transcript')
  const media = shown.toSorted((one, other) => RANK[kindOf(one)] - RANK[kindOf(other)])
  const order = blocks.map((block): Order[number] => {
    switch (block.type) {
      case 'text':
        return { t: block.text.length }
      case 'refusal':
        return { f: block.text.length }
      case 'reasoning':
        return { r: thoughts++ }
      case 'media':
      case 'transcript':
        return { m: media.indexOf(block) }
      case 'tool':
        return { c: block.id }
      case 'opaque':
        return { o: block.text, ...block.origin }
    }
    return block satisfies never
  })
  return { type: 'reasoning.encrypted', data: encodeObject({ v: 1, blocks: order }), format: SNAPSHOT }
}

function readOrder({ data }: z.output<typeof detail>): Order | undefined {
  const parsed = steps.safeParse(parseObject(decodeText(data ?? '')))
  return parsed.success ? parsed.data.blocks : undefined
}
