/**
 * Decoding: what Converse replies, told to the pen.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @module
 */
import type { Citation, FinishReason, Json } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { isObject } from '../../src/wire/json.ts'
import { explain } from './failure.ts'
import type { WireBlock, WireBody, WireCitation, WireDelta, WireFrame, WireStart, WireUsage } from './wire.ts'

type Metadata = Extract<WireFrame, { metadata: unknown }>['metadata']
type MessageStop = Extract<WireFrame, { messageStop: unknown }>['messageStop']

/** Unfolds a whole reply. */
export function* frames(body: WireBody): Iterable<WireFrame> {
  const { output, stopReason, additionalModelResponseFields, ...metadata } = body
  const { content } = output.message
  yield { messageStart: { role: 'assistant' } }
  for (const [contentBlockIndex, block] of content.entries()) {
    const start = startOf(block)
    if (start) yield { contentBlockStart: { contentBlockIndex, start } }
    for (const delta of deltasOf(block)) yield { contentBlockDelta: { contentBlockIndex, delta } }
    // Of a call that was cut, a whole reply holds as much of the input as could be read.
    const isCut = contentBlockIndex === content.length - 1 && ENDINGS.get(stopReason) === 'length' && block.toolUse
    if (!isCut) yield { contentBlockStop: { contentBlockIndex } }
  }
  yield { messageStop: { stopReason, additionalModelResponseFields } }
  yield { metadata }
}

function startOf({ toolUse, toolResult, image }: WireBlock): WireStart | undefined {
  if (toolUse) {
    const { input: _, ...rest } = toolUse
    return { toolUse: rest }
  }
  if (toolResult) {
    const { content: _, ...rest } = toolResult
    return { toolResult: rest }
  }
  return image && { image: { format: image.format } }
}

function* deltasOf(block: WireBlock): Iterable<WireDelta> {
  const { text, reasoningContent, toolUse, toolResult, citationsContent, image } = block
  const { reasoningText, redactedContent } = reasoningContent ?? {}
  const { signature } = reasoningText ?? {}
  if (text !== undefined) yield { text }
  if (reasoningText) yield { reasoningContent: { text: reasoningText.text ?? '' } }
  if (signature) yield { reasoningContent: { signature } }
  if (redactedContent) yield { reasoningContent: { redactedContent } }
  if (toolUse && !isEmpty(toolUse.input)) yield { toolUse: { input: JSON.stringify(toolUse.input) } }
  if (Array.isArray(toolResult?.content)) yield { toolResult: toolResult.content.filter(isObject) }
  for (const piece of citationsContent?.content ?? []) yield { text: piece.text ?? '' }
  for (const citation of citationsContent?.citations ?? []) yield { citation }
  if (image) yield { image: { source: image.source } }
}

function isEmpty(input: Json | undefined): boolean {
  return input === undefined || (isObject(input) && Object.keys(input).length === 0)
}

/** Writes down what one event says. The end is left to the end of the bytes: what was spent comes after the last word. */
export function decode(frame: WireFrame, reply: Reply): void {
  if ('contentBlockDelta' in frame)
    grow(reply, frame.contentBlockDelta.contentBlockIndex, frame.contentBlockDelta.delta)
  else if ('contentBlockStart' in frame)
    begin(reply, frame.contentBlockStart.contentBlockIndex, frame.contentBlockStart.start)
  else if ('contentBlockStop' in frame) {
    // A block is either under its index or the one that grows without a key; closing the other is nothing.
    reply.close(frame.contentBlockStop.contentBlockIndex)
    reply.close()
  } else if ('messageStop' in frame) finish(reply, frame.messageStop)
  else if ('metadata' in frame) note(reply, frame.metadata)
  else if ('exceptions' in frame) {
    const [name = '', error = {}] = Object.entries(frame.exceptions)[0] ?? []
    reply.fail(explain(name, error.originalMessage ?? error.message, error.originalStatusCode))
  }
}

function begin(reply: Reply, key: number, { toolUse, toolResult, image }: WireStart): void {
  if (toolUse?.type === 'server_tool_use') reply.opaque(toolUse, key)
  else if (toolUse) reply.tool({ key, id: toolUse.toolUseId, name: toolUse.name })
  if (toolResult) reply.opaque({ toolResult })
  if (image) reply.media({ kind: 'image', mime: `image/${image.format}` })
}

