import { describe, expect, test } from 'vitest'
import { parseJson, rawJson, stringify } from '../../src/wire/json.ts'

describe('raw JSON', () => {
  test('is written byte for byte', () => {
    const text = '{"10":1, "2" : 12345678901234567890,"x":1.0}'
    expect(stringify({ a: rawJson(text), b: [rawJson('[ ]')] })).toBe(`{"a":${text},"b":[[ ]]}`)
  })

  test('may hold what means something to string replacement', () => {
    expect(stringify([rawJson('"$1 $& $$"')])).toBe('["$1 $& $$"]')
  })

  test('is plain JSON to anyone else', () => {
    expect(JSON.stringify({ a: rawJson('{"b": 1}') })).toBe('{"a":{"b":1}}')
  })

  test('cannot be forged by text that looks like its mark', () => {
    expect(stringify({ a: 'raw:0', b: rawJson('1') })).toBe('{"a":"raw:0","b":1}')
  })
})

describe('numbers', () => {
  test.each(['{"id":12345678901234567890}', '[0.12345678901234567890123,1e400,-9007199254740993]'])(
    'of %s keep their digits',
    (text) => {
      expect(JSON.stringify(parseJson(text))).toBe(text)
    },
  )

  test('that fit stay numbers', () => {
    expect(parseJson('{"a":1234567890123456,"b":[1.5,2e3],"c":"12345678901234567890"}')).toEqual({
      a: 1234567890123456,
      b: [1.5, 2000],
      c: '12345678901234567890',
    })
  })
})
