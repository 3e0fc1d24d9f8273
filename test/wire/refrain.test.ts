import { expect, test } from 'vitest'
import type { ReplyEvent } from '../../src/canonical.ts'
import { Reply } from '../../src/reply.ts'
import { append, type Lesson, Refrain } from '../../src/wire/refrain.ts'
import { read } from '../surfaces/literals.ts'

const lesson: Lesson = {
  words: ['delta', 0, 'text'],
  padding: ['p'],
  tell: (reply, words) => append(reply, words, 'text'),
}

/** Which of some frames were taken, and what they said. */
function taken(
  frames: readonly string[],
  learn: () => Lesson | undefined = () => lesson,
): [readonly boolean[], string] {
  const events: ReplyEvent[] = []
  const reply = new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => prefix,
    origin: { format: 'f' },
    model: 'm',
  })
  const refrain = new Refrain(learn)
  const flags = frames.map((frame) => refrain.take(frame, reply))
  reply.flush()
  const texts = read(events).map((event) =>
    event.type === 'append' ? event.text : event.type === 'open' ? event.block.text : '',
  )
  return [flags, texts.join('')]
}

const plain = (literal: string): string => `{"n":1, "delta": [{"text": ${literal}}],"more":"text"}`
const padded = (literal: string, padding: string): string => `{"delta":[{"text":${literal}}],"p":"${padding}","z":0}`

test('a frame that is like the one before is taken, and what it says', () => {
  const words = ['" b"', '"\\""', '"\\\\"', '"é😀"', '"\\u003c"', '"\\ud83d\\ude00"', '"\\"}],\\"more\\":\\""']
  expect(taken(['"a"', ...words].map(plain))).toEqual([[false, ...words.map(() => true)], ' b"\\é😀<😀"}],"more":"'])
})

test('padding may be of any length', () => {
  const frames = [padded('"a"', 'x'), padded('"b"', ''), padded('"c"', 'abc123'), padded('"d"', 'x')]
  expect(taken(frames)).toEqual([[false, true, true, true], 'bcd'])
})

test.each([
  ['another number', plain('"b"').replace('1', '2')],
  ['another member', plain('"b"').replace('"more"', '"less"')],
  ['a member more', plain('"b"').replace(']', '],"x":1')],
  ['no words', plain('""')],
  ['words that are no string', plain('null')],
  ['words that are no JSON', plain('"\n"')],
  ['an escape that is none', plain('"\\x"')],
  ['half a frame', plain('"b"').slice(0, -1)],
  ['half its words', plain('"b').slice(0, 24)],
  ['more behind it', `${plain('"b"')} `],
])('%s is left to be read', (_, frame) => {
  expect(taken([plain('"a"'), frame])).toEqual([[false, false], ''])
})

test('padding that is none is left to be read', () => {
  for (const padding of ['\\n', '","q":"', 'ä', '"'])
    expect(taken([padded('"a"', 'x'), padded('"b"', padding)])[0]).toEqual([false, false])
})

test('a frame counts as learned from only until another comes', () => {
  const [flags] = taken([plain('"a"'), '{}', plain('"b"'), plain('"c"')])
  expect(flags).toEqual([false, false, false, true])
})

test('of members with the same name, the one is meant that counts', () => {
  const twice = (text: string): string => `{"delta":[{"text":"x","text":"${text}"}]}`
  expect(taken([twice('a'), twice('b')])).toEqual([[false, false], ''])
  const elsewhere = (text: string): string => `{"a":{"text":"${text}"},"delta":[{"text":"a"}]}`
  expect(taken([elsewhere('a'), elsewhere('b')])).toEqual([[false, false], ''])
})

test('where no two frames are alike, nobody goes on looking', () => {
  let looked = 0
  const learn = (): Lesson => ((looked += 1), lesson)
  taken(
    Array.from({ length: 100 }, (_, index) => plain('"a"').replace('1', String(index))),
    learn,
  )
  expect(looked).toBeLessThan(10)
  looked = 0
  const [flags] = taken(
    Array.from({ length: 100 }, (_, index) => plain('"a"').replace('1', String(index >> 1))),
    learn,
  )
  expect(looked).toBe(50)
  expect(flags.filter(Boolean)).toHaveLength(50)
})
