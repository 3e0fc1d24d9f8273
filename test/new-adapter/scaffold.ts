/**
 * A new adapter, made of a sample: its page and its rooms, one worked case, and the lines that register it.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

/** A provider with a protocol of its own, or one that is like OpenAI. */
export type Kind = 'native' | 'dialect'

/** Files by their path in the repository, each with its new text. */
export type Changes = ReadonlyMap<string, string>

/** Why there can be no adapter of a name. */
export class NameError extends Error {}

/** What a new adapter adds to a repository. Throws a `NameError` where the name is no good. */
export function scaffold(root: string, name: string, kind: Kind): Changes {
  const sample = join(import.meta.dirname, kind)
  const written = filesIn(sample).map((path) => [path, readFileSync(join(sample, path), 'utf8')] as const)
  const lists = Object.entries(REGISTRATIONS[kind]).map(([path, edit]) => {
    return { path, edit, text: readFileSync(join(root, path), 'utf8') }
  })
  refuse(root, name, [...written, ...lists.map(({ path, text }) => [path, text] as const)])
  const changes = new Map(written.map(([path, text]) => [placeOf(path, name), renamed(text, name)]))
  for (const { path, edit, text } of lists) changes.set(path, edit(text, name))
  return changes
}

function refuse(root: string, name: string, files: readonly (readonly [path: string, text: string])[]): void {
  if (!/^[a-z][a-z0-9]*$/u.test(name)) {
    throw new NameError(`"${name}" is no name for an adapter: small letters and digits, a letter first, as in "acme".`)
  }
  const taken = [`adapters/${name}.ts`, `adapters/${name}`, `fixtures/${name}`].find((path) =>
    existsSync(join(root, path)),
  )
  if (taken !== undefined) throw new NameError(`There is already ${taken}.`)
  const code = files.filter(([path]) => path.endsWith('.ts')).map(([, text]) => text)
  if (isReserved(name) || code.some((text) => new RegExp(`\\b${name}(?:Request)?\\b`, 'u').test(text))) {
    throw new NameError(`"${name}" is a word that the code of an adapter needs for something else.`)
  }
}

/** Whether JavaScript takes no variable of this name. */
function isReserved(name: string): boolean {
  try {
    return !new Script(`'use strict'; let ${name}`)
  } catch {
    return true
  }
}

/** All files of a folder, by their paths in it. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** Where a file of the sample goes: `sample.ts` and `sample/` to the adapters, `fixtures/` to the fixtures. */
function placeOf(path: string, name: string): string {
  const [first = '', ...rest] = path.split(/[/\\]/u)
  if (first === 'fixtures') return join('fixtures', name, ...rest)
  return join('adapters', first.replace(/^sample/u, name), ...rest)
}

function renamed(text: string, name: string): string {
  return text
    .replaceAll('sample', name)
    .replaceAll(
      'Sample',
      name.replace(/^./u, (letter) => letter.toUpperCase()),
    )
    .replaceAll("'../../../adapters/", "'./")
    .replaceAll("'../../../", "'../")
}

/** Adds a line after the last one that matches. */
function after(text: string, pattern: RegExp, line: string): string {
  const last = [...text.matchAll(pattern)].at(-1)
  if (!last) throw new Error(`There is no place for: ${line}`)
  const end = last.index + last[0].length
  return `${text.slice(0, end)}${line}${text.slice(end)}`
}

type Edit = (text: string, name: string) => string

/** A line for the new adapter among all others, by name: a module has its exports in that order, whatever order they are written in. */
const listed: Edit = (text, name) => {
  const line = `export { ${name} } from './${name}.ts'\n`
  const next = [...text.matchAll(/^export \{ (\w+) .*\n/gmu)].find(([, other = '']) => other > name)
  return next ? text.slice(0, next.index) + line + text.slice(next.index) : after(text, /^export \{.*\n/gmu, line)
}

const IMPORTS = /^import .* from '..\/..\/adapters\/.*'\n/gmu

/** The files that list the adapters and those under test, for each kind. */
const REGISTRATIONS: Readonly<Record<Kind, Readonly<Record<string, Edit>>>> = {
  native: {
    'adapters/index.ts': listed,
    'test/contract/subjects.ts'(text, name) {
      const own = `import { ${name} } from '../../adapters/${name}.ts'\n`
      const strict = `import { chatRequest as ${name}Request } from '../../adapters/${name}/strict.ts'\n`
      const imported = after(text, IMPORTS, own + strict)
      return after(imported, /^export const subjects\b[^=]*= \[/gmu, `subject(${name}, ${name}Request), `)
    },
  },
  dialect: {
    'adapters/index.ts': listed,
    'test/contract/dialects.ts'(text, name) {
      const imported = after(text, IMPORTS, `import { ${name} } from '../../adapters/${name}.ts'\n`)
      const entry = `\n  { definition: ${name}, request: compatible({ adds: topK }), restate: older },`
      return after(imported, /^export const dialects\b[^=]*= \[/gmu, entry)
    },
  },
}
