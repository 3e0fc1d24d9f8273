/**
 * What clients carry for a provider without being able to change it: blocks as JSON, under a code that proves them ours.
 *
 * @module
 */
import { z } from 'zod'
import type { Block, JsonObject, OpaqueBlock, ReasoningBlock } from './canonical.ts'
import { decodeText, encodeObject } from './wire/base64url.ts'
import { hmac } from './wire/digest.ts'
import { parseObject } from './wire/json.ts'

/** What can be carried: blocks that only their maker may see again, and what it wants back with its calls. */
export interface Sealed {
  readonly blocks: readonly (ReasoningBlock | OpaqueBlock)[]
  /** By the ids of the calls. */
  readonly calls?: Readonly<Record<string, JsonObject>>
}

/** Closes and opens what clients carry. */
export interface Seal {
  close(content: Sealed): string
  /** What was closed with this seal; nothing where it was not, or is no longer as it was. */
  open(text: string): Sealed | undefined
}

/** The mark of this form. Another form gets another mark. */
const MARK = 'dragoman1'

/** More than any reply holds, and little enough to check without a second thought. */
const MOST = 16 * 1024 * 1024

/** Hexadecimal digits of the code: 128 bits. */
const CODE = 32

/** A seal with a secret. Who knows the secret can make blocks pass for a provider's; the provider's own signatures stay. */
export function createSeal(secret: string): Seal {
  const code = (payload: string): string => hmac(secret, payload).slice(0, CODE)
  return {
    close(content) {
      // Blocks are JSON by their types; interfaces only lack the index signature that says so.
      const payload = `${MARK}.${encodeObject(content as unknown as JsonObject)}`
      return `${payload}.${code(payload)}`
    },
    open(text) {
      if (!isSealed(text) || text.length > MOST || text.at(-CODE - 1) !== '.') return undefined
      const payload = text.slice(0, -CODE - 1)
      if (!same(text.slice(-CODE), code(payload))) return undefined
      const parsed = sealed.safeParse(parseObject(decodeText(payload.slice(MARK.length + 1))))
      // What was closed with the secret is what was given: the schema only tells the form from later ones.
      return parsed.success ? (parsed.data as Sealed) : undefined
    },
  }
}

/** Whether two codes are the same, in a time that says nothing of where they differ. */
function same(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

/** Whether a text says that it is sealed, whoever closed it. */
export function isSealed(text: string): boolean {
  return text.startsWith(`${MARK}.`)
}

const extra = z.looseObject({})
const origin = z.strictObject({ format: z.string(), model: z.string().optional() })

const sealed = z.strictObject({
  blocks: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('reasoning'),
        text: z.string(),
        signature: z.string().optional(),
        encrypted: z.string().optional(),
        origin: origin.optional(),
        extra: extra.optional(),
      } satisfies Record<keyof ReasoningBlock, unknown>),
      z.strictObject({ type: z.literal('opaque'), text: z.string(), origin } satisfies Record<
        keyof OpaqueBlock,
        unknown
      >),
    ]),
  ),
  calls: z.record(z.string(), extra).optional(),
})

/** Whether a block is one that is carried sealed. */
export function isCarried(block: Block): block is ReasoningBlock | OpaqueBlock {
  return block.type === 'reasoning' || block.type === 'opaque'
}
