/**
 * A reply of Acme, written down.
 *
 * @module
 */
import type { FinishReason, Reply } from 'dragoman'
import { explain } from './failure.ts'
import type { Body, Frame } from './wire.ts'

/** A whole reply, as the lines its stream would have been. */
export function* frames({ dialogue, engine, turn, ended, spent }: Body): Iterable<Frame> {
  yield { dialogue, engine }
  yield* turn
  yield { ended, spent }
}

/** Writes down what one line says. */
export function decode({ dialogue, engine, say, ask, spent, ended, trouble }: Frame, reply: Reply): void {
  if (dialogue !== undefined) reply.start({ id: dialogue, model: engine })
  if (say !== undefined) reply.text(say)
  if (ask) reply.tool({ id: ask.ref, name: ask.tool, input: ask.with })
  if (spent) reply.usage({ input: spent.read, output: spent.written })
  if (ended !== undefined) finish(ended, reply)
  if (trouble) reply.fail(explain(trouble))
}

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['done', 'stop'],
  ['until', 'stop'],
  ['asked', 'tool_calls'],
  ['budget', 'length'],
])

function finish(ended: string, reply: Reply): void {
  const reason = REASONS.get(ended)
  if (reason === undefined) reply.warn('finish_reason', `unknown reason ${ended} told as stop`)
  reply.finish(reason ?? 'stop', { raw: ended })
}
