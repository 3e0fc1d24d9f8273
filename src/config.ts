/**
 * From a configuration, as a person writes it, to a gateway's options.
 *
 * @module
 */
import { z } from 'zod'
import type { Adapter, AdapterDefinition } from './adapter.ts'
import { price, strayPrices } from './config-prices.ts'
import type { GatewayOptions, Provider } from './gateway.ts'
import type { GuardOptions } from './media.ts'
import { isObject } from './wire/json.ts'

/** Adapter definitions by id. */
export type Registry = Readonly<Record<string, AdapterDefinition>>

/** Where settings come from that a configuration leaves out. */
export type Environment = Readonly<Record<string, string | undefined>>

const milliseconds = z.number().int().positive()

const timeouts = z.strictObject({
  firstByte: milliseconds.optional().describe('Milliseconds to wait for the head of a reply. Default 600000.'),
  idle: milliseconds
    .optional()
    .describe('Milliseconds to wait between two pieces of a streamed reply. Default 120000.'),
})

const provider = z
  .looseObject({
    adapter: z
      .string()
      .optional()
      .describe(
        'The adapter that speaks to this provider: its id, a package, or a path. Default: the name of the entry.',
      ),
    headers: z.record(z.string(), z.string()).optional().describe('Headers sent with every call.'),
    timeouts: timeouts.optional().describe('How long to wait for this provider.'),
  })
  .describe('A provider. Besides these, the options of its adapter.')

/** The configuration, as a file or an object holds it. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where an editor finds the JSON Schema that `dragoman schema` prints.'),
  providers: z
    .record(z.string(), provider)
    .optional()
    .describe('Providers by id. Default: all whose key is in the environment.'),
  models: z
    .record(z.string(), z.string())
    .optional()
    .describe('Aliases, and patterns with *, each leading to a provider, a provider/model, or another name.'),
  prices: z
    .record(z.string(), price)
    .optional()
    .describe(
      'What models cost, by provider/model or a pattern with *, in place of the price list: `input`, `output`, `cached`, `cacheWrite`, `cacheWrite1h`, `reasoning`, `audioInput`, `audioOutput` and `imageOutput` in USD for a million tokens, other ones `above` so many `tokens` of input; `call` and `webSearch` in USD.',
    ),
  keys: z
    .union([z.array(z.string().min(1)), z.literal('passthrough')])
    .optional()
    .describe('Client keys, plain or as sha256:HEX; or "passthrough", where clients bring their own provider keys.'),
  unsupported: z
    .enum(['warn', 'reject'])
    .optional()
    .describe('What happens to a parameter a provider lacks. Default warn.'),
  bodyLimit: z.number().int().positive().optional().describe('The most bytes of a request. Default 33554432.'),
  timeouts: timeouts.optional().describe('How long to wait for providers.'),
  memory: z
    .union([
      z.literal(false),
      z.strictObject({
        bytes: z.number().int().positive().optional().describe('Most bytes to remember, about. Default 67108864.'),
        seconds: z
          .number()
          .positive()
          .optional()
          .describe('Seconds to remember them after their last use. Default 3600.'),
      }),
    ])
    .optional()
    .describe('How much reasoning to remember for clients that cannot send it back, and for how long; or false.'),
  media: z
    .union([
      z.literal(false),
      z.strictObject({
        hosts: z.array(z.string()).optional().describe('The only hosts to fetch from. Default: all that are public.'),
        bytes: z.number().int().positive().optional().describe('The most bytes of one file. Default 20971520.'),
        patience: milliseconds.optional().describe('Milliseconds for one file, redirects and all. Default 10000.'),
      }),
    ])
    .optional()
    .describe(
      'Whether pictures and files are fetched by address, over https, for providers that take only bytes; or false.',
    ),
  origins: z
    .array(z.string())
    .optional()
    .describe('Origins of web pages that may ask. Default: all where client keys are set, else pages of this machine.'),
  host: z.string().optional().describe('The address to listen on. Default 127.0.0.1.'),
  port: z.number().int().min(0).max(65535).optional().describe('The port to listen on. Default 8787.'),
})

/** A configuration, as a file or an object holds it. */
export type Config = z.input<typeof configSchema>

/** A configuration that cannot be used, with everything that is wrong with it, each by its path. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** What a configuration amounts to. */
export interface Settings {
  readonly options: GatewayOptions
  /** How fetching by address is limited; `false` where it is off. */
  readonly media: GuardOptions | false
  /** Whether emulations answer, because no provider was configured. */
  readonly sandbox: boolean
  readonly host: string
  readonly port: number
}

