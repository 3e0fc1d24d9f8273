import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/wire/digest.ts'

const reference = (text: string): string => createHash('sha256').update(text).digest('hex')

test('the digest is the platform’s own, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      (text) => sha256(text.toWellFormed()) === reference(text.toWellFormed()),
    ),
  )
})

test.each([0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 100_000])(
  'the digest of %d characters is right where blocks end',
  (length) => {
    expect(sha256('é'.repeat(length))).toBe(reference('é'.repeat(length)))
    expect(sha256('x'.repeat(length))).toBe(reference('x'.repeat(length)))
  },
)
