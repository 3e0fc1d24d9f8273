import { describe, expect, test } from 'vitest'
import { ConfigError, configure, type Environment, type Registry, type Settings } from '../src/config.ts'
import { defineAdapter } from '../src/adapter.ts'
import { z } from 'zod'
import { silent } from './silent.ts'

const one = defineAdapter({
  id: 'one',
  options: z.strictObject({
    apiKey: z.string().min(1),
    baseURL: z.url().default('http://one.test'),
    size: z.number().optional(),
  }),
  environment: { apiKey: ['ONE_SDK_KEY'] },
  required: ['apiKey'],
  sandbox: async () => new Response('emulated'),
  create: ({ baseURL }) => ({ ...silent, name: 'one', baseURL }),
})
const two = defineAdapter({
  id: 'two',
  options: z.strictObject({ region: z.string() }),
  environment: { region: ['TWO_REGION'] },
  required: ['region'],
  create: () => ({ ...silent, name: 'two' }),
})
const registry: Registry = { one, two }

const read = (config: unknown, environment: Environment = {}): Settings => configure(config, environment, registry)

function problems(config: unknown, environment: Environment = {}): readonly string[] {
  try {
    read(config, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const providersOf = ({ options }: Settings): readonly string[] => Object.keys(options.providers)

describe('without a configuration', () => {
  test('every provider whose options are in the environment is there', () => {
    expect(providersOf(read({}, { ONE_API_KEY: 'k' }))).toEqual(['one'])
    expect(providersOf(read({}, { ONE_SDK_KEY: 'k', TWO_REGION: 'r' }))).toEqual(['one', 'two'])
  })

  test('of options that can stand in for one another, one is enough', () => {
    const either = defineAdapter({
      id: 'either',
      options: z.strictObject({ apiKey: z.string().optional(), place: z.string().optional() }),
      environment: { place: ['EITHER_PLACE'] },
      required: [['place', 'apiKey']],
      create: () => ({ ...silent, name: 'either' }),
    })
    const from = (environment: Environment) => providersOf(configure({}, environment, { either }))
    expect(from({ EITHER_PLACE: 'p' })).toEqual(['either'])
    expect(from({ EITHER_API_KEY: 'k' })).toEqual(['either'])
    expect(from({})).toEqual([])
    expect(() => configure({ providers: { either: {} } }, {}, { either })).toThrow(
      'providers.either.place: set EITHER_PLACE or EITHER_API_KEY',
    )
  })

  test('and without a key, emulations answer in place of providers', async () => {
    const settings = read(undefined)
    expect(settings.sandbox).toBe(true)
    const provider = settings.options.providers['one']
    const fetch = provider && 'adapter' in provider ? provider.fetch : undefined
    expect(await (await fetch?.(new URL('http://one.test'), {} as never))?.text()).toBe('emulated')
  })

  test('a provider that needs nothing is there where the environment says anything of it', () => {
    const free = defineAdapter({
      id: 'free',
      options: z.strictObject({ baseURL: z.string().default('http://free.test') }),
      environment: { baseURL: ['FREE_HOST'] },
      create: ({ baseURL }) => ({ ...silent, name: 'free', baseURL }),
    })
    const from = (config: unknown, environment: Environment) => providersOf(configure(config, environment, { free }))
    expect(from({}, { FREE_HOST: 'http://elsewhere.test' })).toEqual(['free'])
    expect(from({}, {})).toEqual([])
    expect(from({ providers: { free: {} } }, {})).toEqual(['free'])
  })

  test('host, port and client keys come from the environment', () => {
    const settings = read({}, { HOST: '::1', PORT: '1234', DRAGOMAN_API_KEYS: 'a, b' })
    expect(settings).toMatchObject({ host: '::1', port: 1234, options: { keys: ['a', 'b'] } })
    expect(read({})).toMatchObject({ host: '127.0.0.1', port: 8787, options: { keys: [] } })
  })
})

describe('the number of workers', () => {
  test.each([
    [{}, {}, 1],
    [{}, { WORKERS: '' }, 1],
    [{ workers: 3 }, {}, 3],
    [{ workers: 'auto' }, {}, 'auto'],
    [{}, { WORKERS: '4' }, 4],
    [{}, { WORKERS: 'auto' }, 'auto'],
    [{ workers: 2 }, { WORKERS: '4' }, 2],
  ])('is read of %j and %j as %j', (config, environment: Environment, workers) => {
    expect(read(config, environment).workers).toBe(workers)
  })

  test.each(['0', '-1', '1.5', 'all', '1e3', '99999'])('is not %j', (given) => {
    expect(problems({}, { WORKERS: given })).toEqual([`WORKERS: ${given} is neither a number of processes nor auto`])
  })

  test.each([0, -1, 1.5, '2', 'all'])('cannot be %j in a configuration', (workers) => {
    expect(problems({ workers })).toEqual([expect.stringMatching(/^workers: /u)])
  })
})

describe('a provider that needs nothing', () => {
  const three = defineAdapter({
    id: 'three',
    options: z.strictObject({ region: z.string().optional(), secret: z.string().optional() }),
    environment: { region: ['CLOUD_REGION'], secret: ['CLOUD_SECRET'] },
    telling: ['secret'],
    create: () => ({ ...silent, name: 'three' }),
  })
  const found = (environment: Environment): readonly string[] =>
    providersOf(configure({}, { ONE_API_KEY: 'k', ...environment }, { one, three }))

  test('is there where the environment tells of it, not where it could mean anything', () => {
    expect(found({})).toEqual(['one'])
    expect(found({ CLOUD_REGION: 'r' })).toEqual(['one'])
    expect(found({ CLOUD_SECRET: 's' })).toEqual(['one', 'three'])
  })
})

describe('a configuration', () => {
  test('has its variables filled in, anywhere', () => {
    const config = { providers: { one: { apiKey: '${KEY}', headers: { 'x-a': 'b ${KEY}' } } }, keys: ['${CLIENT}'] }
    const { options } = read(config, { KEY: 'k', CLIENT: 'c' })
    expect(options).toMatchObject({ keys: ['c'], providers: { one: { headers: { 'x-a': 'b k' } } } })
  })

  test('may say what models cost, of any provider', () => {
    const prices = { 'one/m': { input: 1, output: 2 }, 'one/*': {}, '*/m': { input: 0 } }
    expect(read({ providers: { one: { apiKey: 'k' } }, prices }).options).toMatchObject({ prices })
  })

  test('may name a provider of its own, spoken to by a known adapter', () => {
    const { options } = read({
      providers: { local: { adapter: 'one', apiKey: 'none', baseURL: 'http://localhost:8000/v1' } },
    })
    expect(options.providers['local']).toMatchObject({
      adapter: { name: 'local', baseURL: 'http://localhost:8000/v1' },
    })
  })

  test('takes a key from the environment under its own name for a provider', () => {
    expect(providersOf(read({ providers: { 'my-one': { adapter: 'one' } } }, { MY_ONE_API_KEY: 'k' }))).toEqual([
      'my-one',
    ])
  })

  test('does not hand a key to a provider it is not meant for', () => {
    const local = { adapter: 'one', baseURL: 'http://localhost:8000/v1' }
    expect(problems({ providers: { local } }, { ONE_SDK_KEY: 'k' })).toEqual([
      'providers.local.apiKey: set LOCAL_API_KEY',
    ])
    expect(providersOf(read({ providers: { second: { adapter: 'one' } } }, { ONE_SDK_KEY: 'k' }))).toEqual(['second'])
  })

  test('in code may hold adapters already made', () => {
    expect(
      read({ providers: { mine: silent, other: { adapter: silent, headers: {} } } }).options.providers,
    ).toMatchObject({
      mine: { adapter: silent },
      other: { adapter: silent },
    })
  })

  test('needs no keys where clients bring theirs', () => {
    expect(providersOf(read({ providers: { one: {} }, keys: 'passthrough' }))).toEqual(['one'])
  })
})

describe('a configuration that is wrong', () => {
  test('is told about everything at once, by path', () => {
    const config = {
      providers: {
        one: { apiKey: '${MISSING}' },
        two: { region: 1 },
        three: {},
        local: { adapter: 'one', apiKey: 'k', baseURL: 'nonsense' },
      },
      models: { fast: 'four/x' },
    }
    expect(problems(config)).toEqual([
      'providers.one.apiKey: set MISSING',
      'providers.two.region: Invalid input: expected string, received number',
      'providers.three.adapter: no adapter is called "three". Known are one, two; or name a package or a path.',
      'providers.local.baseURL: Invalid URL',
      'models.fast: no provider "four" is configured',
    ])
  })

  test.each([
    [{ providers: { one: {} } }, 'providers.one.apiKey: set ONE_API_KEY'],
    [{ nonsense: 1 }, 'configuration: Unrecognized key: "nonsense"'],
    [{ unsupported: 'ignore' }, 'unsupported: Invalid option: expected one of "warn"|"reject"'],
    [{ port: 70_000 }, 'port: Too big: expected number to be <=65535'],
    [{ keys: [''] }, 'keys'],
    [
      { providers: { one: { apiKey: 'k', size: 'x' } } },
      'providers.one.size: Invalid input: expected number, received string',
    ],
    [{ timeouts: { idle: -1 } }, 'timeouts.idle: Too small: expected number to be >0'],
    [{ prices: { 'one/m': { input: -1 } } }, 'prices.one/m.input: Too small: expected number to be >=0'],
    [{ prices: { 'one/m': { inputs: 1 } } }, 'prices.one/m: Unrecognized key: "inputs"'],
    [{ prices: { 'one/m': { above: [{ tokens: 2 }, { tokens: 1 }] } } }, 'prices.one/m.above: The least first'],
    [
      { providers: { one: { apiKey: 'k' } }, prices: { 'four/m': {} } },
      'prices.four/m: no provider "four" is configured',
    ],
    [{ providers: { one: { apiKey: 'k' } }, prices: { one: {} } }, 'prices are for provider/model'],
    ['text', 'configuration: Invalid input: expected object, received string'],
    [[], 'configuration: Invalid input: expected object, received array'],
  ])('%j names what to mend', (config, expected) => {
    expect(problems(config).join('\n')).toContain(expected)
  })

  test('does not show a key', () => {
    const told = problems({ providers: { one: { apiKey: 'secret-key', size: 'x' } } }).join('\n')
    expect(told).not.toContain('secret-key')
  })
})
