/** Text that nobody reads on its way through comes out as text that was read. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Undo } from '../../src/adapter.ts'
import type { ReplyEvent } from '../../src/canonical.ts'
import { fold } from '../../src/fold.ts'
import { merge } from '../../src/merge.ts'
import { Reply } from '../../src/reply.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { responses } from '../../src/surfaces/responses/index.ts'
import type { Asked } from '../../src/surfaces/surface.ts'
import { read, unread } from './literals.ts'
import { renderer } from './renderer.ts'
import { endings, events, replies } from './replies.ts'
import { session } from './session.ts'

/** Events, and the same with texts left unread. */
const told = fc.tuple(replies, endings, fc.integer({ min: 1, max: 4 })).map(([blocks, ends, together]) => {
  const all = events(blocks, ends)
  return [all, unread(all, together)] as const
})
const quiet = (): void => undefined

describe('events whose texts were left unread', () => {
  test('fold into the same reply', () => {
    fc.assert(
      fc.property(told, ([all, copied]) => {
        expect(fold(copied).completion).toEqual(fold(all).completion)
      }),
    )
  })

  test('fold into the same reply as one of several choices', () => {
    const merged = (all: readonly ReplyEvent[]): ReplyEvent[] => {
      const out: ReplyEvent[] = []
      const writers = merge(2, (event) => out.push(event))
      for (const event of all) for (const write of writers) write(event)
      return out
    }
    fc.assert(
      fc.property(told, ([all, copied]) => {
        expect(fold(merged(copied)).completion).toEqual(fold(merged(all)).completion)
      }),
    )
  })

  test.each([
    {},
    { stream_options: { include_usage: true } },
    { reasoning: { exclude: true } },
    { functions: [{ name: 'name' }] },
  ])('are told the same in a chat with %j', (members) => {
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }], ...members }
    const asked = chat.parse(body, quiet)
    fc.assert(fc.property(told, ([all, copied]) => expectSame(asked, all, copied)))
  })

  test.each([{}, { reasoning: { summary: 'auto' } }])('are told the same as a response with %j', async (members) => {
    const asked = await responses.parse({ model: 'm', input: 'Hi', stream: true, ...members }, quiet, session())
    fc.assert(fc.property(told, ([all, copied]) => expectSame(asked, all, copied)))
  })
})

function expectSame(asked: Asked, all: readonly ReplyEvent[], copied: readonly ReplyEvent[]): void {
  expect(copied.map(renderer(asked)).join('')).toBe(all.map(renderer(asked)).join(''))
}

/** What an adapter may say, piece by piece. */
const said = fc.array(
  fc.record({
    as: fc.constantFrom('text', 'aloud', 'reasoning', 'tool', 'refusal'),
    text: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(
        '```json\n',
        '{"a":',
        '1}',
        '\n```',
        '<think>',
        '</think>',
        '<th',
        'echo',
        'ec',
        'null',
        '\u0001',
      ),
    ),
  }),
  { maxLength: 12 },
)

const undone: readonly Undo[] = [
  {},
  { fenced: true },
  { echo: 'echo' },
  { answer: 'f' },
  { custom: new Set(['f']) },
  { single: true },
]

describe('what an adapter says without reading it', () => {
  test.each(undone)('is what it says else, with %j to be taken back', (undo) => {
    fc.assert(
      fc.property(said, fc.boolean(), fc.nat(9), (pieces, named, stop) => {
        const written = (literally: boolean): readonly ReplyEvent[] => {
          const all: ReplyEvent[] = []
          const reply = new Reply({
            write: (event) => all.push(event),
            now: () => 1,
            newId: (prefix) => prefix,
            origin: { format: 'f' },
            model: 'm',
            undo,
          })
          if (named) reply.tool({ key: 1, name: 'f' })
          for (const [number, { as, text }] of pieces.entries()) {
            if (number === stop) reply.flush()
            const json = JSON.stringify(text).slice(1, -1)
            if (as === 'refusal') reply.refusal(text)
            else if (as === 'tool') {
              if (!literally || !reply.inputLiteral(1, json)) reply.tool({ key: 1, name: 'f', input: text })
            } else if (!literally || !reply.literal(json, as)) reply[as](text)
          }
          reply.finish('stop')
          reply.end()
          return all
        }
        expect(read(written(true))).toEqual(written(false))
      }),
      { numRuns: 500 },
    )
  })
})
