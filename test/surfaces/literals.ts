/**
 * The same events, with texts read and unread.
 *
 * @module
 */
import type { ReplyEvent } from '../../src/canonical.ts'
import { isLiteral, readLiteral } from '../../src/wire/literal.ts'

/** Events whose texts were all read. */
export function read(events: readonly ReplyEvent[]): readonly ReplyEvent[] {
  return events.flatMap((event): readonly ReplyEvent[] => {
    if (event.type !== 'literals') return [event]
    return event.json.map((json) => ({ type: 'append', index: event.index, text: readLiteral(json) }))
  })
}

/** Events whose texts were left as JSON has them, where they can be: so many at a time. */
export function unread(events: readonly ReplyEvent[], together: number): readonly ReplyEvent[] {
  const all: ReplyEvent[] = []
  for (const event of events) {
    const json = event.type === 'append' ? JSON.stringify(event.text).slice(1, -1) : ''
    const last = all.at(-1)
    if (event.type !== 'append' || json === '' || !isLiteral(json)) all.push(event)
    else if (last?.type === 'literals' && last.index === event.index && last.json.length < together)
      all[all.length - 1] = { ...last, json: [...last.json, json] }
    else all.push({ type: 'literals', index: event.index, json: [json] })
  }
  return all
}
