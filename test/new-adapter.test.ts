/** Begins adapters in a copy of this repository, and holds them to what it asks of every adapter. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'dragoman-new-adapter-'))
const COPIED = [
  ...[
    'src',
    'adapters',
    'docs',
    'fixtures/openai',
    'fixtures/surfaces',
    'test/contract',
    'test/docs',
    'test/new-adapter',
  ],
  ...['package.json', 'tsconfig.json', '.oxlintrc.json', '.oxfmtrc.json'],
]
/** What runs other programs takes its time on a busy machine. */
const PATIENCE = { timeout: 120_000 }

beforeAll(() => {
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}, PATIENCE.timeout)
afterAll(() => rmSync(copy, { recursive: true, force: true }))

interface Outcome {
  readonly status: number | null
  readonly said: string
}

function run(command: string, ...given: readonly string[]): Outcome {
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`
  const { status, stdout, stderr } = spawnSync(command, given, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, UPDATE: '' },
  })
  return { status, said: stdout + stderr }
}

const begin = (...given: readonly string[]): Outcome => run('node', 'test/new-adapter/main.ts', ...given)

/** What of the contract an adapter breaks, as it is registered: each promise with what is said of it. */
function broken(name: string): Readonly<Record<string, string>> {
  const script = `
    import { contract } from './src/contract.ts'
    import { subjects } from './test/contract/subjects.ts'
    const { adapter, folder, ...options } = subjects.find(({ adapter }) => adapter.name === '${name}')
    const broken = {}
    for (const { name, run } of contract(adapter, folder, options)) await run().catch(({ message }) => (broken[name] = message))
    console.log(JSON.stringify(broken))`
  const { status, said } = run('node', '--input-type=module', '--eval', script)
  expect({ status, said }).toMatchObject({ status: 0 })
  return JSON.parse(said)
}

const ALWAYS = ['system', 'multi-turn', 'unicode', 'max-tokens', 'knobs', 'error-400', 'error-401', 'error-429']
const ROOMS = ['failure', 'reply', 'request', 'strict', 'wire']

describe.each([
  {
    kind: 'a provider with a protocol of its own',
    name: 'zeta',
    flags: [],
    registered: 'test/contract/subjects.ts',
    rooms: ROOMS.map((room) => `adapters/zeta/${room}.ts`),
    lacking: ALWAYS,
  },
  {
    kind: 'a provider that is like OpenAI',
    name: 'omega',
    flags: ['--dialect'],
    registered: 'test/contract/dialects.ts',
    rooms: [],
    // What it does as OpenAI does, it need not show.
    lacking: ['system', 'knobs', 'error-401', 'models'],
  },
])('a new adapter for $kind', ({ name, flags, registered, rooms, lacking }) => {
  const made = ['adapters/index.ts', registered, `adapters/${name}.ts`, ...rooms]

  test('is written, and the files are told', PATIENCE, () => {
    const { status, said } = begin(name, ...flags)
    expect({ status, said }).toMatchObject({ status: 0 })
    for (const path of made) expect(said).toContain(path)
    expect(readFileSync(join(copy, `adapters/${name}.ts`), 'utf8')).not.toMatch(/sample/iu)
    expect(existsSync(join(copy, `fixtures/${name}/text/told.json`))).toBe(true)
    expect(readFileSync(join(copy, 'docs/configuration.md'), 'utf8')).toContain(`### \`${name}\``)
  })

  test('passes types, lint and format', PATIENCE, () => {
    writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify({ extends: './tsconfig.json', include: made }))
    expect(run('tsc', '-p', 'tsconfig.new.json')).toEqual({ status: 0, said: '' })
    expect(run('oxlint', '--deny-warnings', ...made)).toMatchObject({ status: 0 })
    expect(run('oxfmt', '--check', ...made)).toMatchObject({ status: 0 })
  })

  test('breaks the contract only for want of cases, and says which', PATIENCE, () => {
    const found = Object.entries(broken(name))
    const about = found.flatMap(([promise, message]) => {
      const [, one] = /^\w+\/([\w-]+): /u.exec(promise) ?? []
      if (one !== undefined) return [one]
      return promise.endsWith('shows every capability it claims') ? casesIn(message) : []
    })
    expect(about).toEqual(expect.arrayContaining(lacking))
    expect(about.filter((one) => existsSync(join(copy, `fixtures/${name}/${one}`)))).toEqual([])
  })
})

/** The cases named in a message. */
function casesIn(message: string): readonly string[] {
  return [...message.matchAll(/'([\w-]+)'/gu)].map(([, name = '']) => name)
}

test.each([
  ['', 'Usage:'],
  ['Acme', 'is no name for an adapter'],
  ['../acme', 'is no name for an adapter'],
  ['acme-2', 'is no name for an adapter'],
  ['2acme', 'is no name for an adapter'],
  ['openai', 'There is already adapters/openai.ts'],
  ['surfaces', 'There is already fixtures/surfaces'],
  ['index', 'There is already adapters/index.ts'],
  ['class', 'is a word that the code of an adapter needs'],
  ['request', 'is a word that the code of an adapter needs'],
  ['subject', 'is a word that the code of an adapter needs'],
  ['generate', 'is a word that the code of an adapter needs'],
  ['sample', 'is a word that the code of an adapter needs'],
])('there is no adapter called "%s"', PATIENCE, (name, reason) => {
  const before = readFileSync(join(copy, 'adapters/index.ts'), 'utf8')
  const { status, said } = begin(...[name].filter(Boolean))
  expect(status).toBe(1)
  expect(said).toContain(reason)
  expect(readFileSync(join(copy, 'adapters/index.ts'), 'utf8')).toBe(before)
})
