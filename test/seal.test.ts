import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSeal, isSealed, type Sealed } from '../src/seal.ts'

const seal = createSeal('a secret')
const content: Sealed = {
  blocks: [
    {
      type: 'reasoning',
      text: 'Hm. 👋',
      signature: 'c2ln',
      origin: { format: 'x', model: 'm' },
      extra: { deep: [{ n: 1 }] },
    },
    { type: 'reasoning', text: '', encrypted: 'RW1j' },
    { type: 'opaque', text: '{"type":"search"}', origin: { format: 'x' } },
  ],
  calls: { call_1: { x: { signature: 'c2ln' } } },
}

// What every object of JavaScript answers to is no member of one.
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((each) => each.toWellFormed())
  .filter((each) => each !== '__proto__')
const block = fc.oneof(
  fc.record(
    {
      type: fc.constant('reasoning' as const),
      text,
      signature: text,
      encrypted: text,
      extra: fc.dictionary(text, text),
    },
    { requiredKeys: ['type', 'text'] },
  ),
  fc.record({ type: fc.constant('opaque' as const), text, origin: fc.record({ format: text, model: text }) }),
)

describe('what is sealed', () => {
  test('comes back as it was, and passes through headers and URLs', () => {
    const closed = seal.close(content)
    expect(seal.open(closed)).toEqual(content)
    expect(closed).toMatch(/^[\w.-]+$/u)
    expect(isSealed(closed)).toBe(true)
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 4 }),
        fc.dictionary(text, fc.dictionary(text, text)),
        (blocks, calls) => {
          const given = { blocks, calls }
          expect(JSON.stringify(seal.open(seal.close(given)))).toBe(JSON.stringify(given))
        },
      ),
    )
  })

  test('is refused where one character is another, is missing, or is one too many', () => {
    const closed = seal.close(content)
    for (let at = 0; at < closed.length; at += 1) {
      const other = closed[at] === 'A' ? 'B' : 'A'
      expect(seal.open(closed.slice(0, at) + other + closed.slice(at + 1))).toBeUndefined()
      expect(seal.open(closed.slice(0, at) + closed.slice(at + 1))).toBeUndefined()
      expect(seal.open(closed.slice(0, at))).toBeUndefined()
      expect(seal.open(`${closed.slice(0, at)}A${closed.slice(at)}`)).toBeUndefined()
    }
  })

  test('is refused by whoever has another secret', () => {
    expect(createSeal('another secret').open(seal.close(content))).toBeUndefined()
    expect(createSeal('a secret').open(seal.close(content))).toEqual(content)
  })

  test('is told from what others encrypt', () => {
    for (const foreign of [
      '',
      'gAAAAABoISUA',
      'dragoman1',
      'dragoman1.',
      'dragoman1..',
      'dragoman2.e30.00',
      'ErUBCkYIBR',
    ]) {
      expect(seal.open(foreign)).toBeUndefined()
    }
    expect(isSealed('gAAAAABoISUA')).toBe(false)
    // Another gateway's is still one: it must not go to a provider.
    expect(isSealed(createSeal('another secret').close(content))).toBe(true)
  })

  test('is not read where it is more than any reply holds', () => {
    const huge = seal.close({ blocks: [{ type: 'reasoning', text: 'x'.repeat(13_000_000) }] })
    expect(seal.open(huge)).toBeUndefined()
    const large = { blocks: [{ type: 'reasoning' as const, text: 'x'.repeat(1_000_000) }] }
    expect(seal.open(seal.close(large))).toEqual(large)
  })

  test('is refused where it was closed in a later form', () => {
    // What a later version may seal with the same secret: the type system would not let us.
    const later = seal.close({ blocks: [{ type: 'dream', text: '' }] } as never)
    expect(seal.open(later)).toBeUndefined()
  })
})
