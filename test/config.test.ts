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

  test('and without a key, emulations answer in place of providers', async () => {
    const settings = read(undefined)
    expect(settings.sandbox).toBe(true)
    const provider = settings.options.providers['one']
    const fetch = provider && 'adapter' in provider ? provider.fetch : undefined
    expect(await (await fetch?.('http://one.test'))?.text()).toBe('emulated')
  })

  test('host, port and client keys come from the environment', () => {
    const settings = read({}, { HOST: '::1', PORT: '1234', DRAGOMAN_API_KEYS: 'a, b' })
    expect(settings).toMatchObject({ host: '::1', port: 1234, options: { keys: ['a', 'b'] } })
    expect(read({})).toMatchObject({ host: '127.0.0.1', port: 8787, options: { keys: [] } })
  })
})

describe('a configuration', () => {
  test('has its variables filled in, anywhere', () => {
    const config = { providers: { one: { apiKey: '${KEY}', headers: { 'x-a': 'b ${KEY}' } } }, keys: ['${CLIENT}'] }
    const { options } = read(config, { KEY: 'k', CLIENT: 'c' })
    expect(options).toMatchObject({ keys: ['c'], providers: { one: { headers: { 'x-a': 'b k' } } } })
  })

  test('may name a provider of its own, spoken to by a known adapter', () => {
    const { options } = read({
      providers: { local: { adapter: 'one', apiKey: 'none', baseURL: 'http://localhost:8000/v1' } },
    })
    expect(options.providers['local']).toMatchObject({ adapter: { baseURL: 'http://localhost:8000/v1' } })
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
      'providers.one.apiKey: set ONE_API_KEY',
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
