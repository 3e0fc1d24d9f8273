/**
 * A dialect without code: the table of differences, as a configuration may state it.
 *
 * @module
 */
import { z } from 'zod'
import { type AdapterDefinition, type Capabilities, defineAdapter } from '../../src/adapter.ts'
import { type Dialect, dialect, type DialectOptions, OPENAI, optionsOf } from './dialect.ts'

/** The differences a configuration may state. */
export type Declared = z.output<typeof declared>

/** Makes an adapter of a table that a configuration may change: what it states takes the place of the table's own. */
export function declarable<Setting extends string = never>(
  table: Dialect<Setting>,
): AdapterDefinition<DialectOptions<Setting> & Declared> {
  const { id, environment, required, sandbox } = dialect(table)
  return defineAdapter({
    id,
    environment,
    required,
    ...(sandbox && { sandbox }),
    options: optionsOf<Setting, Declared>(table, shape),
    create(options) {
      const settings = Object.entries(options).filter(([name]) => !(name in shape))
      return dialect({ ...table, ...declared.parse(options) }).make(Object.fromEntries(settings))
    },
  })
}

/** Options of the adapter itself, and what the configuration says of every provider. */
type Elsewhere = 'baseURL' | 'environment' | 'required' | 'headers' | 'query' | 'root' | 'serves'

/** Members of the table that are data, and so can be written down. */
type Writable = {
  [K in keyof Dialect]-?: NonNullable<Dialect[K]> extends (...given: never) => unknown ? never : K
}[Exclude<keyof Dialect, Elsewhere>]

/** A line for each of them: the compiler asks for those that are missing. */
type Lines = { readonly [K in Writable]: z.ZodType<Dialect[K]> }

// The table of the capabilities has all their names.
const capabilities = Object.keys(OPENAI) as (keyof Capabilities)[]

const supports = z.partialRecord(z.enum(capabilities), z.boolean())

const tokens = z.int().positive()

/** Differences of requests, which models of one provider may differ in. */
const asking = {
  developer: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether the provider knows the role `developer`; where it is `false`, those messages are sent as `system`.',
    ),
  rename: z
    .record(z.string(), z.string())
    .exactOptional()
    .describe('Members of the request that have another name: OpenAI’s → the provider’s.'),
  limits: z
    .record(z.string(), z.tuple([z.number(), z.number()]))
    .exactOptional()
    .describe('The least and the most a number of the request may be; what is beyond is clamped.'),
  streams: z
    .boolean()
    .exactOptional()
    .describe('Whether the provider must be asked for a stream even where the client wants a whole reply.'),
  chooses: z
    .array(z.enum(['none', 'required', 'tool', 'allowed']))
    .exactOptional()
    .describe('Which choices of tools the provider knows besides `auto`; others are made of these, or put in words.'),
  strict: z.boolean().exactOptional().describe('Whether tools can be strict.'),
  refusals: z
    .boolean()
    .exactOptional()
    .describe('Whether messages can hold refusals; where it is `false`, they are sent as text.'),
  alternates: z
    .boolean()
    .exactOptional()
    .describe('Whether the provider wants instructions at the head alone, and then user and assistant in turn.'),
  efforts: z
    .record(z.string(), z.string())
    .exactOptional()
    .describe('Efforts of reasoning the provider lacks → the nearest it has.'),
  calm: z
    .record(z.string(), z.json())
    .exactOptional()
    .describe('Members that turn thinking off, where no tool can be forced otherwise.'),
  echoes: z
    .boolean()
    .exactOptional()
    .describe('Whether the provider says the model’s last words again, where it goes on from them.'),
}

const embeddings = z.strictObject({
  path: z.string().startsWith('/').exactOptional().describe('Where they are, in place of `/embeddings`.'),
  batch: z.int().positive().exactOptional().describe('The most inputs of one call, in place of 2048.'),
  tokens: z.boolean().exactOptional().describe('Whether inputs may be tokens.'),
  dimensions: z
    .union([z.boolean(), z.array(z.int().positive())])
    .exactOptional()
    .describe('Whether the number of dimensions can be asked for, or which numbers.'),
  user: z.boolean().exactOptional().describe('Whether the provider is told who the person is.'),
  base64: z.boolean().exactOptional().describe('Whether base64 can be asked for.'),
  extensions: z
    .array(z.string())
    .exactOptional()
    .describe('Members beyond OpenAI’s that the provider takes, where it does not take all.'),
})

const fact = z.strictObject({
  match: z
    .string()
    .describe('A piece of the names of the models this is known of. The longest one found in a name holds.'),
  context: tokens.exactOptional().describe('The most tokens of input and output together.'),
  output: tokens.exactOptional().describe('The most tokens of output.'),
  supports: supports.exactOptional().describe('Where these models differ from their provider.'),
  differs: z.strictObject(asking).exactOptional().describe('Where requests to them differ.'),
  ids: z.array(z.string()).exactOptional().describe('Names to list where the provider has no list.'),
})

const shape = {
  name: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Tags its reasoning, which goes back to a provider of the same tag and nowhere else.'),
  patterns: z.array(z.string()).exactOptional().describe('Bare model names this provider answers to, with `*`.'),
  facts: z
    .array(fact)
    .exactOptional()
    .describe('What is known of its models: `match`, `context`, `output`, `supports`, `differs`, `ids`.'),
  supports: supports
    .exactOptional()
    .describe(
      `What the provider can do. What is \`false\` is dropped with a warning, emulated, or refused: ${capabilities.map((name) => `\`${name}\``).join(', ')}.`,
    ),
  pricedAs: z
    .string()
    .exactOptional()
    .describe('The provider’s name in the price list of genai-prices, where its models are to be priced by it.'),
  extensions: z
    .array(z.string())
    .exactOptional()
    .describe(
      'Members beyond OpenAI’s that the provider takes, where it does not take all, those of messages as `messages[].name`; others are dropped.',
    ),
  ...asking,
  finish: z
    .record(z.string(), z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'error']))
    .exactOptional()
    .describe('Reasons to finish in the provider’s own words → OpenAI’s, or `error` where the reply broke.'),
  literal: z
    .boolean()
    .exactOptional()
    .describe('Whether `stop` means it even where tools were called; otherwise it is told as `tool_calls`.'),
  unexplained: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether the provider never says why a reply ends; then it is complete where its stream has the mark of an end.',
    ),
  thinkTags: z
    .boolean()
    .exactOptional()
    .describe('Whether models may think aloud at the start of their answer, between `<think>` and `</think>`.'),
  errors: z
    .record(z.string(), z.union([z.tuple([z.int()]), z.tuple([z.int(), z.string()])]))
    .exactOptional()
    .describe('Errors by the provider’s own code, type or status → the status and the code they amount to.'),
  details: z
    .array(z.string())
    .exactOptional()
    .describe('Members of an error, beyond OpenAI’s, that the client is told as they are.'),
  cachedIn: z
    .string()
    .exactOptional()
    .describe('The header that counts the tokens read from the cache, for replies whose `usage` leaves them out.'),
  requestId: z
    .string()
    .exactOptional()
    .describe('The header that tells the provider’s id of a request, where that is not `x-request-id`.'),
  embeddings: z
    .union([z.boolean(), embeddings])
    .exactOptional()
    .describe(
      'Whether the provider has embeddings, or how they differ: `path`, `batch`, `tokens`, `dimensions`, `user`, `base64`, `extensions`.',
    ),
  lists: z.boolean().exactOptional().describe('Whether the provider lists its models.'),
} satisfies Lines

const declared = z.object(shape)
