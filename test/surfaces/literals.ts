/**
 * The same events, with texts read and unread.
 *
 * @module
 */
import type { ReplyEvent } from '../../src/canonical.ts'
import { isLiteral, readLiteral } from '../../src/wire/literal.ts'

/** An event whose text was read. */
export function read(event: ReplyEvent): ReplyEvent {
  if (event.type !== 'literal') return event
  return { type: 'append', index: event.index, text: readLiteral(event.json) }
}

/** An event whose text was left as JSON has it, where it can be. */
export function unread(event: ReplyEvent): ReplyEvent {
  if (event.type !== 'append') return event
  const json = JSON.stringify(event.text).slice(1, -1)
  return json !== '' && isLiteral(json) ? { type: 'literal', index: event.index, json } : event
}
