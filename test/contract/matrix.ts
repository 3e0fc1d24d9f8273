/**
 * Holds every adapter to the contract and prints what each of them can do: cases as rows, adapters as columns.
 *
 * `node test/contract/matrix.ts` fails where a promise is broken, a case is missing, or the README shows another table;
 * with `--write` it writes the table into the README.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Adapter } from '../../src/adapter.ts'
import { CASES, contract } from '../../src/contract.ts'
import { expectation } from '../../src/contract/golden.ts'
import { isError } from '../../src/contract/stage.ts'
import { emulated } from './emulated.ts'
import { fixturesOf, type Subject, subjects } from './subjects.ts'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const TABLE = /(?<=<!-- matrix -->\n)[\s\S]*?(?=<!-- \/matrix -->)/u
const KEY =
  '✓ can do · = can do, as OpenAI has it · ≈ emulated by the gateway · – refused with a 400, or dropped with a warning'

/** Case → ✓, ≈, – or ✗. */
type Column = Readonly<Record<string, string>>

const columns = new Map<string, Column>()
for (const subject of subjects) columns.set(subject.adapter.name, await column(subject))
const table = render(columns)
process.stdout.write(`${table}\n`)
if (table.includes('✗')) process.exitCode = 1
publish(table)

/** Runs all checks of an adapter. Those that fail are told on the error output. */
async function column({ adapter, folder, ...options }: Subject): Promise<Column> {
  const broken = new Set<string>()
  const inherited = new Set<string>()
  for (const check of contract(adapter, folder, options)) {
    inherited.add(check.case ?? '')
    try {
      await check.run()
    } catch (error) {
      broken.add(check.case ?? '')
      process.stderr.write(`✗ ${check.name}\n  ${String(error).split('\n')[0]}\n`)
      process.exitCode = 1
    }
  }
  const fixtures = new Map(fixturesOf(adapter.name).map((fixture) => [fixture.name, fixture]))
  const cell = (name: string): string => {
    const fixture = fixtures.get(name)
    const denied = isDenied(adapter, name)
    if (broken.has(name)) return '✗'
    if (!fixture && inherited.has(name)) return '='
    if (!fixture && (emulated(adapter).includes(name) || (!denied && CASES[name] !== 'optional'))) return '✗'
    if (!fixture) return '–'
    if (!denied) return '✓'
    return isError(expectation(`${fixture.folder}/told.json`)) ? '–' : '≈'
  }
  return Object.fromEntries(Object.keys(CASES).map((name) => [name, cell(name)]))
}

function isDenied({ supports, models, embed }: Adapter, name: string): boolean {
  const need = CASES[name] ?? 'optional'
  if (need === 'always' || need === 'optional') return false
  if (need === 'embeddings') return embed === undefined
  return need === 'models' ? models === undefined : !supports[need]
}

function render(columns: ReadonlyMap<string, Column>): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const names = [...columns.keys()]
  const lines = Object.keys(CASES).map((name) =>
    row([name, ...names.map((adapter) => columns.get(adapter)?.[name] ?? '✗')]),
  )
  return [row(['', ...names]), row(['---', ...names.map(() => ':-:')]), ...lines, '', KEY].join('\n')
}

function publish(table: string): void {
  const text = readFileSync(README, 'utf8')
  if (!TABLE.test(text)) {
    process.stderr.write(
      'README.md has no place for the table: <!-- matrix --> and <!-- /matrix -->, each on a line.\n',
    )
    process.exitCode = 1
    return
  }
  const fresh = text.replace(TABLE, () => `\n${table}\n\n`)
  if (fresh === text) return
  if (process.argv.includes('--write')) {
    writeFileSync(README, fresh)
    return
  }
  process.stderr.write('The table in README.md is out of date: node test/contract/matrix.ts --write\n')
  process.exitCode = 1
}
