/**
 * A reply of a chat completions API, written down.
 *
 * @module
 */
import type { ReplyHeaders } from '../../src/adapter.ts'
import type { FinishReason } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import type { Dialect } from './dialect.ts'
import { explainInside } from './failure.ts'
import { tally, unknownIn, usageOf, verbatim } from './usage.ts'
import type {
  Annotation,
  Audio,
  Chunk,
  CompletionBody,
  Delta,
  Image,
  Logprobs,
  ReasoningDetail,
  SaidPart,
  ToolCall,
} from './wire.ts'

/** A whole reply, as the chunks its stream would have been: for each choice what it says and how it ends, then the usage. */
export function* frames(body: CompletionBody): Iterable<Chunk> {
  const { choices, usage, ...envelope } = body
  yield { ...envelope, choices: [] }
  for (const [position, { message, logprobs, ...ending }] of (choices ?? []).entries()) {
    const index = ending.index ?? position
    const tool_calls = message?.tool_calls?.map((call, order) => ({ ...call, index: order }))
    const unknown = unknownIn(message, DELTA)
    const known: Delta = unknown
      ? Object.fromEntries(Object.entries(message ?? {}).filter(([key]) => DELTA.has(key)))
      : (message ?? {})
    yield { choices: [{ index, logprobs, delta: tool_calls ? { ...known, tool_calls } : known }] }
    // A whole reply was not cut, whatever it leaves unsaid: Snowflake never says why it ends.
    const finish_reason = ending.finish_reason === '' ? 'stop' : ending.finish_reason
    yield { ...envelope, choices: [{ ...ending, finish_reason, index, delta: unknown }] }
  }
  if (usage) yield { ...envelope, choices: [], usage }
}

/** Notes what a header counts as read from the cache; the counts of the reply itself, where it has them, come later and win. */
export function counting(header: string): (headers: ReplyHeaders, reply: Reply) => void {
  return (headers, reply) => {
    const cached = Number(headers.get(header) ?? Number.NaN)
    if (Number.isInteger(cached)) reply.usage({ cached })
  }
}

/** Takes the mark at the end of a stream for the end of a reply that says nothing of it. */
export function conclude(reply: Reply): void {
  if (reply.started && !reply.finished) reply.finish('stop')
}

/** The decoder of one dialect: writes down what a chunk says. */
export function decoder(dialect: Dialect): (chunk: Chunk, reply: Reply) => void {
  const { name, literal = false, usage: counts = usageOf, cost, thinkTags = false, sources } = dialect
  const reasons = new Map(Object.entries({ ...REASONS, ...dialect.finish }))

  function finish(said: string, reply: Reply): void {
    const reason = reasons.get(said)
    if (reason === 'error') {
      const [status = 502, code = said] = dialect.errors?.[said] ?? []
      reply.fail({ message: `The provider broke off the reply: ${said}.`, status, code })
      return
    }
    if (reason === undefined) reply.warn('finish_reason', `unknown reason ${said} told as stop`)
    reply.finish(reason ?? 'stop', { raw: said, literal })
  }

  return (chunk, reply) => {
    // Some servers say flatly that what they send is an error.
    if (chunk.error != null || chunk['object'] === 'error') {
      if (reply.finished) reply.warn('finish_reason', 'the provider reported an error after the end')
      else reply.fail(explainInside(dialect, chunk))
      return
    }
    head(chunk, reply)
    for (const choice of chunk.choices ?? []) {
      const { delta, logprobs, finish_reason } = choice
      reply.choice(choice.index ?? 0)
      if (delta) say(delta, { name, thinkTags }, Boolean(finish_reason), reply)
      if (logprobs) weigh(logprobs, reply)
      if (finish_reason) {
        finish(finish_reason, reply)
        for (const source of sources?.(chunk) ?? []) reply.cite(source)
      }
      const beside = unknownIn(choice, CHOICE)
      if (beside) reply.beside(beside)
      const inside = unknownIn(delta, DELTA)
      if (inside) reply.beside(inside)
    }
    const usage = counts(chunk)
    if (usage) reply.usage({ ...tally(usage), cost: cost?.(usage) })
  }
}

/** What a chunk says about the whole reply. */
function head(chunk: Chunk, reply: Reply): void {
  // The same on every chunk, so that the first may speak for all.
  if (!reply.started && chunk.system_fingerprint != null) reply.extra({ system_fingerprint: chunk.system_fingerprint })
  reply.start(chunk)
  if (chunk.service_tier) reply.serviceTier(chunk.service_tier)
  const unknown = unknownIn(chunk, ENVELOPE)
  if (unknown) reply.extra(unknown)
}