/** Reads a configuration. What it leaves out comes from the environment; throws a `ConfigError` that names every problem. */
export function configure(given: unknown, environment: Environment, registry: Registry): Settings {
  const problems: string[] = []
  const { made, rest: plain } = takeAdapters(given ?? {})
  const parsed = configSchema.safeParse(interpolate(plain, environment, '', problems))
  if (!parsed.success) throw new ConfigError([...problems, ...issues(parsed.error, '')])
  const { $schema: _, host, port, providers: entries, keys, media = {}, ...rest } = parsed.data
  const clientKeys = keys === 'passthrough' ? keys : [...(keys ?? []), ...list(environment['DRAGOMAN_API_KEYS'])]
  const workshop = { environment, registry, problems, bringKeys: keys === 'passthrough' }
  const configured = entries ? { ...made, ...fromEntries(entries, workshop) } : fromEnvironment(workshop)
  const sandbox = Object.keys(configured).length === 0 && problems.length === 0
  const providers = sandbox ? emulations(registry) : configured
  const known = { ...entries, ...providers }
  problems.push(...strayModels(rest.models ?? {}, known), ...strayPrices(rest.prices ?? {}, known))
  if (problems.length > 0) throw new ConfigError([...new Set(problems)])
  return {
    options: { ...rest, keys: clientKeys, providers },
    media,
    sandbox,
    host: host ?? environment['HOST'] ?? '127.0.0.1',
    port: port ?? (Number(environment['PORT']) || 8787),
  }
}

interface Workshop {
  readonly environment: Environment
  readonly registry: Registry
  readonly problems: string[]
  /** Whether clients bring their own keys, so that none is needed here. */
  readonly bringKeys: boolean
}

function fromEntries(
  entries: NonNullable<z.output<typeof configSchema>['providers']>,
  workshop: Workshop,
): Record<string, Provider> {
  const { registry, problems } = workshop
  const made = Object.entries(entries).map(([id, { adapter: name = id, headers, timeouts, ...given }]) => {
    const definition = Object.hasOwn(registry, name) ? registry[name] : undefined
    if (definition) return [id, make(id, definition, given, workshop, { headers, timeouts })] as const
    problems.push(
      `providers.${id}.adapter: no adapter is called "${name}". Known are ${Object.keys(registry).join(', ')}; or name a package or a path.`,
    )
    return [id, undefined] as const
  })
  return Object.fromEntries(made.flatMap(([id, provider]) => (provider ? [[id, provider]] : [])))
}

/** Every provider whose required options are in the environment. */
function fromEnvironment(workshop: Workshop): Record<string, Provider> {
  const { environment, registry, bringKeys } = workshop
  const found = Object.entries(registry).filter(([id, definition]) => {
    const options = readEnvironment(id, definition, environment)
    // One that needs nothing is there where the environment says something telling of it.
    const telling = definition.telling ?? (definition.required.length === 0 ? Object.keys(options) : undefined)
    if (telling && !telling.some((option) => options[option] !== undefined)) return false
    return missing(definition, bringKeys ? { ...options, apiKey: 'passthrough' } : options).length === 0
  })
  return Object.fromEntries(
    found.flatMap(([id, definition]) => {
      const provider = make(id, definition, {}, workshop, {})
      return provider ? [[id, provider]] : []
    }),
  )
}

function make(
  id: string,
  definition: AdapterDefinition,
  given: Readonly<Record<string, unknown>>,
  { environment, problems, bringKeys }: Workshop,
  settings: Omit<Provider, 'adapter'>,
): Provider | undefined {
  // A provider of its own address and name does not get the keys that are meant for the one its adapter is named after.
  const own = id === definition.id || given['baseURL'] === undefined
  const read = readEnvironment(id, own ? definition : { ...definition, environment: {} }, environment)
  const options: Record<string, unknown> = { ...read, ...given }
  if (bringKeys) options['apiKey'] = 'passthrough'
  const lacking = missing(definition, options)
  if (lacking.length > 0) {
    problems.push(
      ...lacking.map(([option = '', ...others]) => {
        const variables = [option, ...others].map((one) => environmentNames(id, definition, one)[0] ?? 'it here')
        return `providers.${id}.${option}: set ${variables.join(' or ')}`
      }),
    )
    return undefined
  }
  const checked = definition.options.safeParse(options)
  // In errors and logs a provider goes by the name it has here.
  if (checked.success) {
    const adapter = definition.make(options)
    // One of its own address and name is not the provider whose prices are known, unless it says so.
    const pricedAs = own || 'pricedAs' in given ? adapter.pricedAs : undefined
    return { adapter: named(adapter, id, pricedAs), ...settings }
  }
  problems.push(...issues(checked.error, `providers.${id}`))
  return undefined
}

