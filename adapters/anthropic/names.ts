/**
 * Names of tools that came from elsewhere, made to fit the provider's rules. The same name always fits in the same way.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#specifying-client-tools
 * @module
 */
import type { Tool } from '../../src/canonical.ts'
import { alias } from '../../src/wire/alias.ts'

const LONGEST = 128

/** A tool's name as the provider takes it: letters, digits, `_` and `-`, at most 128 of them. */
export function toolName(name: string): string {
  return name.length <= LONGEST && /^[a-zA-Z0-9_-]+$/u.test(name) ? name : alias(name, LONGEST)
}

/** The names that had to change, as the reply will say them → as the client knows them. */
export function renamed(tools: readonly Tool[] = []): ReadonlyMap<string, string> {
  const changed = tools.filter(({ type, name }) => type !== 'native' && toolName(name) !== name)
  return new Map(changed.map(({ name }) => [toolName(name), name]))
}
