/**
 * Writes docs/fields.md by trying every field with every adapter: `node test/docs/fields.ts` tells whether the page is
 * fresh, with `--write` it writes it.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Example, examples } from '../fields/examples.ts'
import { whyGiven } from '../fields/given.ts'
import type { Probe } from '../fields/probe.ts'
import { probes } from '../fields/probes.ts'
import { isAnswered, judge, type Verdict } from '../fields/verdict.ts'

/** Where the page is. */
export const PAGE = join(import.meta.dirname, '../../docs/fields.md')

/** What a cell says where a field was lost. There must be none. */
export const LOST = '✗ lost'

const INTRODUCTION = `# Every field, for every provider

What becomes of each field of a chat request: nothing is lost in silence. Every cell was found by translating a request with the field and one without it, and comparing the calls; \`node test/docs/fields.ts --write\` does it again.

| a cell | means |
| --- | --- |
| \`max_tokens\` | sent, as this member of the provider's request; things of several kinds are named by theirs |
| = | sent, as OpenAI has it |
| ≈ how | done by the gateway in the provider's place |
| – | dropped, and named in \`x-dragoman-warnings\`; a 400 with \`x-dragoman-unsupported: reject\` |
| 400 | refused, with \`param\` |
| · | nothing to be done: it asks for what happens anyway |

Small numbers lead to what the warning says, at the end of the page. Where the answer depends on the model, the first is that of the model named first here, and others follow by name:

`

/** Providers of OpenAI's protocol say only where they differ, and have tables of their own. */
const NATIVE = new Set(['anthropic', 'bedrock', 'cohere', 'google', 'mistral', 'ollama', 'openai', 'vertex'])

/** The page as it should be. */
export async function fieldsPage(): Promise<string> {
  const notes = new Notes()
  const native = examples.filter(({ adapter }) => NATIVE.has(adapter.name))
  const others = examples.filter(({ adapter }) => !NATIVE.has(adapter.name))
  const sections: string[] = []
  for (const [title, list] of Object.entries(probes)) {
    const all = await rowsOf(list, [...native, ...others], notes)
    const told = all.filter(({ cells }) => Object.values(cells).some((cell) => cell !== IDLE))
    sections.push(`## ${title}\n`, table(told, native), `Providers that are like OpenAI:\n`, table(told, others))
  }
  return [INTRODUCTION + models(), ...sections, extensions(), notes.list()].join('\n')
}

const IDLE = '·'

/** A field, and its cells by adapter. */
interface Row {
  readonly name: string
  readonly cells: Readonly<Record<string, string>>
}

/** Texts that are told once, by number. */
class Notes {
  readonly #numbers = new Map<string, number>()

  /** Refers to a text. */
  refer(text: string): string {
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1
    this.#numbers.set(text, number)
    return `<sup>${number}</sup>`
  }

  /** All texts, in order. */
  list(): string {
    const lines = [...this.#numbers].map(([text, number]) => `${number}. ${text}`)
    return `## What the warnings say\n\n${lines.join('\n')}\n`
  }
}

async function rowsOf(list: readonly Probe[], all: readonly Example[], notes: Notes): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const probe of list) {
    const verdicts = await Promise.all(all.map((example) => verdictsOf(probe, example)))
    const hub = verdicts[all.findIndex(({ adapter }) => adapter.name === 'openai')]?.[0]?.[1]
    const cells = all.map(({ adapter }, index) => {
      const like = NATIVE.has(adapter.name) ? undefined : hub
      const told = (verdicts[index] ?? []).map(([label, verdict]) => [label, cell(verdict, { probe, adapter: adapter.name, like, notes })] as const)
      return [adapter.name, joined(told)] as const
    })
    rows.push({ name: probe.name, cells: Object.fromEntries(cells) })
  }
  return rows
}

async function verdictsOf(probe: Probe, { adapter, models }: Example): Promise<readonly (readonly [string, Verdict])[]> {
  const own = probe.models?.[adapter.name]
  const tried = own === undefined ? Object.entries(models) : [[own, own] as const]
  return Promise.all(tried.map(async ([label, model]) => [label, await judge(adapter, model, probe)] as const))
}

