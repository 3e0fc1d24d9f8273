/**
 * Names of tools, made to fit the provider's rules. The same names always fit in the same way.
 *
 * @see https://ai.google.dev/api/caching#FunctionDeclaration
 * @module
 */
import type { ChatRequest } from '../../src/canonical.ts'
import { sha256 } from '../../src/wire/digest.ts'

const FITS = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/u
const LONGEST = 128

/** The name each tool of a request goes by with the provider, those of its history and its choice included. */
export function namesOf({ tools = [], messages }: ChatRequest): ReadonlyMap<string, string> {
  const told = tools.filter(({ type }) => type !== 'native').map(({ name }) => name)
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    for (const block of message.blocks) if (block.type === 'tool') told.push(block.name)
  }
  if (told.length === 0) return NONE
  const taken = new Set(told)
  const unfit = [...taken].filter((name) => !FITS.test(name))
  return new Map(unfit.map((name) => [name, fitted(name, taken)]))
}

const NONE: ReadonlyMap<string, string> = new Map()

/** A name behind an underscore where that is enough, else what fits of it, and a digest that keeps different names apart. */
function fitted(name: string, taken: ReadonlySet<string>): string {
  const simple = `_${name}`
  if (FITS.test(simple) && !taken.has(simple)) return simple
  const tag = `_${sha256(name).slice(0, 12)}`
  return `_${name.replace(/[^a-zA-Z0-9_.:-]/gu, '_')}`.slice(0, LONGEST - tag.length) + tag
}

/**
 * Names as a reply may say them → as the client knows them. Models at times put the namespace before a name in which they
 * were shown the tools: https://github.com/googleapis/python-genai/issues/1027
 */
export function knownAs({ tools = [] }: ChatRequest, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (tools.length === 0) return NONE
  return new Map(
    tools
      .filter(({ type }) => type !== 'native')
      .flatMap(({ name }) => {
        const alias = names.get(name) ?? name
        return [...(alias === name ? [] : [alias]), `default_api.${alias}`, `default_api:${alias}`].map(
          (said) => [said, name] as const,
        )
      }),
  )
}
