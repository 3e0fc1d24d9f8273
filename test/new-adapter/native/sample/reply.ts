/**
 * A reply of Sample, written down.
 *
 * @module
 */
import type { FinishReason } from '../../../../src/canonical.ts'
import type { Reply } from '../../../../src/reply.ts'
import type { Body, Frame } from './wire.ts'

/** A whole reply, as the frames its stream would have carried. */
export function* frames({ id, model, text, stop, tokens }: Body): Iterable<Frame> {
  yield { id, model }
  yield { text }
  yield { stop, tokens }
}

/** Writes down what one frame says. */
export function decode({ id, model, text, stop, tokens, error }: Frame, reply: Reply): void {
  if (id !== undefined) reply.start({ id, model })
  if (text !== undefined) reply.text(text)
  if (tokens) reply.usage(tokens)
  if (stop !== undefined) finish(stop, reply)
  if (error) reply.fail(error)
}

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end', 'stop'],
  ['limit', 'length'],
])

function finish(stop: string, reply: Reply): void {
  const reason = REASONS.get(stop)
  if (reason === undefined) reply.warn('finish_reason', `unknown reason ${stop} told as stop`)
  reply.finish(reason ?? 'stop', { raw: stop })
}
