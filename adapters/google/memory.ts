/**
 * What has to be remembered of a reply from frame to frame.
 *
 * @module
 */
import type { Reply } from '../../src/reply.ts'
import type { GrowingText } from '../../src/wire/literal.ts'
import type { Refrain } from '../../src/wire/refrain.ts'
import type { OpenCall } from './calls.ts'
import type { WireGrounding } from './wire.ts'

/** What is remembered of a reply. */
export interface Memory {
  readonly choices: Map<number, Remembered>
  refrain: Refrain | undefined
}

/** What is remembered of a choice. */
export interface Remembered {
  /** What was said, block by block of text. */
  readonly texts: GrowingText[]
  /** Whether the block of text said last still grows. */
  isTalking: boolean
  /** Whether anything but a signature was told. */
  hasSpoken: boolean
  /** A call whose arguments stream. */
  call: OpenCall | undefined
  /** Bytes of sound that are not told yet. */
  sound: string
  /** What is known of sources so far. */
  grounding: WireGrounding | undefined
}

/** The memory of a reply. */
export function memoryOf(reply: Reply): Memory {
  return reply.memory(blank)
}

/** The memory of one of its choices. */
export function remembered(reply: Reply, index: number): Remembered {
  const { choices } = memoryOf(reply)
  const known = choices.get(index)
  if (known) return known
  const fresh = { texts: [], isTalking: false, hasSpoken: false, call: undefined, sound: '', grounding: undefined }
  choices.set(index, fresh)
  return fresh
}

function blank(): Memory {
  return { choices: new Map(), refrain: undefined }
}
