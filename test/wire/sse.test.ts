/** Server-sent events as we read them are those that a reader of the whole standard finds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areLiterals } from '../../src/wire/literal.ts'
import { EventReader } from '../../src/wire/sse.ts'

/** The data of all events of a stream, as it is read in pieces that end at the given places. */
function found(bytes: Uint8Array, cuts: readonly number[]): readonly string[] {
  const data: string[] = []
  const reader = new EventReader({ data: (text) => data.push(text) })
  let from = 0
  for (const cut of [...cuts.toSorted((one, other) => one - other), bytes.length]) {
    reader.feed(bytes.slice(from, cut))
    from = cut
  }
  reader.end()
  return data
}

function judged(bytes: Uint8Array): readonly string[] {
  const data: string[] = []
  const parser = createParser({ onEvent: (event) => data.push(event.data) })
  parser.feed(new TextDecoder().decode(bytes))
  parser.feed('\n\n')
  return data
}

const encoder = new TextEncoder()
const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !/[\r\n\uFEFF]/u.test(text)),
  fc.constantFrom('{"a":1}', ' ', ':', '\u2028', '😀é漢'),
)
const lines = fc.oneof(
  fc.tuple(fc.constantFrom('data', 'data: ', 'data:', 'data:  ', 'data :', 'dat', 'event: ', 'id: ', ':', ''), words),
  fc.constant(['', ''] as const),
)
const streams = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(
      lines.chain(([name, value]) => fc.constantFrom('\n', '\r', '\r\n').map((end) => name + value + end)),
      { maxLength: 12 },
    ),
    fc.constantFrom('', 'data: rest', 'data: rest\r'),
  )
  .map(([mark, all, rest]) => encoder.encode(mark + all.join('') + rest))

describe('events are found', () => {
  test('whatever the stream, and however it is cut', () => {
    const cut = streams.chain((bytes) =>
      fc.tuple(fc.constant(bytes), fc.array(fc.nat(bytes.length), { maxLength: 8, size: 'max' })),
    )
    fc.assert(
      fc.property(cut, ([bytes, cuts]) => {
        expect(found(bytes, cuts)).toEqual(judged(bytes))
      }),
      { numRuns: 5000 },
    )
  })

  test('where bytes are no text', () => {
    const any = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.filter((byte) => byte !== 10 && byte !== 13))
    fc.assert(
      fc.property(any, fc.nat(20), fc.nat(20), (bytes, one, other) => {
        const stream = Uint8Array.from([...encoder.encode('data: '), ...bytes, ...encoder.encode('\n\n')])
        const cuts = [one, other].map((cut) => Math.min(cut, stream.length))
        expect(found(stream, cuts)).toEqual(judged(stream))
      }),
      { numRuns: 1000 },
    )
  })

  const root = fileURLToPath(new URL('../../fixtures', import.meta.url))
  const recorded = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sse'))

  test('in all streams that are kept, byte by byte and in pieces of any size', () => {
    expect(recorded.length).toBeGreaterThan(100)
    for (const path of recorded) {
      const bytes = readFileSync(join(root, path))
      const expected = judged(bytes)
      for (const size of [1, 7, 100, 1000, bytes.length]) {
        const cuts = Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => index * size)
        expect(found(bytes, cuts), path).toEqual(expected)
      }
    }
  })
})

describe('events that repeat each other but for their words', () => {
  const said = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.constantFrom('', 'a', 'a\nb', '"', '\\', 'data: x', '{"t":"', '\u0001'),
  )
  const event = fc.oneof(
    { weight: 8, arbitrary: said.map((text) => `event: t\ndata: {"t":${JSON.stringify(text)}}\n\n`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ': ping\n\n',
        'event: t\n\n',
        'id: 1\ndata: {"t":"x"}\n\n',
        'event: t\ndata: {"t":"x"}\nid: 1\n\n',
        'event: t\ndata: {"t":"x"}\ndata: \n\n',
        'event: t\ndata: {"t":"x"} \n\n',
        'event: t\ndata: {"t":"\\/"}\n\n',
        'event: t\ndata: {"t":"a","t":"b"}\n\n',
        'event: t\ndata: {"t":"a\\"}\n\n',
        'event: t\ndata: {"t":",\n\n',
        'data: [DONE]\n\n',
      ),
    },
  )
  const repetitive = fc.tuple(fc.array(event, { maxLength: 20, size: 'max' }), fc.constantFrom('\n', '\r', '\r\n'))

  test('are told as if each were read by itself', () => {
    let together = 0
    fc.assert(
      fc.property(
        repetitive,
        fc.array(fc.nat(400), { maxLength: 3 }),
        fc.boolean(),
        ([events, end], places, refuses) => {
          const bytes = encoder.encode(events.join('').replaceAll('\n', end))
          const data: string[] = []
          const reader = new EventReader({
            data: (text) => data.push(text),
            words: (text) => (/^\{"t":".*"\}$/su.test(text) ? { start: 6, end: text.length - 2 } : undefined),
            repeats(words) {
              if (refuses || !areLiterals(words)) return false
              data.push(...words.map((word) => `{"t":"${word}"}`))
              together += words.length
              return true
            },
          })
          let from = 0
          for (const cut of [...places.toSorted((one, other) => one - other), bytes.length]) {
            reader.feed(bytes.slice(from, cut))
            from = Math.min(cut, bytes.length)
          }
          reader.end()
          expect(data).toEqual(judged(bytes))
        },
      ),
      { numRuns: 5000 },
    )
    expect(together).toBeGreaterThan(1000)
  })
})

test('an event that never ends is given up', () => {
  const reader = new EventReader({ data() {} })
  const piece = encoder.encode(`data: ${'x'.repeat(1024 * 1024)}`)
  expect(() => {
    for (let count = 0; count < 70; count += 1) reader.feed(piece)
  }).toThrow(RangeError)
  const lines = new EventReader({ data() {} })
  const line = encoder.encode(`data: ${'x'.repeat(1024 * 1024)}\n`)
  expect(() => {
    for (let count = 0; count < 70; count += 1) lines.feed(line)
  }).toThrow(RangeError)
})
