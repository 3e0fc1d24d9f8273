/**
 * Decoding: what Claude replies, told to the pen.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 * @module
 */
import type { Citation, FinishReason, Json, JsonObject } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { isObject } from '../../src/wire/json.ts'
import type { Span } from '../../src/wire/sse.ts'
import { explain } from './failure.ts'
import { FORMAT } from './native.ts'
import type { WireBlock, WireCitation, WireDelta, WireErrorBody, WireFrame, WireMessage, WireUsage } from './wire.ts'

type MessageDelta = Extract<WireFrame, { type: 'message_delta' }>

/** Unfolds a whole reply. Every block is complete where it starts, as server-tool results are in a stream too. */
export function frames(body: WireMessage | WireErrorBody): readonly WireFrame[] {
  if (body.type === 'error') return [body]
  const { content, usage, stop_reason, stop_sequence, stop_details, container, ...rest } = body
  // A stream counts the uses of server tools at its end only; here too, so that both forms tell the same usage.
  const { server_tool_use, ...atStart } = usage ?? {}
  const told: WireFrame[] = [{ type: 'message_start', message: { ...rest, usage: atStart, container: undefined } }]
  for (let index = 0; index < content.length; index += 1) {
    const block = content[index]
    if (!block) continue
    const cut = index === content.length - 1 && ENDINGS.get(stop_reason ?? '') === 'length' && block.type === 'tool_use'
    told.push({ type: 'content_block_start', index, content_block: block })
    // A stream never marks the end of a call that was cut; a whole reply holds as much of its input as could be read.
    if (!cut) told.push({ type: 'content_block_stop', index })
    else if (holds(block.input)) told.push(inputDelta(index, block.input))
  }
  told.push({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence, stop_details, container },
    usage: { output_tokens: usage?.output_tokens, server_tool_use },
    context_management: undefined,
    input_transformations: undefined,
  })
  told.push({ type: 'message_stop' })
  return told
}

/** Writes down what one event says. */
export function decode(frame: WireFrame, reply: Reply): void {
  switch (frame.type) {
    case 'message_start':
      reply.start(frame.message)
      note(reply, frame.message)
      if (frame.message.usage) spend(reply, frame.message.usage)
      break
    case 'content_block_start':
      begin(reply, frame.index, frame.content_block)
      break
    case 'content_block_delta':
      grow(reply, frame.index, frame.delta)
      break
    case 'content_block_stop':
      // A block is either under its index or the one that grows without a key; closing the other is nothing.
      reply.close(frame.index)
      reply.close()
      break
    case 'message_delta':
      note(reply, { ...frame, container: frame.delta.container })
      if (frame.usage) spend(reply, frame.usage)
      finish(reply, frame.delta)
      break
    case 'error':
      reply.fail(explain(frame.error))
      break
    case 'message_stop':
      reply.end()
      break
    case 'ping':
      break
  }
}

/** Most events are a piece of text and nothing else: its JSON string stands where it always stands. Others say only that they are. */
export function quick(frame: string, reply: Reply): boolean {
  const found = words(frame)
  if (found) return reply.literal(frame.slice(found.start, found.end))
  const mark = MARK.exec(frame)
  if (!mark) return false
  const [, type, closed] = mark
  if (closed !== undefined) decode({ type: 'content_block_stop', index: Number(closed) }, reply)
  else decode({ type: type === 'ping' ? type : 'message_stop' }, reply)
  return true
}

/** Where an event that is a piece of text and nothing else has it. */
export function words(frame: string): Span | undefined {
  if (!TEXT_DELTA.test(frame)) return undefined
  const start = frame.indexOf(',', NUMBER) + TEXT.length
  const isPadded = !frame.endsWith('"}}')
  const end = isPadded ? frame.lastIndexOf('"') : frame.length - 3
  return isPadded && !PADDED.test(frame.slice(end)) ? undefined : { start, end }
}

