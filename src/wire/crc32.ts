/**
 * CRC-32, as in Ethernet and zip.
 *
 * @module
 */

/** What the CRC of no bytes at all is continued from. */
export const BEGIN = -1

/**
 * Takes the bytes from `start` to `end` into a CRC under way. Eight at a time, each through a table of its own that knows
 * what becomes of a byte that far from the end.
 *
 * @see https://www.intel.com/content/dam/www/public/us/en/documents/white-papers/fast-crc-computation-paper.pdf
 */
export function update(crc: number, bytes: DataView, start: number, end: number): number {
  let at = start
  let sum = crc
  for (const last = end - 8; at <= last; at += 8) {
    const low = sum ^ bytes.getInt32(at, true)
    const high = bytes.getInt32(at + 4, true)
    sum =
      through(7, low) ^
      through(6, low >>> 8) ^
      through(5, low >>> 16) ^
      through(4, low >>> 24) ^
      through(3, high) ^
      through(2, high >>> 8) ^
      through(1, high >>> 16) ^
      through(0, high >>> 24)
  }
  for (; at < end; at += 1) sum = (sum >>> 8) ^ through(0, sum ^ bytes.getUint8(at))
  return sum
}

/** The CRC whose bytes were all taken. */
export function finish(crc: number): number {
  return (crc ^ BEGIN) >>> 0
}

/** What becomes of a byte that so many others follow. */
function through(followers: number, byte: number): number {
  return TABLES[(followers << 8) | (byte & 0xff)] ?? 0
}

const TABLES = tables()

function tables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    made[byte] = value
  }
  for (let index = 256; index < made.length; index += 1) {
    const before = made[index - 256] ?? 0
    made[index] = (before >>> 8) ^ (made[before & 0xff] ?? 0)
  }
  return made
}
