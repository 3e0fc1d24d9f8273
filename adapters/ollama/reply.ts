/**
 * Decoding: what Ollama replies, told to the pen.
 *
 * @see https://docs.ollama.com/api/streaming
 * @module
 */
import type { FinishReason } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { explain } from './failure.ts'
import type { WireChunk, WireErrorBody, WireToolCall } from './wire.ts'

/** A whole reply is a stream of one line. */
export function frames(body: WireChunk): Iterable<WireChunk> {
  return [body]
}

/** Writes down what one line says. */
export function decode(frame: WireChunk | WireErrorBody, reply: Reply): void {
  if ('error' in frame) {
    reply.fail(explain(frame.error))
    return
  }
  const { model, created_at, message, logprobs, done } = frame
  reply.start({ model, created: seconds(created_at) })
  if (message?.thinking) reply.reasoning(message.thinking)
  if (message?.content) reply.text(message.content)
  if (logprobs?.length) reply.logprobs('text', logprobs)
  for (const one of message?.tool_calls ?? []) call(reply, one)
  if (done) end(reply, frame)
}

/** Calls come whole, and their arguments as an object. */
function call(reply: Reply, { id, function: called }: WireToolCall): void {
  const { name, arguments: input } = called
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? {})
  reply.tool({ id, name, input: text })
  if (id) reply.close(id)
}

const ENDINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
])

/** The server only loaded or unloaded the model, which is what it does where there is nothing to reply to. */
const IDLE = new Set(['load', 'unload'])

function end(reply: Reply, frame: WireChunk): void {
  // Older servers give no reason.
  const raw = frame.done_reason || 'stop'
  if (IDLE.has(raw)) {
    const message = 'There is nothing to reply to: no message has any content.'
    reply.fail({ status: 400, type: 'invalid_request_error', code: null, param: 'messages', message })
    return
  }
  // A prompt that was all in the cache has no count.
  reply.usage({ input: frame.prompt_eval_count ?? 0, output: frame.eval_count ?? 0 })
  const timings = timingsOf(frame)
  if (Object.keys(timings).length > 0) reply.extra({ timings })
  const reason = ENDINGS.get(raw)
  if (!reason) reply.warn('finish_reason', `unknown: ${raw}`)
  reply.finish(reason ?? 'stop', { raw })
  reply.end()
}

/** How long it took, in milliseconds. The server counts nanoseconds. */
function timingsOf(frame: WireChunk): Record<string, number> {
  const told = DURATIONS.flatMap((name) => {
    const nanoseconds = frame[`${name}_duration`]
    return nanoseconds == null ? [] : [[`${name}_ms`, nanoseconds / 1e6] as const]
  })
  return Object.fromEntries(told)
}

const DURATIONS = ['total', 'load', 'prompt_eval', 'eval'] as const

function seconds(instant: string | null | undefined): number | undefined {
  const milliseconds = Date.parse(instant ?? '')
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}
