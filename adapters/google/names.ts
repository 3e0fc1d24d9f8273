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
  const called = messages.flatMap((message) => (message.role === 'assistant' ? message.blocks : []))
  const told = [
    ...tools.filter(({ type }) => type !== 'native').map(({ name }) => name),
    ...called.filter((block) => block.type === 'tool').map(({ name }) => name),
  ]
  const unfit = [...new Set(told)].filter((name) => !FITS.test(name))
  const taken = new Set(told)
  return new Map(unfit.map((name) => [name, fitted(name, taken)]))
}

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
