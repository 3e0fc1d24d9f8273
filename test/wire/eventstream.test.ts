import { EventStreamCodec } from '@smithy/eventstream-codec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitter } from '../../src/wire/framing.ts'

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
)

/** A frame as AWS's own library writes it. */
function frame(headers: Record<string, string>, payload = ''): Uint8Array {
  const strings = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }])
  const others = {
    ':date': { type: 'timestamp', value: new Date(0) },
    yes: { type: 'boolean', value: true },
    no: { type: 'boolean', value: false },
    byte: { type: 'byte', value: 1 },
    short: { type: 'short', value: 2 },
    integer: { type: 'integer', value: 3 },
    binary: { type: 'binary', value: new Uint8Array([1, 2, 3]) },
    uuid: { type: 'uuid', value: '00000000-0000-4000-8000-000000000000' },
  } as const
  return codec.encode({
    headers: { ...others, ...Object.fromEntries(strings) },
    body: new TextEncoder().encode(payload),
  })
}

function frames(bytes: Uint8Array, sizes: readonly number[] = []): readonly unknown[] {
  const found: unknown[] = []
  const cut = splitter('eventstream', { frame: (text) => found.push(JSON.parse(text)), done: () => {} })
  let at = 0
  for (const size of sizes) {
    cut.feed(bytes.subarray(at, at + size))
    at += size
  }
  cut.feed(bytes.subarray(at))
  cut.end()
  return found
}

const join = (...pieces: Uint8Array[]): Uint8Array => new Uint8Array(pieces.flatMap((piece) => [...piece]))

const stream = join(
  frame({ ':message-type': 'event', ':event-type': 'contentBlockDelta' }, '{"delta":{"text":"é😀"}}'),
  frame({ ':message-type': 'event', ':event-type': 'empty' }),
  frame({ ':message-type': 'exception', ':exception-type': 'throttlingException' }, '{"message":"Slow."}'),
  frame({ ':message-type': 'error', ':error-code': 'internal', ':error-message': 'Broken.' }),
)

const expected = [
  { contentBlockDelta: { delta: { text: 'é😀' } } },
  { empty: {} },
  { throttlingException: { message: 'Slow.' } },
  { internal: { message: 'Broken.' } },
]

test('frames of AWS’s own library are read, whatever their headers', () => {
  expect(frames(stream)).toEqual(expected)
})

test('frames are the same however they are cut', () => {
  expect(
    frames(
      stream,
      Array.from({ length: stream.length }, () => 1),
    ),
  ).toEqual(expected)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 50 }), (sizes) => {
      expect(frames(stream, sizes)).toEqual(expected)
    }),
  )
})

test('a frame that is cut off says nothing', () => {
  expect(frames(stream.subarray(0, stream.length - 1))).toEqual(expected.slice(0, 3))
  expect(frames(stream.subarray(0, 5))).toEqual([])
})

test('a bit that flips anywhere is noticed', () => {
  const one = frame({ ':event-type': 'x' }, '{"a":1}')
  for (let at = 0; at < one.length; at += 1) {
    const broken = one.slice()
    broken[at] = (broken[at] ?? 0) ^ 1
    // A wrong length may also ask for more bytes than there are, but its checksum is wrong before that.
    expect(() => frames(broken), `byte ${at}`).toThrow(SyntaxError)
  }
})

test('headers that change in the middle of a stream are read anew', () => {
  const events = fc.array(
    fc.record({ type: fc.constantFrom('a', 'b', 'ab', 'ac', 'abc', 'abd', 'abcd', 'abce'), number: fc.nat() }),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(events, (events) => {
      const bytes = join(...events.map(({ type, number }) => frame({ ':event-type': type }, String(number))))
      expect(frames(bytes)).toEqual(events.map(({ type, number }) => ({ [type]: number })))
    }),
  )
})

test('bytes may be used again for others once they were taken', () => {
  const found: string[] = []
  const cut = splitter('eventstream', { frame: (text) => found.push(text), done: () => {} })
  const buffer = Buffer.alloc(1000)
  for (const type of ['ab', 'ba']) {
    const bytes = frame({ ':event-type': type }, '1')
    buffer.set(bytes)
    cut.feed(buffer.subarray(0, bytes.length))
  }
  expect(found).toEqual(['{"ab":1}', '{"ba":1}'])
})
