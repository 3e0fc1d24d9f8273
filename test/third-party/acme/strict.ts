/**
 * What Acme's API accepts and nothing else, to judge what we send.
 *
 * @module
 */
import { z } from 'zod'

const say = z.array(z.string())
const ref = z.string().min(1)

const turn = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('rules'), say: say.min(1) }),
  z.strictObject({ from: z.literal('person'), say: say.min(1) }),
  z.strictObject({
    from: z.literal('engine'),
    say,
    asks: z
      .array(z.strictObject({ ref, tool: z.string(), with: z.string() }))
      .min(1)
      .optional(),
  }),
  z.strictObject({ from: z.literal('tool'), ref, say, failed: z.literal(true).optional() }),
])

/** The body of a call. */
export const dialogueRequest = z.strictObject({
  engine: z.string().min(1),
  turns: z.array(turn).min(1),
  live: z.literal(true).optional(),
  budget: z.int().positive().optional(),
  heat: z.int().min(0).max(100).optional(),
  until: z.array(z.string()).min(1).optional(),
  tools: z
    .array(z.strictObject({ tool: z.string(), about: z.string().optional(), takes: z.looseObject({}).optional() }))
    .min(1)
    .optional(),
  ask: z.enum(['always', 'never']).optional(),
  only: z.array(z.string()).min(1).optional(),
})
