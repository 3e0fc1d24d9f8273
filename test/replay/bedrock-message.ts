/**
 * Converse's two forms of a reply, turned into each other by the judge's own reader.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @module
 */
import { eventstream, streamedEvents } from './eventstream.ts'
import { whole } from './oracle.ts'
import { json, list, members, type Members, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** A reply, whichever way it came. */
export interface ConverseReply {
  /** Blocks in the form of a whole body. */
  readonly blocks: readonly Members[]
  readonly stopReason: string
  readonly further: unknown
  /** Usage and what else stands beside. */
  readonly metadata: Members
}

/** Reads a reply in either form. */
export function foldConverse(reply: RecordedReply): ConverseReply {
  if (reply.kind !== 'eventstream') {
    const { output, stopReason, additionalModelResponseFields: further, ...metadata } = members(reply.body)
    const blocks = list(members(members(output)['message'])['content']).map(members)
    return { blocks, stopReason: text(stopReason), further, metadata }
  }
  const blocks: Members[] = []
  const stop: Record<string, unknown> = {}
  const metadata: Record<string, unknown> = {}
  for (const event of streamedEvents(reply).map(members)) {
    const started = members(event['contentBlockStart'])
    const grown = members(event['contentBlockDelta'])
    if ('start' in started) blocks[Number(started['contentBlockIndex'])] = begun(members(started['start']))
    if ('delta' in grown) {
      const index = Number(grown['contentBlockIndex'])
      blocks[index] = more(blocks[index] ?? {}, members(grown['delta']))
    }
    Object.assign(stop, event['messageStop'])
    Object.assign(metadata, event['metadata'])
  }
  return {
    blocks: blocks.filter(() => true).map(finished),
    stopReason: text(stop['stopReason']),
    further: stop['additionalModelResponseFields'],
    metadata,
  }
}

function begun({ toolUse, toolResult }: Members): Members {
  if (toolUse !== undefined) return { toolUse: { ...members(toolUse), input: '' } }
  return toolResult === undefined ? {} : { toolResult: { ...members(toolResult), content: [] } }
}

function more(block: Members, delta: Members): Members {
  const [[kind = '', piece] = []] = Object.entries(delta)
  const known = members(block[kind])
  switch (kind) {
    case 'text':
      return 'citationsContent' in block
        ? cited(block, { content: [{ text: piece }] })
        : { text: text(block['text']) + text(piece) }
    case 'citation':
      return cited('text' in block ? { citationsContent: { content: [{ text: block['text'] }] } } : block, {
        citations: [piece],
      })
    case 'toolUse':
      return { toolUse: { ...known, input: text(known['input']) + text(members(piece)['input']) } }
    case 'toolResult':
      return { toolResult: { ...known, content: [...list(known['content']), ...list(piece)] } }
    case 'reasoningContent': {
      const { text: thought, signature, redactedContent } = members(piece)
      if (redactedContent !== undefined) return { reasoningContent: { redactedContent } }
      const { text: before, ...rest } = members(known['reasoningText'])
      const reasoningText = {
        ...rest,
        text: text(before) + text(thought),
        ...(signature !== undefined && { signature }),
      }
      return { reasoningContent: { reasoningText } }
    }
    default:
      throw new TypeError(`The recorded stream has a delta of ${kind}, which this judge does not know.`)
  }
}

function cited(
  block: Members,
  { content = [], citations = [] }: { content?: unknown[]; citations?: unknown[] },
): Members {
  const known = members(block['citationsContent'])
  return {
    citationsContent: {
      content: [...list(known['content']), ...content],
      citations: [...list(known['citations']), ...citations],
    },
  }
}

function finished(block: Members): Members {
  const { input, ...call } = members(block['toolUse'])
  return typeof input === 'string' ? { toolUse: { ...call, input: input === '' ? {} : json(input) } } : block
}

/** The reply as a whole body. */
export function wholeConverse({ blocks, stopReason, further, metadata }: ConverseReply): RecordedReply {
  const message = { role: 'assistant', content: blocks }
  return whole({ output: { message }, stopReason, additionalModelResponseFields: further, ...metadata })
}

/** The reply as a stream: what a stream tells piece by piece comes in pieces. */
export function streamConverse({ blocks, stopReason, further, metadata }: ConverseReply): RecordedReply {
  return eventstream([
    ['messageStart', { role: 'assistant', p: 'abc' }],
    ...blocks.flatMap((block, contentBlockIndex) => [
      ...starts(block).map((start) => ['contentBlockStart', { contentBlockIndex, start }] as const),
      ...pieces(block).map((delta) => ['contentBlockDelta', { contentBlockIndex, delta, p: 'abcdef' }] as const),
      ['contentBlockStop', { contentBlockIndex }] as const,
    ]),
    ['messageStop', { stopReason, additionalModelResponseFields: further }],
    ['metadata', metadata],
  ])
}

function starts({ toolUse, toolResult }: Members): readonly Members[] {
  const { input: _, ...call } = members(toolUse)
  const { content: __, ...result } = members(toolResult)
  if (toolUse !== undefined) return [{ toolUse: call }]
  return toolResult === undefined ? [] : [{ toolResult: result }]
}

function pieces({ text: words, toolUse, toolResult, reasoningContent, citationsContent }: Members): readonly Members[] {
  const { reasoningText, redactedContent } = members(reasoningContent)
  const { text: thought, signature } = members(reasoningText)
  const { content, citations } = members(citationsContent)
  const input = members(toolUse)['input']
  return [
    ...halves(text(words)).map((half) => ({ text: half })),
    ...halves(text(thought)).map((half) => ({ reasoningContent: { text: half } })),
    ...(signature === undefined ? [] : [{ reasoningContent: { signature } }]),
    ...(redactedContent === undefined ? [] : [{ reasoningContent: { redactedContent } }]),
    ...(toolUse === undefined ? [] : halves(JSON.stringify(input)).map((half) => ({ toolUse: { input: half } }))),
    ...(toolResult === undefined ? [] : [{ toolResult: members(toolResult)['content'] }]),
    ...list(content).flatMap((piece) => halves(text(members(piece)['text'])).map((half) => ({ text: half }))),
    ...list(citations).map((citation) => ({ citation })),
  ]
}

function halves(words: string): readonly string[] {
  const middle = Math.ceil(words.length / 2)
  return [words.slice(0, middle), words.slice(middle)].filter((half) => half !== '')
}