const TEXT_DELTA = /^\{"type":"content_block_delta","index":(?:0|[1-9]\d*),"delta":\{"type":"text_delta","text":"/u
/** What stands between the number of the block and its text. */
const TEXT = ',"delta":{"type":"text_delta","text":"'
/** Where that number begins. */
const NUMBER = '{"type":"content_block_delta","index":'.length
/** An event that says nothing but that it is there, or which block is over. */
const MARK = /^\{"type": ?"(?:(ping|message_stop)"|content_block_stop","index":(0|[1-9]\d{0,8})) *\}$/u
// The provider fills events up with spaces, against those who count their bytes.
const PADDED = /^"\}\s*\}$/u

function begin(reply: Reply, index: number, block: WireBlock): void {
  switch (block.type) {
    case 'text':
      reply.text(block.text ?? '')
      for (const citation of block.citations ?? []) reply.cite(source(citation))
      break
    case 'thinking':
      reply.reasoning(block.thinking ?? '', block.signature ? { signature: block.signature } : undefined)
      break
    case 'redacted_thinking':
      reply.reasoning('', { encrypted: block.data ?? '' })
      break
    case 'tool_use':
      // Calls made from code arrive with their input here; for others it is `{}` here and streams.
      reply.tool({
        key: index,
        id: block.id,
        name: block.name,
        fallback: JSON.stringify(block.input ?? {}),
        extra: kept(block),
      })
      break
    default:
      // The provider's own tools, their results, and inventions to come: for nobody but the provider.
      if (block.input === undefined) reply.opaque(block)
      else reply.opaque(block, index)
  }
}

function grow(reply: Reply, index: number, delta: WireDelta): void {
  switch (delta.type) {
    case 'text_delta':
      reply.text(delta.text ?? '')
      break
    case 'thinking_delta':
      reply.reasoning(delta.thinking ?? '')
      break
    case 'signature_delta':
      reply.reasoning('', { signature: delta.signature ?? '' })
      break
    case 'input_json_delta':
      reply.tool({ key: index, input: delta.partial_json })
      break
    case 'citations_delta':
      if (delta.citation) reply.cite(source(delta.citation))
      break
    default:
  }
}

const ENDINGS: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    end_turn: 'stop',
    stop_sequence: 'stop',
    compaction: 'stop',
    tool_use: 'tool_calls',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    refusal: 'content_filter',
  } as const),
)

function finish(reply: Reply, { stop_reason: raw, stop_sequence, stop_details }: MessageDelta['delta']): void {
  if (raw == null) return
  if (raw === 'pause_turn') {
    reply.pause()
    return
  }
  if (raw === 'refusal') reply.refusal(stop_details?.explanation ?? 'The model declined to respond.')
  const reason = ENDINGS.get(raw)
  if (!reason) reply.warn('finish_reason', `unknown: ${raw}`)
  reply.finish(reason ?? 'stop', {
    raw,
    // A stop sequence may have cut the input of a call: the reply ended because of it, not for the call's sake.
    literal: raw === 'stop_sequence',
    ...((stop_sequence != null || stop_details != null) && {
      extra: { ...(stop_sequence != null && { stop_sequence }), ...(stop_details != null && { stop_details }) },
    }),
  })
}

/** Later counts replace earlier ones, as they do in the provider's stream. */
function spend(reply: Reply, usage: WireUsage): void {
  const { cache_creation, server_tool_use, iterations } = usage
  const extra = {
    ...(cache_creation != null && { cache_creation }),
    ...(server_tool_use != null && { server_tool_use }),
    ...(iterations != null && { iterations }),
  }
  reply.usage({
    fresh: usage.input_tokens,
    cached: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    cacheWrite1h: countIn(cache_creation, 'ephemeral_1h_input_tokens'),
    webSearches: countIn(server_tool_use, 'web_search_requests'),
    output: usage.output_tokens,
    reasoning: usage.output_tokens_details?.thinking_tokens,
    ...(Object.keys(extra).length > 0 && { extra }),
  })
  const tier = usage.speed === 'fast' ? 'fast' : TIERS.get(usage.service_tier ?? '')
  if (tier) reply.serviceTier(tier)
}

function countIn(details: Json | undefined, name: string): number | undefined {
  const count = isObject(details) ? details[name] : undefined
  return typeof count === 'number' ? count : undefined
}

const TIERS: ReadonlyMap<string, string> = new Map([
  ['standard', 'default'],
  ['priority', 'priority'],
])

/** Notes the facts about a reply that have no place in OpenAI's, under their own names. */
function note(reply: Reply, facts: { readonly [K in (typeof FACTS)[number]]?: WireMessage[K] }): void {
  for (const name of FACTS) if (facts[name] != null) reply.extra({ [name]: facts[name] })
}

const FACTS = ['container', 'context_management', 'diagnostics', 'input_transformations'] as const

/** The provider says where its sources are, not which words they bear out: the span is the whole block, whose length the surface knows. */
function source(citation: WireCitation): Citation {
  const span = { start: 0, end: Number.MAX_SAFE_INTEGER }
  const { url = citation.source, title } = citation
  if (url && /^https?:/u.test(url)) return { type: 'url', ...span, url, title: title ?? url }
  const name = citation.document_title ?? title
  return { type: 'document', ...span, ...(name != null && { title: name }), document: citation }
}

/** What a call must carry when it is told again: who made it, where that was not the model itself. */
function kept({ caller, toolset_name }: WireBlock): JsonObject | undefined {
  const indirect = isObject(caller) && caller['type'] !== 'direct'
  if (!indirect && toolset_name == null) return undefined
  return { [FORMAT]: { ...(indirect && { caller }), ...(toolset_name != null && { toolset_name }) } }
}

function holds(input: Json | undefined): input is JsonObject {
  return isObject(input) && Object.keys(input).length > 0
}

function inputDelta(index: number, input: JsonObject): WireFrame {
  return {
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
  }
}
