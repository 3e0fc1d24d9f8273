import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { registry } from '../src/index.ts'

const root = join(import.meta.dirname, '..')

function files(folder: string, ending = '.ts'): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Lines of a file that match, each with its place. */
function lines(file: string, pattern: RegExp, except: RegExp = /$^/u): readonly string[] {
  return read(file)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) && !except.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : []))
}

const core = files('src')
const providers = files('adapters')

describe('the core', () => {
  // The words of OpenAI's own chat format are the surface's language, and one field is named after its extension.
  const names = [
    'anthropic',
    'claude',
    'gemini',
    'google',
    'vertex',
    'bedrock',
    'cohere',
    'mistral',
    'ollama',
    'groq',
    'deepseek',
    'xai',
  ]

  test('names no provider in its code', () => {
    const code = (line: string): string => line.replace(/\/\*\*.*|\s\*\s.*|\/\/.*/u, '')
    const named = core.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          names.some((name) => new RegExp(`\\b${name}`, 'iu').test(code(line)))
            ? [`${file}:${index + 1} ${line.trim()}`]
            : [],
        ),
    )
    // The welcome of the command line has to name one to set a key for.
    expect(named.filter((line) => !line.startsWith('src/welcome.ts'))).toEqual([])
  })

  test('imports Node only behind the server, the command line, the guard and the contract suite', () => {
    const portable = core.filter(
      (file) =>
        !/^src\/(?:cli|command|serve|server|workers?|young-space|node-front|reach|config-file|guarded-fetch|contract)\b/u.test(
          file,
        ),
    )
    expect(portable.flatMap((file) => lines(file, /from 'node:/u))).toEqual([])
  })
})

describe('an adapter', () => {
  test('imports nothing of surfaces, nor of the gateway around it', () => {
    const allowed = /src\/(?:canonical|adapter|reply|emulate|errors|undo|usage|sandbox|sandbox\/\w+|wire\/\w+)\.ts'/u
    expect(providers.flatMap((file) => lines(file, /from '(?:\.\.\/)+src\//u, allowed))).toEqual([])
  })

  test('plays its provider only for those who ask: no server loads what that takes', () => {
    const serving = providers.filter((file) => !/\/(?:sandbox|strict)\b/u.test(file))
    expect(serving.length).toBeGreaterThan(100)
    expect(
      serving.flatMap((file) => lines(file, /^(?:import|\} from) .*\/(?:sandbox|strict)\b/u, /^import type /u)),
    ).toEqual([])
  })

  test('imports no provider’s SDK', () => {
    expect(
      [...core, ...providers].flatMap((file) =>
        lines(file, /^(?:import|export)\b.* from '(?:openai|@anthropic-ai|@google|@aws-sdk|cohere|@mistralai|ollama)/u),
      ),
    ).toEqual([])
  })

  test.each(Object.keys(registry))('%s has fixtures, and each has its source', (id) => {
    const cases = files(`fixtures/${id}`, 'case.json')
    expect(cases.length).toBeGreaterThan(0)
    for (const file of cases)
      expect(JSON.parse(read(file)), file).toMatchObject({ says: expect.any(String), source: expect.any(String) })
  })
})

describe('all code', () => {
  const all = [...core, ...providers]

  test('has no any, no suppressed error and no open end', () => {
    // oxlint refuses `any` itself.
    const bad = /@ts-(?:ignore|expect-error|nocheck)|\b(?:TODO|FIXME|XXX)\b|oxlint-disable/u
    expect(all.flatMap((file) => lines(file, bad))).toEqual([])
  })

  test('asserts a type only beside a comment that says why', () => {
    const unexplained = all.flatMap((file) => {
      const text = read(file).split('\n')
      return text.flatMap((line, index) => {
        const asserted = /\S as (?!const\b|\w+,|\w+ \}|default\b)[A-Z{(u]/u.test(
          line.replace(/\/\/.*|\/\*\*.*|^\s*\*.*|^import .*/u, ''),
        )
        const explained = [text[index - 2], text[index - 1], line].some((near) => near?.includes('//'))
        return asserted && !explained ? [`${file}:${index + 1} ${line.trim()}`] : []
      })
    })
    expect(unexplained).toEqual([])
  })

  test('says in each module what it is', () => {
    expect(all.filter((file) => file.endsWith('.ts') && !/^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//u.test(read(file)))).toEqual(
      [],
    )
  })

  test('documents every export', () => {
    const undocumented = all.flatMap((file) => {
      const text = read(file).split('\n')
      return text.flatMap((line, index) => {
        const exported = /^export (?:default |async )?(?:function|const|class|interface|type) (?!\{)/u.test(line)
        return exported && !/\*\/\s*$/u.test(text[index - 1] ?? '') ? [`${file}:${index + 1} ${line}`] : []
      })
    })
    expect(undocumented).toEqual([])
  })

  test('never exports everything of a module', () => {
    expect(all.flatMap((file) => lines(file, /^export \*/u))).toEqual([])
  })
})

test('the top level holds what every project of this kind has, and nothing else', () => {
  const own = ['LICENSE', 'README.md', 'package.json', 'package-lock.json', 'tsconfig.json']
  const folders = ['adapters', 'docs', 'fixtures', 'src', 'test']
  const made = new Set(['coverage', 'dist', 'node_modules'])
  const found = readdirSync(root).filter((name) => !name.startsWith('.') && !name.startsWith('dist.'))
  expect(found.filter((name) => !made.has(name)).toSorted()).toEqual([...own, ...folders].toSorted())
})
