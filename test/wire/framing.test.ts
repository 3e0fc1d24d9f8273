import { describe, expect, test } from 'vitest'
import { splitter } from '../../src/wire/framing.ts'

const encoder = new TextEncoder()

/** Frames found when the bytes arrive in pieces of a size, and whether the end mark was seen. */
function frames(framing: 'sse' | 'ndjson', text: string, size = Number.POSITIVE_INFINITY): readonly string[] {
  const found: string[] = []
  const cut = splitter(framing, { frame: (frame) => found.push(frame), done: () => found.push('DONE') })
  const bytes = encoder.encode(text)
  for (let at = 0; at < bytes.length; at += size) cut.feed(bytes.subarray(at, Math.min(at + size, bytes.length)))
  cut.end()
  return found
}

/** What real servers send, and what it must come to. */
const STREAMS: Readonly<Record<string, readonly [text: string, expected: readonly string[]]>> = {
  'line feeds': ['data: {"a":1}\n\ndata: {"a":2}\n\n', ['{"a":1}', '{"a":2}']],
  'carriage returns and line feeds': ['data: {"a":1}\r\n\r\ndata: {"a":2}\r\n\r\n', ['{"a":1}', '{"a":2}']],
  'carriage returns alone': ['data: {"a":1}\r\rdata: {"a":2}\r\r', ['{"a":1}', '{"a":2}']],
  'characters of four bytes': ['data: {"a":"😀é漢"}\n\n', ['{"a":"😀é漢"}']],
  'no space after the colon': ['data:{"a":1}\n\n', ['{"a":1}']],
  'data over several lines': ['data: {"a":\ndata: 1}\n\n', ['{"a":\n1}']],
  comments: [': OPENROUTER PROCESSING\n\ndata: {"a":1}\n\n: ping\n\n', ['{"a":1}']],
  'the event name after the data': ['data: {"a":1}\nevent: x\n\n', ['{"a":1}']],
  'a byte order mark': ['\uFEFFdata: {"a":1}\n\n', ['{"a":1}']],
  'a last event without a blank line': ['data: {"a":1}\n\ndata: {"a":2}', ['{"a":1}', '{"a":2}']],
  'separators inside strings': ['data: {"a":"\u2028\u2029\u0085"}\n\n', ['{"a":"\u2028\u2029\u0085"}']],
  padding: ['data: {"a":1}      \n\n', ['{"a":1}      ']],
  'ids and retry times': ['id: 1\nretry: 10\ndata: {"a":1}\n\n', ['{"a":1}']],
  'an end mark': ['data: {"a":1}\n\ndata: [DONE]\n\n', ['{"a":1}', 'DONE']],
  nothing: ['', []],
}

describe('server-sent events', () => {
  test.each(Object.entries(STREAMS))('with %s are the same however they are cut', (_, [text, expected]) => {
    for (let size = 1; size <= encoder.encode(text).length + 1; size += 1)
      expect(frames('sse', text, size)).toEqual(expected)
  })

  test('may be a megabyte long', () => {
    const json = JSON.stringify({ a: 'é'.repeat(500_000) })
    expect(frames('sse', `data: ${json}\n\n`, 65_536)).toEqual([json])
  })
})

describe('lines of JSON', () => {
  test.each([
    ['line feeds', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['carriage returns', '{"a":1}\r\n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    ['no end to the last line', '{"a":1}\n{"a":"😀"}', ['{"a":1}', '{"a":"😀"}']],
    ['empty lines', '\n{"a":1}\n\n', ['{"a":1}']],
  ])('with %s are the same however they are cut', (_, text, expected) => {
    for (let size = 1; size <= encoder.encode(text).length + 1; size += 1)
      expect(frames('ndjson', text, size)).toEqual(expected)
  })
})
