import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BEGIN, finish, update } from '../../src/wire/crc32.ts'

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

test('bytes have the checksum that zip gives them', () => {
  expect(finish(update(BEGIN, viewOf(new TextEncoder().encode('123456789')), 0, 9))).toBe(0xcbf43926)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(finish(update(BEGIN, viewOf(bytes), 0, bytes.length))).toBe(crc32(bytes))
    }),
  )
})

test('a checksum goes on where it stopped, and minds no bytes outside', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(60), fc.nat(60), (bytes, ...places) => {
      const [start = 0, middle = 0, end = 0] = places
        .map((place) => Math.min(place, bytes.length))
        .toSorted((one, other) => one - other)
      const sum = update(update(BEGIN, viewOf(bytes), start, middle), viewOf(bytes), middle, end)
      expect(finish(sum)).toBe(crc32(bytes.subarray(start, end)))
    }),
  )
})
