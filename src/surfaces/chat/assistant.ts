/**
 * An assistant message of the history, read into the blocks it was rendered from.
 *
 * @module
 */
import { z } from 'zod'
import type { Warn } from '../../adapter.ts'
import type { Block, Citation, ReasoningBlock, RefusalBlock, TextBlock, ToolBlock } from '../../canonical.ts'
import { cacheMark } from './cache.ts'
import { present, verbatim } from '../present.ts'
import { arrange, readDetails } from './reasoning.ts'
import type { MessageOf } from './conversation.ts'
import { imageSource } from '../source.ts'

type AssistantMessage = MessageOf<'assistant'>

/** The blocks of a message, in the order its snapshot tells, or else: reasoning, words, media, calls. */
export function blocksOf(given: AssistantMessage, index: number, warn: Warn): readonly Block[] {
  if (typeof given.content === 'string' && isOnlyWords(given)) return [{ type: 'text', text: given.content }]
  const message = gathered(given)
  const path = `messages[${index}]`
  const details = readDetails(message.reasoning_details, (index) => {
    warn(`${path}.reasoning_details${index < 0 ? '' : `[${index}]`}`, 'not understood')
  })
  const pieces = {
    reasoning: details.blocks.length > 0 ? details.blocks : plainThoughts(message),
    words: wordsOf(message, path, warn),
    media: mediaOf(message, path, warn),
    calls: callsOf(message, legacyId(index)),
  }
  const arranged = details.order && arrange(details.order, pieces)
  if (details.order && !arranged) warn(`${path}.reasoning_details`, 'does not fit the message')
  const blocks = arranged ?? [...pieces.reasoning, ...pieces.words, ...pieces.media, ...pieces.calls]
  return cite(blocks, citationsOf(message, path, warn))
}

/** The id of a call that has none, from the number of its message. */
export function legacyId(index: number): string {
  return `fc_${index}`
}

/** Whether all that a message says is its content. */
function isOnlyWords(message: AssistantMessage): boolean {
  for (const name in message) if (message[name] != null && !ASIDE.has(name)) return false
  return true
}

/** What is said of a message: nothing of that becomes a block. */
const ASIDE: ReadonlySet<string> = new Set(['role', 'content', 'name', 'cache_control'])

/** A message with the members that its client kept with its words. */
function gathered(message: AssistantMessage): AssistantMessage {
  const { content } = message
  if (!Array.isArray(content)) return message
  const kept = content.map((part) => {
    const { reasoning_content, reasoning_details, annotations, citations, images } = part
    const refusal = part.type === 'text' ? part.refusal : undefined
    return present({ refusal, reasoning_content, reasoning_details, annotations, citations, images })
  })
  return Object.assign({}, ...kept, present(message))
}

const image = z.looseObject({ image_url: z.looseObject({ url: z.string() }) })

const span = { start_index: z.int().min(0), end_index: z.int().min(0) }
const source = { url: z.string().nullish(), title: z.string().nullish() }
const annotation = z.looseObject({
  type: z.literal('url_citation'),
  url_citation: z.looseObject({ ...span, ...source }),
})
const documentCitation = z.looseObject({
  type: z.literal('document'),
  ...span,
  ...source,
  document: z.looseObject({}).nullish(),
})

/** Thoughts without proof: some providers want them back all the same. */
function plainThoughts({ reasoning_content: content, reasoning }: AssistantMessage): readonly ReasoningBlock[] {
  const text = content ?? reasoning ?? ''
  return text ? [{ type: 'reasoning', text }] : []
}

function wordsOf(
  { content, refusal }: AssistantMessage,
  path: string,
  warn: Warn,
): readonly (TextBlock | RefusalBlock)[] {
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  const words = parts.map((part, index): TextBlock | RefusalBlock =>
    part.type === 'refusal'
      ? { type: 'refusal', text: part.refusal }
      : { type: 'text', text: part.text, ...present({ cache: cacheMark(part, `${path}.content[${index}]`, warn) }) },
  )
  return refusal == null ? words : [...words, { type: 'refusal', text: refusal }]
}

function mediaOf({ images, audio }: AssistantMessage, path: string, warn: Warn): readonly Block[] {
  const pictures = readAll(images, image, `${path}.images`, warn).flatMap((found, index): readonly Block[] => {
    const from = imageSource(found.image_url.url)
    if (from?.type === 'data')
      return [{ type: 'media', kind: 'image', ...present({ mime: from.mime }), text: from.data }]
    warn(`${path}.images[${index}]`, 'not understood')
    return []
  })
  const { id, data, expires_at: expires, transcript } = audio ?? {}
  return [
    ...pictures,
    ...(data == null
      ? []
      : [{ type: 'media' as const, kind: 'audio' as const, ...present({ id, expires }), text: data }]),
    ...(transcript == null ? [] : [{ type: 'transcript' as const, text: transcript }]),
  ]
}

function callsOf(
  { tool_calls: calls, function_call: legacy }: AssistantMessage,
  legacyId: string,
): readonly ToolBlock[] {
  const first: readonly ToolBlock[] =
    legacy == null ? [] : [{ type: 'tool', id: legacyId, name: legacy.name, text: legacy.arguments }]
  const rest = (calls ?? []).map((call): ToolBlock => {
    const { id, extra_content: extra } = call
    const said =
      call.type === 'function'
        ? { name: call.function.name, text: call.function.arguments }
        : { name: call.custom.name, text: call.custom.input, custom: true }
    return { type: 'tool', id, ...said, ...present({ extra }) }
  })
  return [...first, ...rest]
}

function citationsOf({ annotations, citations }: AssistantMessage, path: string, warn: Warn): readonly Citation[] {
  return [
    ...readAll(annotations, annotation, `${path}.annotations`, warn).map(
      ({ url_citation: { start_index: start, end_index: end, url, title } }) => ({
        type: 'url' as const,
        start,
        end,
        ...present({ url, title: title === url ? undefined : title }),
      }),
    ),
    ...readAll(citations, documentCitation, `${path}.citations`, warn).map(
      ({ start_index: start, end_index: end, url, title, document }) => ({
        type: 'document' as const,
        start,
        end,
        ...present({ url, title, document: document && verbatim(document) }),
      }),
    ),
  ]
}

/** Gives each citation to the block of text that holds it, with offsets into that block. */
function cite(blocks: readonly Block[], citations: readonly Citation[]): readonly Block[] {
  if (citations.length === 0) return blocks
  const left = new Set(citations)
  let offset = 0
  return blocks.map((block) => {
    if (block.type !== 'text') return block
    const base = offset
    offset += [...block.text].length
    const own = [...left].filter(({ start, end }) => start >= base && end <= offset)
    for (const citation of own) left.delete(citation)
    if (own.length === 0) return block
    return {
      ...block,
      citations: own.map((citation) => ({ ...citation, start: citation.start - base, end: citation.end - base })),
    }
  })
}

/** The items of a list that have the form expected; the others are reported. */
function readAll<T>(value: unknown, schema: z.ZodType<T>, path: string, warn: Warn): readonly T[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    warn(path, 'not understood')
    return []
  }
  return value.flatMap((item, index) => {
    const parsed = schema.safeParse(item)
    if (parsed.success) return [parsed.data]
    warn(`${path}[${index}]`, 'not understood')
    return []
  })
}
