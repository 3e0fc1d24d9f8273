/**
 * From a configuration, as a person writes it, to a gateway's options.
 *
 * @module
 */
import { z } from 'zod'
import type { Adapter, AdapterDefinition } from './adapter.ts'
import { mediaLimits } from './config-media.ts'
import { price, strayPrices } from './config-prices.ts'
import { modelEntry, namesIn } from './config-routes.ts'
import { readWorkers, workers, type Workers } from './config-workers.ts'
import type { GatewayOptions } from './gateway.ts'
import { isTier } from './dispatch.ts'
import type { Provider } from './provider.ts'
import type { Entry } from './routes.ts'
import type { GuardOptions } from './media.ts'
import { inputTokens } from './surfaces/responses/index.ts'
import { sha256 } from './wire/digest.ts'
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
    apiKeys: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Several API keys, in place of `apiKey`: requests take them in turn, and leave alone one that is refused.',
      ),
    serves: z
      .array(z.string())
      .optional()
      .describe(
        'Endpoints that go to this provider as they come, such as /responses and /responses/input_tokens. Default: those of its adapter.',
      ),
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
    .record(z.string(), modelEntry)
    .optional()
    .describe(
      'Aliases, and patterns with *, each leading to a provider, a provider/model, or another name; and virtual models, each with a route: `fallback`, `weights`, `rules`, `tier` or `ensemble`.',
    ),
  retries: z
    .number()
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('Further rounds through all that can be tried, where all have failed before the first byte. Default 1.'),
  fallback: z
    .boolean()
    .optional()
    .describe('Whether other targets of a route, and other keys, are tried where one fails. Default true.'),
  breaker: z
    .union([
      z.literal(false),
      z.strictObject({
        failures: z.number().int().positive().optional().describe('Failures in a row that open it. Default 5.'),
        cooldown: milliseconds
          .optional()
          .describe('Milliseconds it stays open before one request tries. Default 30000.'),
      }),
    ])
    .optional()
    .describe('When a provider, or a key, that keeps failing is left alone while others can answer; or false.'),
  hedge: z
    .union([z.literal(false), milliseconds])
    .optional()
    .describe('Milliseconds of silence after which the next target is asked as well. Default false.'),
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
  timeouts: timeouts
    .extend({
      connect: milliseconds.optional().describe('Milliseconds to connect to a provider. Default 10000.'),
      total: milliseconds
        .optional()
        .describe('Milliseconds for everything until a reply begins, further tries and all. Default: none.'),
    })
    .optional()
    .describe('How long to wait for providers.'),
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
  responses: z
    .union([
      z.literal(false),
      z.strictObject({
        bytes: z.number().int().positive().optional().describe('Most bytes to keep, about. Default 67108864.'),
        seconds: z.number().positive().optional().describe('Seconds to keep them after their last use. Default 3600.'),
      }),
    ])
    .optional()
    .describe('How many replies of /v1/responses to keep for clients that refer to them, and for how long; or false.'),
  secret: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Proves that reasoning which clients of /v1/responses carry is ours; also `DRAGOMAN_SECRET`. Default: made of the credentials of the providers, so gateways with the same ones read what the others sealed.',
    ),
  media: mediaLimits,
  origins: z
    .array(z.string())
    .optional()
    .describe('Origins of web pages that may ask. Default: all where client keys are set, else pages of this machine.'),
  host: z.string().optional().describe('The address to listen on. Default 127.0.0.1.'),
  port: z.number().int().min(0).max(65535).optional().describe('The port to listen on. Default 8787.'),
  workers,
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
  /** Milliseconds to connect to a provider; nothing where it is not said. */
  readonly connect: number | undefined
  readonly host: string
  readonly port: number
  /** How many processes serve. */
  readonly workers: Workers
}

