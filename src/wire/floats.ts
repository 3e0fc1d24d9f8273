/**
 * Numbers as bytes: little-endian 32-bit floats in base64, the form in which OpenAI's clients ask for embeddings.
 *
 * @module
 */

/** Numbers as base64 of little-endian 32-bit floats. */
export function encodeFloats(numbers: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 4))
  for (const [index, number] of numbers.entries()) view.setFloat32(index * 4, number, true)
  return toBase64(new Uint8Array(view.buffer))
}

/** The numbers that base64 of little-endian 32-bit floats holds. */
export function decodeFloats(base64: string): readonly number[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getFloat32(index * 4, true))
}

/** How many numbers such base64 holds. */
export function countFloats(base64: string): number {
  return Math.floor((base64.replace(/=+$/u, '').length * 3) / 16)
}

/** Bytes that `String.fromCharCode` takes at once without running out of stack. */
const PIECE = 8192

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)))
  return btoa(pieces.join(''))
}
