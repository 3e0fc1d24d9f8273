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

/** Whether text is such base64. */
export function isFloats(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/u.test(text) && Number.isInteger(countBytes(text) / 4)
}

/** How many numbers such base64 holds. */
export function countFloats(base64: string): number {
  return Math.floor(countBytes(base64) / 4)
}

function countBytes(base64: string): number {
  return Math.floor((base64.replace(/=+$/u, '').length * 3) / 4)
}

/** How far from 1 the length of a vector may be to count as 1. */
const SLACK = 1e-3

/** Numbers as a vector of the length 1, in the same direction. */
export function unit(numbers: readonly number[]): readonly number[] {
  const length = Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0))
  return length === 0 || Math.abs(length - 1) <= SLACK ? numbers : numbers.map((number) => number / length)
}

/** Bytes that `String.fromCharCode` takes at once without running out of stack. */
const PIECE = 8192

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)))
  return btoa(pieces.join(''))
}