/** Reads a configuration. What it leaves out comes from the environment; throws a `ConfigError` that names every problem. */
export function configure(given: unknown, environment: Environment, registry: Registry): Settings {
  const problems: string[] = []
  const { made, rest: plain } = takeAdapters(given ?? {})
  const parsed = configSchema.safeParse(interpolate(plain, environment, '', problems))
  if (!parsed.success) throw new ConfigError([...problems, ...issues(parsed.error, '')])
  const { $schema: _, host, port, workers, providers: entries, keys, secret, media = {}, ...rest } = parsed.data
  const clientKeys = keys === 'passthrough' ? keys : [...(keys ?? []), ...list(environment['DRAGOMAN_API_KEYS'])]
  const workshop: Workshop = {
    environment,
    registry,
    problems,
    bringKeys: keys === 'passthrough',
    seen: new Map(),
  }
  const configured = entries ? { ...made, ...fromEntries(entries, workshop) } : fromEnvironment(workshop)
  const { WORKERS } = environment
  const several = workers ?? readWorkers(WORKERS || '1')
  if (several === undefined) problems.push(`WORKERS: ${WORKERS} is neither a number of processes nor auto`)
  const sandbox = Object.keys(configured).length === 0 && problems.length === 0
  const providers = sandbox ? emulations(registry) : configured
  const known = { ...entries, ...providers }
  problems.push(...strayModels(rest.models ?? {}, known), ...strayPrices(rest.prices ?? {}, known))
  if (problems.length > 0) throw new ConfigError([...new Set(problems)])
  return {
    options: {
      ...rest,
      keys: clientKeys,
      providers,
      secret: secret ?? environment['DRAGOMAN_SECRET'] ?? secretOf(workshop),
    },
    media,
    sandbox,
    connect: rest.timeouts?.connect,
    host: host ?? environment['HOST'] ?? '127.0.0.1',
    port: port ?? (Number(environment['PORT']) || 8787),
    workers: several ?? 1,
  }
}

interface Workshop {
  readonly environment: Environment
  readonly registry: Registry
  readonly problems: string[]
  /** Whether clients bring their own keys, so that none is needed here. */
  readonly bringKeys: boolean
  /** What providers are configured with, by id: hears of all that are made. */
  readonly seen: Map<string, Readonly<Record<string, unknown>>>
}

/** A secret that every gateway with the same credentials has, and nobody without them. None where they are no secret. */
function secretOf({ seen, bringKeys }: Workshop): string | undefined {
  const secrets = [...seen.values()].flatMap((options) =>
    Object.entries(options).flatMap(([name, value]) =>
      /key|secret|token|credential/iu.test(name) && typeof value === 'string' ? [value] : [],
    ),
  )
  if (bringKeys || !secrets.some(({ length }) => length >= 16)) return undefined
  return sha256(`dragoman\n${secrets.toSorted().join('\n')}`)
}

function fromEntries(
  entries: NonNullable<z.output<typeof configSchema>['providers']>,
  workshop: Workshop,
): Record<string, Provider> {
  const { registry, problems } = workshop
  const made = Object.entries(entries).map(
    ([id, { adapter: name = id, headers, timeouts, serves, apiKeys, ...given }]) => {
      const definition = Object.hasOwn(registry, name) ? registry[name] : undefined
      if (definition)
        return [id, makeAll(id, definition, given, apiKeys, workshop, { headers, timeouts, serves })] as const
      problems.push(
        `providers.${id}.adapter: no adapter is called "${name}". Known are ${Object.keys(registry).join(', ')}; or name a package or a path.`,
      )
      return [id, undefined] as const
    },
  )
  return Object.fromEntries(made.flatMap(([id, provider]) => (provider ? [[id, provider]] : [])))
}

/** A provider with all its keys. */
function makeAll(
  id: string,
  definition: AdapterDefinition,
  given: Readonly<Record<string, unknown>>,
  keys: readonly string[] | undefined,
  workshop: Workshop,
  settings: Omit<Provider, 'adapter'>,
): Provider | undefined {
  const [first, ...others] = (keys ?? [undefined]).map((apiKey) =>
    make(id, definition, apiKey === undefined ? given : { ...given, apiKey }, workshop, settings),
  )
  return first && { ...first, alternates: others.flatMap((other) => other?.adapter ?? []) }
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
  { environment, problems, bringKeys, seen }: Workshop,
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
    seen.set(id, options)
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
      // The key is no word of its messages, for keys are struck from them.
      const adapter = make({ apiKey: 'sk-sandbox' })
      // What an emulation speaks is its provider's chat; it counts as its provider does.
      const serves = (adapter.serves ?? []).filter((endpoint) => endpoint === inputTokens.endpoint)
      return [[id, { adapter, fetch, serves }]]
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
  models: Readonly<Record<string, Entry>>,
  providers: Readonly<Record<string, unknown>>,
): readonly string[] {
  const known = (name: string): boolean => {
    const provider = name.slice(0, Math.max(name.indexOf('/'), 0))
    const listed = Object.hasOwn(providers, name) || Object.hasOwn(models, name) || isTier(name)
    return listed || provider === '' || Object.hasOwn(providers, provider)
  }
  return Object.entries(models).flatMap(([name, entry]) => {
    const isPattern = typeof entry !== 'string' && name.includes('*')
    const strays = namesIn(entry, `models.${name}`).filter(([, to]) => !known(to))
    return [
      ...(isPattern ? [`models.${name}: a pattern leads to a name; give the route a name of its own`] : []),
      ...strays.map(([path, to]) => `${path}: no provider "${to.slice(0, to.indexOf('/'))}" is configured`),
    ]
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
