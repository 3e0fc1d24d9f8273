/**
 * What Acme sends, as far as we read it. Loose: whatever else it sends is passed over.
 *
 * @module
 */
import { z } from 'zod'

/** A tool call, or a piece of one: `with` is its input, as JSON text. */
const ask = z.object({ ref: z.string(), tool: z.string().optional(), with: z.string().optional() })

const spent = z.object({ read: z.number(), written: z.number() })

/** What is said in place of a reply that fails. */
export const trouble = z.object({ kind: z.string(), says: z.string(), wait: z.number().optional() })

/** One line of a streamed reply. */
export const frame = z.object({
  dialogue: z.string().optional(),
  engine: z.string().optional(),
  say: z.string().optional(),
  ask: ask.optional(),
  ended: z.string().optional(),
  spent: spent.optional(),
  trouble: trouble.optional(),
})

/** A whole reply. */
export const body = z.object({
  dialogue: z.string(),
  engine: z.string(),
  turn: z.array(z.object({ say: z.string().optional(), ask: ask.optional() })),
  ended: z.string(),
  spent,
})

/** The body of a reply that is none. */
export const errorBody = z.object({ trouble })

/** The list of models. */
export const engineList = z.object({ engines: z.array(z.object({ engine: z.string(), since: z.number() })) })

/** One line of a streamed reply. */
export type Frame = z.infer<typeof frame>
/** A whole reply. */
export type Body = z.infer<typeof body>
/** Why there is no reply. */
export type Trouble = z.infer<typeof trouble>
/** The list of models. */
export type EngineList = z.infer<typeof engineList>
