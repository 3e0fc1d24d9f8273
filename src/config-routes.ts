/**
 * Virtual models, as a configuration writes them.
 *
 * @module
 */
import { z } from 'zod'
import type { Entry } from './routes.ts'

const entry: z.ZodType<Entry, Entry> = z.lazy(() => z.union([z.string(), route]))

const range = z.strictObject({
  least: z.number().optional().describe('At least this.'),
  most: z.number().optional().describe('At most this.'),
})

const flag = z.boolean().optional()

const condition = z.strictObject({
  tools: flag.describe('Whether the request has tools.'),
  images: flag.describe('Whether it has pictures.'),
  files: flag.describe('Whether it has files.'),
  audio: flag.describe('Whether it has sound.'),
  schema: flag.describe('Whether the answer must follow a JSON schema.'),
  reasoning: flag.describe('Whether the model is asked to think.'),
  inputTokens: range.optional().describe('Tokens of the input, estimated at four characters each.'),
  complexity: range.optional().describe('How hard the request seems, from 0 to 1.'),
  metadata: z
    .record(z.string(), z.string())
    .optional()
    .describe('Members of `metadata`, each a value or a pattern with *.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers, each a value or a pattern with *.'),
  user: z.string().optional().describe('The `user`, or a pattern with *.'),
})

const fallback = z.strictObject({
  fallback: z.array(entry).min(1).describe('Models to try in turn: names, or routes.'),
})

const weighted = z.strictObject({
  weights: z
    .record(z.string(), z.number().min(0))
    .refine((weights) => Object.values(weights).some((weight) => weight > 0), 'one weight must be more than 0')
    .describe('Models, each with its share of the requests; the others stand in for the one that is drawn.'),
  sticky: z
    .string()
    .regex(/^(?:user|header:.+)$/u, 'must be "user" or "header:NAME"')
    .optional()
    .describe('What keeps to one model: `user`, or `header:NAME`.'),
})

const ruled = z.strictObject({
  rules: z
    .array(z.strictObject({ when: condition.describe('What must be true of the request: all of it.'), use: entry }))
    .min(1)
    .describe('Rules, of which the first that holds decides.'),
  otherwise: entry.describe('Where none holds.'),
})

const tier = z.strictObject({
  tier: z
    .enum(['auto', 'cheap', 'fast', 'best'])
    .describe('What to look for among the models that can do what the request asks.'),
  among: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Models to choose from: names, or patterns with *. Default: all.'),
})

const ensemble = z.strictObject({
  ensemble: z.array(z.string()).min(2).max(8).describe('Models that are all asked at once.'),
  pick: z
    .union([z.enum(['all', 'first']), z.strictObject({ judge: z.string().describe('The model that judges.') })])
    .optional()
    .describe(
      '`all` tells every reply as a choice, `first` the first that is complete, a judge the one it picks. Default all.',
    ),
})

const route = z.union([fallback, weighted, ruled, tier, ensemble])

/** Where a model name leads. */
export const modelEntry = z.union([z.string(), route])

/** The names that an entry leads to, each with its path. */
export function namesIn(given: Entry, path: string): readonly (readonly [path: string, name: string])[] {
  if (typeof given === 'string') return [[path, given]]
  if ('fallback' in given) return given.fallback.flatMap((next, index) => namesIn(next, `${path}.fallback[${index}]`))
  if ('weights' in given) return Object.keys(given.weights).map((name) => [`${path}.weights.${name}`, name])
  if ('rules' in given) {
    const uses = given.rules.flatMap(({ use }, index) => namesIn(use, `${path}.rules[${index}].use`))
    return [...uses, ...namesIn(given.otherwise, `${path}.otherwise`)]
  }
  if ('tier' in given) return []
  const judge = typeof given.pick === 'object' ? [[`${path}.pick.judge`, given.pick.judge] as const] : []
  return [...given.ensemble.map((name, index) => [`${path}.ensemble[${index}]`, name] as const), ...judge]
}
