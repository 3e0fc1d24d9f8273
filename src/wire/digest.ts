/**
 * SHA-256 at once, and HMAC with it. The platform's own is asynchronous, and encoding is not: so it is Node's, where the
 * runtime has that, and else our own.
 *
 * @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 * @see https://www.rfc-editor.org/rfc/rfc2104
 * @module
 */

// Asked for, not imported: other runtimes do without, or have a part of it.
const found = globalThis.process?.getBuiltinModule?.('node:crypto')
const node = typeof found?.hash === 'function' ? found : undefined

/** The SHA-256 digest of a text's UTF-8, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return node ? node.hash('sha256', text) : hex(digest(new TextEncoder().encode(text)))
}

/** The HMAC-SHA-256 of a text under a key, both as UTF-8, as 64 hexadecimal digits. */
export function hmac(key: string | Uint8Array, text: string): string {
  return node ? node.createHmac('sha256', key).update(text).digest('hex') : hex(code(key, text))
}

/** The same as bytes: a key to derive others with. */
export function hmacBytes(key: string | Uint8Array, text: string): Uint8Array {
  return node ? new Uint8Array(node.createHmac('sha256', key).update(text).digest()) : bytes(code(key, text))
}

function code(key: string | Uint8Array, text: string): Int32Array {
  const encoder = new TextEncoder()
  const given = typeof key === 'string' ? encoder.encode(key) : key
  const secret = new Uint8Array(BLOCK)
  secret.set(given.length > BLOCK ? bytes(digest(given)) : given)
  const inner = digest(
    joined(
      secret.map((byte) => byte ^ 0x36),
      encoder.encode(text),
    ),
  )
  return digest(
    joined(
      secret.map((byte) => byte ^ 0x5c),
      bytes(inner),
    ),
  )
}

/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64

function digest(message: Uint8Array): Int32Array {
  const words = padded(message)
  const state = new Int32Array(START)
  const schedule = new Int32Array(64)
  for (let at = 0; at < words.length; at += 16) {
    schedule.set(words.subarray(at, at + 16))
    expand(schedule)
    compress(state, schedule)
  }
  return state
}

function hex(state: Int32Array): string {
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** A digest as big-endian bytes. */
function bytes(state: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(state.byteLength))
  for (const [index, word] of state.entries()) view.setInt32(index * 4, word)
  return new Uint8Array(view.buffer)
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const whole = new Uint8Array(one.length + other.length)
  whole.set(one)
  whole.set(other, one.length)
  return whole
}

const primes = firstPrimes(64)
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const ROUNDS = new Int32Array(primes.map((prime) => fraction(Math.cbrt(prime))))

function firstPrimes(count: number): readonly number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

/** The first 32 bits of a number's fractional part. */
function fraction(value: number): number {
  return ((value % 1) * 2 ** 32) | 0
}

/** The message as big-endian words: a one bit after it, zeros, and its length in bits at the end of the last block. */
function padded(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(Math.ceil((bytes.length + 9) / 64) * 16)
  const view = new DataView(words.buffer)
  new Uint8Array(words.buffer).set(bytes)
  view.setUint8(bytes.length, 0x80)
  view.setBigUint64(words.byteLength - 8, BigInt(bytes.length) * 8n)
  return words.map((_, index) => view.getInt32(index * 4))
}

function expand(schedule: Int32Array): void {
  for (let index = 16; index < 64; index += 1) {
    const early = schedule[index - 15] ?? 0
    const late = schedule[index - 2] ?? 0
    const one = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const two = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    schedule[index] = (schedule[index - 16] ?? 0) + one + (schedule[index - 7] ?? 0) + two
  }
}

function compress(state: Int32Array, schedule: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let index = 0; index < 64; index += 1) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const one =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (ROUNDS[index] ?? 0) + (schedule[index] ?? 0)) | 0
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + word
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}