function named(adapter: Adapter, name: string, pricedAs: string | undefined): Adapter {
  if (adapter.name === name) return adapter
  return Object.create(adapter, {
    name: { value: name, enumerable: true },
    pricedAs: { value: pricedAs, enumerable: true },
  })
}

/** The required options that are not there, each with those that would do in its place. */
function missing(
  { required }: AdapterDefinition,
  options: Readonly<Record<string, unknown>>,
): readonly (readonly string[])[] {
  return required
    .map((names) => (typeof names === 'string' ? [names] : names))
    .filter((names) => names.every((name) => options[name] === undefined || options[name] === ''))
}

/** One emulated provider for each adapter that has an emulation. */
function emulations(registry: Registry): Record<string, Provider> {
  return Object.fromEntries(
    Object.entries(registry).flatMap(([id, { sandbox, make }]) => {
      if (!sandbox) return []
      const fetch: typeof globalThis.fetch = async (input, init) => sandbox(new Request(input, init))
      return [[id, { adapter: make({ apiKey: 'sandbox' }), fetch }]]
    }),
  )
}

function readEnvironment(
  id: string,
  definition: Pick<AdapterDefinition, 'environment'>,
  environment: Environment,
): Record<string, unknown> {
  const options = ['apiKey', 'baseURL', ...Object.keys(definition.environment)]
  return Object.fromEntries(
    options.flatMap((option) => {
      const value = environmentNames(id, definition, option)
        .map((name) => environment[name])
        .find(Boolean)
      return value === undefined ? [] : [[option, value]]
    }),
  )
}

/** The environment variables an option is read from: ours by the provider's id, and those its own SDK reads. */
export function environmentNames(
  id: string,
  definition: Pick<AdapterDefinition, 'environment'>,
  option: string,
): readonly string[] {
  const prefix = id.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '_')
  const common = option === 'apiKey' ? [`${prefix}_API_KEY`] : option === 'baseURL' ? [`${prefix}_BASE_URL`] : []
  return [...new Set([...common, ...(definition.environment[option] ?? [])])]
}

/** Puts environment variables in for `${NAME}`. */
function interpolate(value: unknown, environment: Environment, path: string, problems: string[]): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{(\w+)\}/gu, (whole: string, name: string) => {
      const found = environment[name]
      if (found) return found
      problems.push(`${path}: set ${name}`)
      return whole
    })
  }
  if (Array.isArray(value))
    return value.map((item, index) => interpolate(item, environment, `${path}[${index}]`, problems))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      interpolate(item, environment, path === '' ? key : `${path}.${key}`, problems),
    ]),
  )
}

function issues(error: z.core.$ZodError, prefix: string): readonly string[] {
  return error.issues.map(({ path, message }) => {
    const steps = [...(prefix ? [prefix] : []), ...path]
    const place = steps
      .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
      .join('')
    return `${place || 'configuration'}: ${message}`
  })
}

/** Entries of `models` that lead nowhere. */
function strayModels(
  models: Readonly<Record<string, string>>,
  providers: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(models).flatMap(([name, to]) => {
    const known = Object.hasOwn(providers, to) || Object.hasOwn(models, to)
    const provider = to.slice(0, Math.max(to.indexOf('/'), 0))
    if (known || provider === '' || Object.hasOwn(providers, provider)) return []
    return [`models.${name}: no provider "${provider}" is configured`]
  })
}

function list(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

/** Sets aside the providers that are adapters already, which a configuration in code may hold. */
function takeAdapters(given: unknown): { made: Record<string, Provider>; rest: unknown } {
  const providers = isObject(given) ? given['providers'] : undefined
  if (!isObject(given) || !isObject(providers)) return { made: {}, rest: given }
  const made: Record<string, Provider> = {}
  const plain: Record<string, unknown> = {}
  for (const [id, value] of Object.entries(providers)) {
    if (isAdapter(value)) made[id] = { adapter: value }
    else if (isProvider(value)) made[id] = value
    else plain[id] = value
  }
  return { made, rest: { ...given, providers: plain } }
}

function isAdapter(value: unknown): value is Adapter {
  return typeof value === 'object' && value !== null && 'authorize' in value && 'supports' in value
}

function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && 'adapter' in value && isAdapter(value.adapter)
}
