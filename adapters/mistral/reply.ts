/**
 * Decoding: what the model says, written down.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import type { FinishReason } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { verbatim } from '../openai/usage.ts'
import { explainInside } from './failure.ts'
import type { WireBody, WireCall, WireChunk, WireDelta, WireFrame, WireUsage } from './wire.ts'

/** A whole reply as the events its stream would have carried: what each choice says, how it ends, and the usage. */
export function* frames({ choices, usage, ...envelope }: WireBody): Iterable<WireFrame> {
  yield { ...envelope, choices: [] }
  for (const [position, { message, messages, finish_reason, ...choice }] of (choices ?? []).entries()) {
    const index = choice.index ?? position
    for (const delta of messages ?? [message]) yield { choices: [{ index, delta }] }
    yield { choices: [{ index, finish_reason }] }
  }
  if (usage) yield { choices: [], usage }
}

/** Writes down what one event says. */
export function decode(frame: WireFrame, reply: Reply): void {
  const { choices, usage } = frame
  if (frame.error != null || (!choices && (frame['message'] != null || frame['detail'] != null))) {
    reply.fail(explainInside(frame))
    return
  }
  reply.start(frame)
  for (const { index, delta, finish_reason } of choices ?? []) {
    reply.choice(index ?? 0)
    if (delta) say(delta, reply)
    if (finish_reason != null) finish(finish_reason, reply)
  }
  if (usage) spend(usage, reply)
}

function say({ content, tool_calls }: WireDelta, reply: Reply): void {
  if (Array.isArray(content)) for (const chunk of content) sayChunk(chunk, reply)
  // Empty texts are filler here: calls begin and end with one, too.
  else if (content) reply.text(content)
  // Where calls are not numbered they are told apart by id, and those without one by their place.
  for (const [place, call] of (tool_calls ?? []).entries()) sayCall(call, place, reply)
}

function sayChunk(chunk: WireChunk, reply: Reply): void {
  switch (chunk.type) {
    case 'text':
      reply.text(chunk.text ?? '')
      break
    case 'thinking':
      think(chunk, reply)
      break
    case 'reference':
      reply.cite({ type: 'document', ...SPAN, document: { reference_ids: chunk.reference_ids ?? [] } })
      // What it bears out is the text before it, and nothing that follows.
      reply.close()
      break
    case 'tool_reference':
      reply.cite({
        type: chunk.url == null ? 'document' : 'url',
        ...SPAN,
        ...(chunk.url != null && { url: chunk.url }),
        ...(chunk.title != null && { title: chunk.title }),
      })
      reply.close()
      break
    default:
      reply.opaque(verbatim(chunk))
  }
}

/** A source stands behind what it bears out, so it is for the whole of the block, whose length the surface knows. */
const SPAN = { start: 0, end: Number.MAX_SAFE_INTEGER } as const

function think({ thinking, signature }: WireChunk, reply: Reply): void {
  const ideas = typeof thinking === 'string' ? [{ type: 'text', text: thinking }] : (thinking ?? [])
  const thought = ideas.map(({ text }) => text ?? '').join('')
  if (ideas.some(({ type }) => type !== 'text')) reply.warn('reasoning', 'its references are left out')
  if (!signature) {
    if (thought) reply.reasoning(thought)
    return
  }
  reply.reasoning(thought, { signature })
  // What proves a thought ends it.
  reply.close()
}

function sayCall({ index, id, function: called }: WireCall, place: number, reply: Reply): void {
  const input = called?.arguments
  reply.tool({
    key: index ?? (id ? undefined : place),
    id,
    // Pieces that go on with a call have an empty name, which the pen does not take for one.
    name: called?.name,
    input: typeof input === 'object' ? input && JSON.stringify(input) : input,
  })
}

function finish(raw: string, reply: Reply): void {
  if (raw === 'error') {
    reply.fail({ message: 'The provider broke off the reply: error.', status: 502, code: 'malformed_model_output' })
    return
  }
  const reason = ENDINGS.get(raw)
  if (!reason) reply.warn('finish_reason', `unknown reason ${raw} told as stop`)
  // A reply that is not about calls is a text, if an empty one.
  if (reason !== 'tool_calls') reply.text('')
  reply.finish(reason ?? 'stop', { raw })
}

const ENDINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['tool_calls', 'tool_calls'],
])

function spend(usage: WireUsage, reply: Reply): void {
  const details = usage.prompt_tokens_details ?? usage.prompt_token_details
  const { prompt_audio_seconds, service_tier } = usage
  reply.usage({
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    cached: details?.cached_tokens ?? usage.num_cached_tokens,
    audioInput: details?.audio_tokens,
    ...(prompt_audio_seconds != null && { extra: { prompt_audio_seconds } }),
  })
  if (service_tier != null) reply.serviceTier(service_tier === 'standard' ? 'default' : service_tier)
}