function grow(reply: Reply, key: number, delta: WireDelta): void {
  const { text, reasoningContent, toolUse, toolResult, citation, image } = delta
  if (text) reply.text(text)
  if (reasoningContent) {
    const { text: thoughts, signature, redactedContent: encrypted } = reasoningContent
    const proof = { ...(signature && { signature }), ...(encrypted && { encrypted }) }
    reply.reasoning(thoughts ?? '', signature || encrypted ? proof : undefined)
  }
  if (toolUse) reply.tool({ key, input: toolUse.input })
  if (toolResult) reply.opaque({ toolResultContent: toolResult })
  if (citation) cite(reply, citation)
  if (image?.source?.bytes) reply.media({ kind: 'image', data: image.source.bytes })
}

/** The provider says where its sources are, not which words they bear out: the span is the whole block, whose length the surface knows. */
function cite(reply: Reply, citation: WireCitation): void {
  const span = { start: 0, end: Number.MAX_SAFE_INTEGER }
  const { location, source, title } = citation
  const url = location?.web?.url ?? source
  // Nova's sources come in blocks of their own, for the words before; those of documents come with their words.
  if (!location?.web) reply.text('')
  const named = title != null && { title }
  const told: Citation =
    url && /^https?:/u.test(url)
      ? { type: 'url', ...span, url, title: title ?? url }
      : { type: 'document', ...span, ...named, document: citation }
  reply.cite(told)
}

const ENDINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['content_filtered', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
])

/** Endings that mean that the model broke, and how. */
const BROKEN: ReadonlyMap<string, string> = new Map([
  ['malformed_model_output', 'The model produced output that cannot be read.'],
  ['malformed_tool_use', 'The model produced a tool call that cannot be read.'],
])

function finish(reply: Reply, { stopReason: raw, additionalModelResponseFields: further }: MessageStop): void {
  const broken = BROKEN.get(raw)
  if (broken !== undefined) {
    reply.fail({ status: 502, code: 'malformed_model_output', message: broken })
    return
  }
  const reason = ENDINGS.get(raw)
  if (!reason) reply.warn('finish_reason', `unknown: ${raw}`)
  const delta = isObject(further) ? further['delta'] : undefined
  const stopped = isObject(delta) ? delta['stop_sequence'] : undefined
  const extra = {
    ...(stopped != null && { stop_sequence: stopped }),
    ...(further != null && stopped === undefined && { additionalModelResponseFields: further }),
  }
  reply.finish(reason ?? 'stop', {
    raw,
    // A stop sequence may have cut the input of a call: the reply ended because of it, not for the call's sake.
    literal: raw === 'stop_sequence',
    ...(Object.keys(extra).length > 0 && { extra }),
  })
}

/** Notes what was spent, and the facts about a reply that have no place in OpenAI's, under their own names. */
function note(reply: Reply, { usage, serviceTier, metrics, trace, performanceConfig }: Metadata): void {
  if (usage) spend(reply, usage)
  if (serviceTier && TIERS.has(serviceTier.type)) reply.serviceTier(serviceTier.type)
  if (metrics != null) reply.extra({ metrics })
  if (trace != null) reply.extra({ trace })
  if (performanceConfig != null) reply.extra({ performanceConfig })
  if (serviceTier && !TIERS.has(serviceTier.type)) reply.extra({ serviceTier })
}

/** Tiers that OpenAI knows by the same names. */
const TIERS = new Set(['default', 'flex', 'priority'])

function spend(reply: Reply, usage: NonNullable<WireUsage>): void {
  const { cacheDetails, serverToolUsage } = usage
  const extra = {
    ...(cacheDetails != null && { cache_details: cacheDetails }),
    ...(!isEmpty(serverToolUsage) && serverToolUsage != null && { server_tool_usage: serverToolUsage }),
  }
  reply.usage({
    fresh: usage.inputTokens,
    cached: usage.cacheReadInputTokens,
    cacheWrite: usage.cacheWriteInputTokens,
    cacheWrite1h: keptForAnHour(cacheDetails),
    output: usage.outputTokens,
    ...(Object.keys(extra).length > 0 && { extra }),
  })
}

/** What was written to be kept for an hour; nothing where the provider does not tell for how long. */
function keptForAnHour(details: Json | undefined): number | undefined {
  if (!Array.isArray(details)) return undefined
  return details.reduce<number>((sum, detail) => {
    const isLong = isObject(detail) && detail['ttl'] === '1h' && typeof detail['inputTokens'] === 'number'
    return isLong ? sum + Number(detail['inputTokens']) : sum
  }, 0)
}
