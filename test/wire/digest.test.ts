import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import * as native from '../../src/wire/digest.ts'

/** The module as a runtime without Node's digests has it. */
async function withoutNode(): Promise<typeof native> {
  vi.resetModules()
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined })
  try {
    return await import('../../src/wire/digest.ts')
  } finally {
    vi.unstubAllGlobals()
  }
}

const portable = await withoutNode()
const reference = (text: string): string => createHash('sha256').update(text).digest('hex')

test('the two are not the same', () => {
  expect(portable.sha256).not.toBe(native.sha256)
})

describe.each([
  ['with Node', native],
  ['without', portable],
])('%s', (_, { sha256, hmac, hmacBytes }) => {
  test('the digest is right, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (text) => sha256(text) === reference(text.toWellFormed()),
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

  // https://www.rfc-editor.org/rfc/rfc4231#section-4, those whose keys and data are text
  test.each([
    [1, '\u000b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [2, 'Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ])('the code of test case %d of RFC 4231 is as it says there', (_, key, text, code) => {
    expect(hmac(key, text)).toBe(code)
  })

  test('the code is right, whatever the key and the text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 })
    fc.assert(
      fc.property(text, text, (key, text) => {
        const code = createHmac('sha256', key).update(text)
        const bytes = hmacBytes(new TextEncoder().encode(key), text)
        expect(bytes).toEqual(hmacBytes(key, text))
        expect(Buffer.from(bytes).toString('hex')).toBe(hmac(key, text))
        expect(hmac(key, text)).toBe(code.digest('hex'))
      }),
    )
  })

  test.each([63, 64, 65, 131])('the code is right under a key of %d characters', (length) => {
    const key = 'k'.repeat(length)
    expect(hmac(key, 'text')).toBe(createHmac('sha256', key).update('text').digest('hex'))
  })
})