/** What one delta says. Thoughts come first: servers that send both in one delta thought before they spoke. */
function say(
  delta: Delta,
  { name, thinkTags }: { readonly name: string; readonly thinkTags: boolean },
  last: boolean,
  reply: Reply,
): void {
  const { content, refusal, reasoning_details, tool_calls, function_call, audio, annotations, images } = delta
  const thought = delta.reasoning_content || delta.reasoning
  if (reasoning_details?.length) thinkInDetail(reasoning_details, thought, reply)
  else if (thought) reply.reasoning(thought)
  if (typeof content === 'string') {
    // An empty text is a text where it is all that is said; beside other things it is filler.
    const filler = content === '' && (last || thought || refusal || tool_calls?.length || audio)
    if (!filler && thinkTags) reply.aloud(content)
    else if (!filler) reply.text(content)
  } else if (content) for (const part of content) sayPart(part, reply)
  if (refusal) reply.refusal(refusal)
  if (tool_calls) for (const call of tool_calls) sayCall(call, name, reply)
  if (function_call?.name || function_call?.arguments) {
    reply.tool({ key: 'function_call', name: function_call.name, input: function_call.arguments })
  }
  if (audio) speak(audio, reply)
  if (images?.length) draw(images, reply)
  if (annotations?.length) cite(annotations, reply)
}

function sayPart(part: SaidPart, reply: Reply): void {
  const { type, text, refusal, thinking } = part
  if (type === 'text') reply.text(text ?? '')
  else if (type === 'refusal') reply.refusal(refusal ?? '')
  else if (type === 'thinking') {
    const thoughts = typeof thinking === 'string' ? thinking : (thinking ?? []).map(({ text }) => text ?? '').join('')
    if (thoughts) reply.reasoning(thoughts)
  } else reply.opaque(verbatim(part))
}

/** Thoughts by the piece, each with what proves or hides it. What proves a piece ends it. */
function thinkInDetail(details: readonly ReasoningDetail[], thought: string | null | undefined, reply: Reply): void {
  const worded = details.some(({ text, summary }) => text || summary)
  if (!worded && thought) reply.reasoning(thought)
  for (const detail of details) {
    const { type, text, summary, data, signature } = detail
    const words = text ?? summary ?? ''
    const unknown = unknownIn(detail, DETAIL)
    const extra = summary == null ? unknown : { ...unknown, type }
    if (!data && !signature) {
      if (words) reply.reasoning(words, extra && { extra })
      continue
    }
    if (data) reply.close()
    reply.reasoning(words, {
      ...(signature && { signature }),
      ...(data && { encrypted: data }),
      ...(extra && { extra }),
    })
    reply.close()
  }
}

function sayCall(call: ToolCall, format: string, reply: Reply): void {
  const { index, id, type } = call
  const custom = type === 'custom' || (!call.function && Boolean(call.custom))
  const name = custom ? call.custom?.name : call.function?.name
  const input = custom ? call.custom?.input : call.function?.arguments
  // Only the first piece of a call has an id, and only there is anything but input.
  const extra = id ? unknownIn(call, CALL) : undefined
  reply.tool({
    key: index ?? undefined,
    id,
    name,
    // Some servers send arguments parsed.
    input: typeof input === 'object' ? input && JSON.stringify(input) : input,
    custom,
    ...(extra && { extra: { [format]: extra } }),
  })
}

function speak({ id, data, transcript, expires_at }: Audio, reply: Reply): void {
  if (id || data || expires_at) {
    reply.media({ kind: 'audio', ...(id && { id }), ...(data && { data }), ...(expires_at && { expires: expires_at }) })
  }
  if (transcript) reply.transcript(transcript)
}

/** Pictures, whole: a further piece of a stream brings further ones. Those that are only somewhere else are told as they came. */
function draw(images: readonly Image[], reply: Reply): void {
  const elsewhere = images.filter((image) => {
    const [, mime, data] = DATA_URL.exec(image.image_url?.url ?? '') ?? []
    if (data === undefined) return true
    reply.close()
    reply.media({ kind: 'image', data, ...(mime && { mime }) })
    return false
  })
  if (elsewhere.length > 0) reply.beside({ images: elsewhere.map(verbatim) })
}

const DATA_URL = /^data:([^,]*);base64,(.*)$/su

function cite(annotations: readonly Annotation[], reply: Reply): void {
  for (const { type, url_citation } of annotations) {
    if (type !== 'url_citation' || !url_citation) continue
    const { url, title, start_index, end_index } = url_citation
    const start = start_index ?? 0
    const document = unknownIn(url_citation, CITATION)
    reply.cite({
      type: 'url',
      start,
      end: end_index ?? start,
      ...(url != null && { url }),
      ...(title != null && { title }),
      ...(document && { document }),
    })
  }
  const others = annotations.filter(({ type }) => type !== 'url_citation')
  if (others.length > 0) reply.extra({ annotations: others.map(verbatim) })
}

function weigh({ content, refusal }: Logprobs, reply: Reply): void {
  if (content) reply.logprobs('text', content.map(verbatim))
  if (refusal) reply.logprobs('refusal', refusal.map(verbatim))
}

// https://platform.openai.com/docs/api-reference/chat/object
const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
}

// `obfuscation` is padding against eavesdroppers who measure packets; it is worth nothing here.
const ENVELOPE = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
  'obfuscation',
  'error',
])
const CHOICE = new Set(['index', 'delta', 'message', 'finish_reason', 'logprobs', 'usage'])
const DELTA = new Set([
  'role',
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'tool_calls',
  'function_call',
  'audio',
  'annotations',
  'images',
])
const CALL = new Set(['index', 'id', 'type', 'function', 'custom'])
const DETAIL = new Set(['type', 'text', 'summary', 'data', 'signature', 'index'])
const CITATION = new Set(['url', 'title', 'start_index', 'end_index', 'type'])
