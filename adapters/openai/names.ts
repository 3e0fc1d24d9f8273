/**
 * Names and ids that came from elsewhere, made to fit OpenAI's rules. The same text always fits in the same way.
 *
 * @module
 */
import type { Tool } from '../../src/canonical.ts'
import { alias } from '../../src/wire/alias.ts'

/** A tool's name as the provider takes it: `a-z`, `A-Z`, `0-9`, `_` and `-`, at most 64 of them. */
export function toolName(name: string): string {
  return /^[a-zA-Z0-9_-]{1,64}$/u.test(name) ? name : alias(name, 64)
}

/** The names that had to change, as the reply will say them → as the client knows them. */
export function renamed(tools: readonly Tool[]): ReadonlyMap<string, string> {
  const changed = tools.filter((tool) => tool.type !== 'native' && toolName(tool.name) !== tool.name)
  return new Map(changed.map(({ name }) => [toolName(name), name]))
}

/** A call's id as the provider takes it: OpenAI refuses ids of more than 40 characters, which other providers give. */
export function callId(id: string): string {
  return id.length <= 40 ? id : alias(id, 40)
}
