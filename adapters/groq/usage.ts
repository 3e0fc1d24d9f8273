/**
 * Where Groq counts.
 *
 * @see https://console.groq.com/docs/api-reference#chat-create
 * @module
 */
import { isObject } from '../../src/wire/json.ts'
import type { Chunk, WireUsage } from '../openai/wire.ts'

/** The counts of a frame: at `usage`, or, in older streams, inside a member of Groq's own. */
export function counted({ usage, x_groq }: Chunk): WireUsage | null | undefined {
  if (usage || !isObject(x_groq)) return usage
  const older = x_groq['usage']
  // What the schema of a frame let pass unread is JSON, and counts are read with care.
  return isObject(older) ? (older as WireUsage) : undefined
}
