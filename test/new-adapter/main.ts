/**
 * Begins a new adapter: `npm run new-adapter NAME`, or with `--dialect` for a provider that is like OpenAI.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { NameError, scaffold } from './scaffold.ts'

const root = join(import.meta.dirname, '../..')

const USAGE = `Usage: npm run new-adapter NAME               a provider with a protocol of its own
       npm run new-adapter NAME -- --dialect  a provider that is like OpenAI`

function begin(name: string, isDialect: boolean): void {
  const changes = scaffold(root, name, isDialect ? 'dialect' : 'native')
  for (const [path, text] of changes) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const code = [...changes.keys()].filter((path) => path.endsWith('.ts'))
  run(join(root, 'node_modules/.bin/oxfmt'), code)
  run(process.execPath, ['test/docs/configuration.ts'])
  process.stdout.write(`${[...changes.keys(), 'docs/configuration.md'].map((path) => `  ${path}`).join('\n')}

adapters/${name}.ts works, and speaks a made-up ${isDialect ? 'dialect' : 'protocol'}. Put in the provider's own words, and then:

  npx vitest run --dir test contract.test -t '${name}'            names the cases it lacks
  UPDATE=1 npx vitest run --dir test contract.test -t '${name}'   writes what is sent and told, for review

adapters/README.md goes through it step by step.
`)
}

function run(command: string, given: readonly string[]): void {
  const { status, error } = spawnSync(command, given, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw error ?? new Error(`${command} ${given.join(' ')} failed`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dialect: { type: 'boolean', default: false } },
})
const [name, ...others] = positionals
try {
  if (name === undefined || others.length > 0) throw new NameError(USAGE)
  // npm takes flags for its own unless they stand after `--`, and tells of them in the environment.
  begin(name, values.dialect || process.env['npm_config_dialect'] === 'true')
} catch (error) {
  if (!(error instanceof NameError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
