/**
 * JSON as base64url, and back: what goes through clients untouched.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-5
 * @module
 */
import type { JsonObject } from '../canonical.ts'

/** base64url of an object's JSON. What is not ASCII is escaped, for `btoa` takes nothing else. */
export function encodeObject(value: JsonObject): string {
  const text = JSON.stringify(value).replace(/[\u0080-\uffff]/g, escape)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '')
}

/** The text behind base64url; empty where it is none. */
export function decodeText(encoded: string): string {
  try {
    return atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
