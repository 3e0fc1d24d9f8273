/**
 * Names that came from elsewhere, made to fit where they are going.
 *
 * @module
 */
import { sha256 } from './digest.ts'

/** What fits of a text, and a digest that keeps different texts apart. The same text always fits in the same way. */
export function alias(text: string, length: number, foreign = /[^a-zA-Z0-9_-]/gu): string {
  const tag = `_${sha256(text).slice(0, 12)}`
  return text.replace(foreign, '_').slice(0, length - tag.length) + tag
}
