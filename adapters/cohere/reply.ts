/**
 * Decoding: what Cohere replies, told to the pen.
 *
 * @see https://docs.cohere.com/docs/streaming
 * @module
 */
import type { Citation, FinishReason, JsonObject, Logprob } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { explain } from './failure.ts'
import type {
  WireBody,
  WireCitation,
  WireContent,
  WireEnd,
  WireFrame,
  WireLogprob,
  WireSource,
  WireToolCall,
  WireUsage,
} from './wire.ts'

/** Marks the thoughts that are a plan of calls: they go back as one. */
export const PLAN: JsonObject = { tool_plan: true }

/** Unfolds a whole reply. Each citation comes before the end of the content it is about. */
export function* frames({ id, message, finish_reason, usage, logprobs }: WireBody): Iterable<WireFrame> {
  yield { type: 'message-start', id }
  const content = message.content ?? []
  const citations = message.citations ?? []
  const first = content.findIndex(({ text }) => text != null)
  for (const [index, piece] of content.entries()) {
    yield { type: 'content-start', index, delta: { message: { content: piece } } }
    for (const cited of citations.filter(({ content_index: about }) => (about ?? first) === index)) {
      yield { type: 'citation-start', delta: { message: { citations: cited } } }
    }
    yield { type: 'content-end', index }
  }
  for (const logprob of logprobs ?? []) yield { type: 'content-delta', delta: undefined, logprobs: logprob }
  if (message.tool_plan) yield { type: 'tool-plan-delta', delta: { message: { tool_plan: message.tool_plan } } }
  const calls = message.tool_calls ?? []
  for (const [index, call] of calls.entries()) {
    yield { type: 'tool-call-start', index, delta: { message: { tool_calls: call } } }
    const cut = ENDINGS.get(finish_reason) === 'length' && index === calls.length - 1
    if (!cut) yield { type: 'tool-call-end', index }
  }
  yield { type: 'message-end', delta: { finish_reason, usage } }
}

/** Writes down what one event says. An event's index numbers contents, calls or citations, each kind by itself. */
export function decode(frame: WireFrame, reply: Reply): void {
  switch (frame.type) {
    case 'message-start':
      reply.start({ id: frame.id })
      break
    case 'content-start':
      say(reply, frame.delta?.message?.content)
      break
    case 'content-delta':
      say(reply, frame.delta?.message?.content)
      if (frame.logprobs) reply.logprobs('text', likelihood(frame.logprobs))
      break
    case 'content-end':
      reply.close()
      break
    case 'tool-plan-delta': {
      const plan = frame.delta?.message?.tool_plan
      if (plan) reply.reasoning(plan, { extra: PLAN })
      break
    }
    case 'tool-call-start':
    case 'tool-call-delta':
      call(reply, frame.index, frame.delta?.message?.tool_calls)
      break
    case 'tool-call-end':
      if (frame.index !== undefined) reply.close(frame.index)
      break
    case 'citation-start':
      for (const source of sources(frame.delta?.message?.citations)) reply.cite(source)
      break
    case 'message-end':
      if (frame.delta) end(reply, frame.delta)
      break
    case 'citation-end':
    case 'debug':
      break
  }
}

function say(reply: Reply, { text, thinking }: WireContent = {}): void {
  if (thinking) reply.reasoning(thinking)
  if (text != null) reply.text(text)
}

function call(reply: Reply, key: number | undefined, { id, function: called }: WireToolCall = {}): void {
  reply.tool({ key, id, name: called?.name, input: called?.arguments })
}

const ENDINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool_calls'],
])

/** Reasons that mean that something broke. */
const BROKEN: ReadonlyMap<string, number> = new Map([
  ['ERROR', 502],
  ['TIMEOUT', 504],
])

function end(reply: Reply, { finish_reason: raw, error, usage }: WireEnd): void {
  const broken = BROKEN.get(raw ?? '') ?? (error ? 502 : undefined)
  if (broken !== undefined) {
    const message = error || `The provider could not complete the reply (${raw}).`
    reply.fail(explain(message, broken))
    return
  }
  if (usage) spend(reply, usage)
  if (raw == null) return
  const reason = ENDINGS.get(raw)
  if (!reason) reply.warn('finish_reason', `unknown: ${raw}`)
  // A stop sequence may have cut the input of a call: the reply ended because of it, not for the call's sake.
  reply.finish(reason ?? 'stop', { raw, literal: raw === 'STOP_SEQUENCE' })
  reply.end()
}

/** The provider counts what it adds to a prompt, as does its cache; what it bills is another matter, told beside. Pictures it counts apart. */
function spend(reply: Reply, { tokens, billed_units: billed, cached_tokens }: WireUsage): void {
  const images = tokens?.image_tokens
  const input = tokens?.input_tokens == null ? billed?.input_tokens : tokens.input_tokens + (images ?? 0)
  const extra = { ...(billed && { billed_units: billed }), ...(images && { image_tokens: images }) }
  reply.usage({
    input: whole(input),
    output: whole(tokens?.output_tokens ?? billed?.output_tokens),
    cached: whole(cached_tokens),
    reasoning: whole(tokens?.reasoning_tokens),
    ...(Object.keys(extra).length > 0 && { extra }),
  })
}

/** The provider's counts are floats. */
function whole(count: number | null | undefined): number | undefined {
  return count == null ? undefined : Math.round(count)
}

/** What a citation points to: one for each address, and one for the documents that have none. Citations of thoughts and plans have no place. */
function sources({ type, start, end, text, sources }: WireCitation = {}): readonly Citation[] {
  if (type === 'PLAN' || type === 'THINKING_CONTENT') return []
  // Offsets count characters: as recorded, a degree sign is one.
  const span = { start: start ?? 0, end: end ?? Number.MAX_SAFE_INTEGER }
  const found = (sources ?? []).map((source) => ({ source, url: address(source), title: member(source, 'title') }))
  const [document, ...others] = found.filter(({ url }) => url === undefined)
  const addresses = found.flatMap(({ url, title }): readonly Citation[] =>
    url === undefined ? [] : [{ type: 'url', ...span, url, title: title ?? url }],
  )
  if (!document) return addresses
  const { title } = document
  const told = { ...(text != null && { text }), sources: [document, ...others].map(({ source }) => source) }
  return [...addresses, { type: 'document', ...span, ...(title !== undefined && { title }), document: told }]
}

function address(source: WireSource): string | undefined {
  const url = member(source, 'url')
  return url !== undefined && /^https?:/u.test(url) ? url : undefined
}

/** A member of the document, or of the tool's answer, that a source is. */
function member({ document, tool_output }: WireSource, name: string): string | undefined {
  const value = (document ?? tool_output)?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Of several tokens that make one text, the first has the text. */
function likelihood({ text, logprobs }: WireLogprob): readonly Logprob[] {
  return (logprobs ?? []).map((logprob, index) => {
    const token = index === 0 ? (text ?? '') : ''
    return { token, logprob, bytes: [...new TextEncoder().encode(token)], top_logprobs: [] }
  })
}
