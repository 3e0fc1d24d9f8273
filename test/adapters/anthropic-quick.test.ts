/** Events that are read without being parsed say what they say when they are. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, quick } from '../../adapters/anthropic/reply.ts'
import { frame } from '../../adapters/anthropic/wire.ts'
import type { ReplyEvent } from '../../src/canonical.ts'
import { Reply } from '../../src/reply.ts'
import { isLiteral } from '../../src/wire/literal.ts'
import { read } from '../surfaces/literals.ts'

function written(write: (reply: Reply) => void): readonly ReplyEvent[] {
  const events: ReplyEvent[] = []
  const origin = { format: 'f', model: 'm' }
  write(
    new Reply({
      write: (event) => events.push(event),
      now: () => 1,
      newId: (prefix) => `${prefix}1`,
      origin,
      model: 'm',
    }),
  )
  return events
}

const delta = (text: string, spaces = ''): string =>
  `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(text)}}${spaces}}`

test('whatever the text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '"', '\\', '\\"}}', '\u2028', '{"a":1}', '\ud800'),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('', ' ', '     '), (text, spaces) => {
      const json = delta(text, spaces)
      let isQuick = false
      const quickly = written((reply) => {
        reply.text('It says: ')
        isQuick = quick(json, reply)
        reply.flush()
      })
      const parsed = written((reply) => {
        reply.text('It says: ')
        if (isQuick) decode(frame.parse(JSON.parse(json)), reply)
      })
      expect(isQuick).toBe(isLiteral(JSON.stringify(text).slice(1, -1)))
      expect(read(quickly)).toEqual(parsed)
    }),
  )
})

test.each([
  '{"type":"ping"}',
  '{"type": "ping"}',
  '{"type":"content_block_stop","index":0}',
  '{"type":"content_block_stop","index":12   }',
  '{"type":"message_stop"}',
  '{"type":"message_stop"        }',
])('an event that says no more than %s', (json) => {
  const say = (read: (reply: Reply) => unknown): readonly ReplyEvent[] =>
    written((reply) => {
      reply.text('It says this.')
      reply.finish('stop')
      read(reply)
    })
  const quickly = say((reply) => expect(quick(json, reply)).toBe(true))
  expect(quickly).toEqual(say((reply) => decode(frame.parse(JSON.parse(json)), reply)))
  expect(quickly.length > 2).toBe(!json.includes('ping'))
})

test.each([
  ['another event', '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'],
  ['a mark with a member more', '{"type":"message_stop","amazon-bedrock-invocationMetrics":{}}'],
  ['a sign of life with a number', '{"type":"ping","index":0}'],
  ['the end of no block', '{"type":"content_block_stop"}'],
  ['the end of a block whose number is no JSON', '{"type":"content_block_stop","index":00}'],
  ['another delta', '{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"x"}}'],
  ['a member more', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x","more":1}}'],
  ['a member behind', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"},"more":1}'],
  ['another order', '{"index":0,"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}'],
  ['a text that JSON would write otherwise', delta('x').replace('x', '\\u0078')],
  ['a text that is no JSON', delta('x').replace('x', '\n')],
  ['two texts', delta('x').replace('x', 'x","text":"y')],
  ['a half escape', delta('x').replace('x', '\\')],
  ['no text', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":null}}'],
  ['a number that is no JSON', delta('x').replace(':0,', ':00,')],
  ['half an event', '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x'],
])('but %s is left to be parsed', (_, json) => {
  const events = written((reply) => {
    expect(quick(json, reply)).toBe(false)
    reply.flush()
  })
  expect(events).toEqual([])
})