/** The first answer, and those of other models that differ from it. */
function joined([first, ...rest]: readonly (readonly [label: string, cell: string])[]): string {
  const others = rest.filter(([, cell]) => cell !== first?.[1])
  return [first?.[1] ?? '', ...others.map(([label, cell]) => `*${label}:* ${cell}`)].join('<br>')
}

interface Setting {
  readonly probe: Probe
  readonly adapter: string
  /** What OpenAI is sent, where that need not be said again. */
  readonly like: Verdict | undefined
  readonly notes: Notes
}

function cell(verdict: Verdict, { probe, adapter, like, notes }: Setting): string {
  const { sent, emulated, warned, refused } = verdict
  if (refused) return '400'
  if (!isAnswered(verdict, probe)) {
    const why = whyGiven(adapter, probe)
    return why === undefined ? (probe.idle ? IDLE : LOST) : IDLE + notes.refer(`Nothing is sent: ${why}.`)
  }
  const marks = warned.map(([param, reason]) => markOf(param, reason, probe, notes)).join('')
  const same = like !== undefined && like.sent.join() === sent.join() && sent.length > 0
  // Where more is said, more is cached: that is no part of the answer.
  const own = sent.filter((path) => !/cache_control|cachePoint/u.test(path))
  const shown = own.length > 0 && !probe.name.includes('cache') ? own : sent
  const members = shown.slice(0, MOST).map(code).join(', ') + (shown.length > MOST ? ' …' : '')
  const parts = [
    ...(emulated.length > 0 ? [`≈ ${emulated.join(', ')}`] : []),
    ...(sent.length > 0 && !isCarried(emulated) ? [same ? '=' : members] : []),
  ]
  return (parts.join('<br>') || '–') + marks
}

const MOST = 2

/** Whether what was sent is only what carries out an emulation. */
function isCarried(emulated: readonly string[]): boolean {
  return emulated.some((how) => how === 'by a forced tool' || how === 'in words' || how === 'as a function')
}

function markOf(param: string, reason: string, { params }: Probe, notes: Notes): string {
  if (PLAIN.has(reason) || /^\d+ calls$/u.test(reason)) return ''
  const about = params.includes(param) ? '' : `\`${param}\`: `
  return notes.refer(`${about}${reason}`)
}

const PLAIN: ReadonlySet<string> = new Set(['unsupported', 'unknown'])

/** A member in code, without the outer ones where it is deep. */
function code(path: string): string {
  const without = path.startsWith('−')
  const [full = '', ...kind] = path.replace('−', '').split(' ')
  const names = full.split('.')
  while (names.length > 1 && names.join('.').length > LONGEST) names.shift()
  const short = names.join('.')
  const said = `\`${short === full ? '' : '…'}${short}\`${kind.length > 0 ? ` ${kind.join(' ')}` : ''}`
  return without ? `without ${said}` : said
}

const LONGEST = 30

function table(rows: readonly Row[], columns: readonly Example[]): string {
  const names = columns.map(({ adapter }) => adapter.name)
  const lines = rows
    .filter(({ cells }) => names.some((name) => cells[name] !== IDLE))
    .map(({ name, cells }) => line([`\`${name}\``, ...names.map((adapter) => cells[adapter] ?? '')]))
  return `${[line(['', ...names]), line(['---', ...names.map(() => '---')]), ...lines].join('\n')}\n`
}

function models(): string {
  const rows = examples.map(({ adapter, models }) =>
    line([adapter.name, Object.entries(models).map(([label, model]) => `${label}: \`${model}\``).join(', ')]),
  )
  return `${[line(['provider', 'tried with']), line(['---', '---']), ...rows].join('\n')}\n`
}

/** What each adapter takes by name. */
function extensions(): string {
  const rows = examples.map(({ adapter }) => {
    const taken = adapter.extensions.includes('*') ? 'any' : adapter.extensions.toSorted().map((name) => `\`${name}\``).join(', ')
    return line([adapter.name, taken || 'none'])
  })
  return `## Members of the provider's own\n\nSent as they are; others are dropped with a warning.\n\n${[line(['provider', 'takes']), line(['---', '---']), ...rows].join('\n')}\n`
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

if (import.meta.main) {
  const page = await fieldsPage()
  if (process.argv.includes('--write')) writeFileSync(PAGE, page)
  else if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write('docs/fields.md is out of date: node test/docs/fields.ts --write\n')
    process.exitCode = 1
  }
}
