/** Text that stays as JSON has it is the same text. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areLiterals, GrowingText, isLiteral, readLiteral } from '../../src/wire/literal.ts'

/** What JSON may have between the quotes of a string, and much that it may not. */
const insides = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.constantFrom('"', '\\', '\\"', '\\\\', '\\/', '\\b', '\\n', '\\u00e9', '\\u001f', '\\ud83d', '\n', '\u0000'),
    ),
  )
  .map((pieces) => pieces.join(''))

test('a literal is what JSON writes for what it reads', () => {
  fc.assert(
    fc.property(insides, (inside) => {
      fc.pre(isLiteral(inside))
      expect(JSON.stringify(JSON.parse(`"${inside}"`))).toBe(`"${inside}"`)
    }),
    { numRuns: 2000 },
  )
})

test.each(['', 'é😀', '\\"\\\\\\b\\f\\n\\r\\t', "a'/\u007f\u2028", 'x'.repeat(10_000_000)])(
  'what JSON writes is a literal: %#',
  (inside) => {
    expect(isLiteral(inside)).toBe(true)
    expect(readLiteral(inside)).toBe(JSON.parse(`"${inside}"`))
  },
)

test.each(['"', '\\', 'a\\', '\\/', '\\u00e9', '\n', '\u001f', '\\"\\', 'a","b":"c'])('%j is none', (inside) => {
  expect(isLiteral(inside)).toBe(false)
})

test('many are literals where each is one', () => {
  fc.assert(
    fc.property(fc.array(insides, { maxLength: 5 }), (all) => {
      expect(areLiterals(all)).toBe(all.every(isLiteral))
    }),
    { numRuns: 5000 },
  )
  expect(areLiterals(['a\\', ',"b'])).toBe(false)
  expect(areLiterals(['a","b', 'c\\'])).toBe(false)
})

describe('a text that grows', () => {
  const words = fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 5 }), read: fc.boolean(), ask: fc.nat(9) })

  test('is what was appended, however it came and whenever it is asked for', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 300, size: 'max' }), (pieces) => {
        const growing = new GrowingText('a')
        let whole = 'a'
        let early = true
        for (const { text, read, ask } of pieces) {
          const literal = JSON.stringify(text).slice(1, -1)
          if (read || !isLiteral(literal)) growing.append(text)
          else growing.appendLiteral(literal)
          whole += text
          early &&= ask > 0 || growing.value === whole
        }
        expect(early).toBe(true)
        expect(growing.value).toBe(whole)
      }),
    )
  })
})
