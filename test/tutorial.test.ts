/** What `adapters/README.md` shows is so. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { configure } from '../src/config.ts'
import { registry } from '../src/index.ts'

const root = join(import.meta.dirname, '..')
const tutorial = readFileSync(join(root, 'adapters/README.md'), 'utf8')
const blocks = [...tutorial.matchAll(/```(\w+)\n([\s\S]*?)```/gu)].map(([, language = '', code = '']) => ({
  language,
  code,
}))
const inLanguage = (wanted: string): readonly string[] =>
  blocks.flatMap(({ language, code }) => (language === wanted ? [code] : []))

/** A file that a snippet quotes: its path, in a comment on the first line. */
const QUOTES = /^\/\/ (\S+\.ts)\n/u
const quotes = inLanguage('ts').filter((code) => QUOTES.test(code))
const examples = inLanguage('ts').filter((code) => !QUOTES.test(code))

const folder = mkdtempSync(join(tmpdir(), 'dragoman-tutorial-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the tutorial', () => {
  test.each(quotes.map((code) => [QUOTES.exec(code)?.[1] ?? '', code.replace(QUOTES, '')]))(
    'quotes %s',
    (path, code) => {
      expect(readFileSync(join(root, path), 'utf8')).toContain(code)
    },
  )

  test('shows code that compiles', { timeout: 120_000 }, () => {
    expect(examples.length).toBeGreaterThan(0)
    examples.forEach((code, index) => {
      // Relative imports are those of a file among the adapters.
      writeFileSync(join(folder, `${index}.ts`), code.replaceAll("'./", `'${root}/adapters/`))
    })
    const paths = {
      dragoman: [join(root, 'src/index.ts')],
      'dragoman-acme': [join(root, 'test/third-party/acme/index.ts')],
    }
    const compilerOptions = {
      paths,
      typeRoots: [join(root, 'node_modules/@types')],
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
    }
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { cwd: folder, encoding: 'utf8' })
    expect(stdout.split('\n').filter((line) => /^\d+\.ts/u.test(line))).toEqual([])
  })

  test('shows a dialect that is one', async () => {
    const code = examples.find((example) => example.includes('dialect('))?.replaceAll("'./", `'${root}/adapters/`)
    writeFileSync(join(folder, 'acme.ts'), code ?? '')
    const { acme } = await import(join(folder, 'acme.ts'))
    expect(acme({ apiKey: 'k' })).toMatchObject({
      name: 'acme',
      patterns: ['acme-*'],
      supports: { seed: false, tools: true },
    })
  })

  test('shows configurations that can be used', () => {
    for (const code of inLanguage('json')) {
      // Loading a package is shown elsewhere; here any adapter will do in its place.
      const known = { ...registry, 'dragoman-acme': registry['openai']! }
      const { sandbox, options } = configure(JSON.parse(code), { ACME_API_KEY: 'k' }, known)
      expect(sandbox).toBe(false)
      expect(Object.keys(options.providers)).toEqual([expect.stringMatching(/^(?:local|acme)$/u)])
    }
    const { name } = JSON.parse(readFileSync(join(root, 'test/third-party/acme/package.json'), 'utf8'))
    expect(tutorial).toContain(`"adapter": "${name}"`)
  })

  test('names commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = [...tutorial.matchAll(/npm run ([\w-]+)/gu)].map(([, name = '']) => name)
    expect(named).toContain('new-adapter')
    expect(named.filter((name) => !(name in scripts))).toEqual([])
    const own = JSON.parse(readFileSync(join(root, 'test/third-party/acme/package.json'), 'utf8')).scripts
    expect(inLanguage('sh')).toContain(`${own.test}\n`)
  })

  test('leads to files that are there', () => {
    const links = [...tutorial.matchAll(/\]\(([^)#]+)\)/gu)].map(([, path = '']) => path)
    expect(links.filter((path) => !existsSync(join(root, 'adapters', path)))).toEqual([])
    const headings = new Set(
      [...tutorial.matchAll(/^## (.+)$/gmu)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-')),
    )
    const anchors = [...tutorial.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor = '']) => anchor)
    expect(anchors.filter((anchor) => !headings.has(anchor))).toEqual([])
  })
})
