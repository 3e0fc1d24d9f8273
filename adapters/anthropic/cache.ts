/**
 * Prompt caching: the caller's marks kept within the limits, or breakpoints placed where there are none.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { CacheMark, CachePolicy, Json } from '../../src/canonical.ts'
import type { Native, Task, Turn } from './native.ts'

/** Whether breakpoints are placed: where the caller placed none, in whatever room the caller left, or never. */
export type Caching = 'auto' | 'always' | 'off'

/** The parts of a body that can bear marks. The mark of the body itself counts as one on its last block. */
export interface Cacheable extends Prompt {
  readonly turns: readonly Turn[]
  readonly body: Native
}

interface Prompt {
  readonly tools: readonly Native[]
  readonly system: readonly Native[]
  readonly turns: readonly { readonly content: readonly Native[] }[]
}

const MOST_MARKS = 4
/** How many blocks before a breakpoint the provider looks for an earlier one. */
const LOOKBACK = 20

/** Marks a block in the caller's name. `path` is where the mark stands in the request; the request itself has none. */
export function mark(block: Native, { field, ttl }: CacheMark, path: string, warn: Warn): void {
  block['cache_control'] = control(ttl, `${path === '' ? field : `${path}.${field}`}.ttl`, warn)
}

/** Brings the caller's marks within the limits and places more where that is wanted. */
export function cache(parts: Cacheable, caching: Caching, task: Task): void {
  const policy = task.request.cache ?? {}
  if (policy.key !== undefined) task.warn('prompt_cache_key', 'unsupported')
  if (policy.mark) mark(parts.body, policy.mark, '', task.warn)
  const own = trim(parts, task.warn)
  const wanted = caching === 'always' || (caching === 'auto' && own.length === 0)
  const ttl = lifetime(policy, own.length > 0, task.warn)
  const placed =
    wanted && policy.mode !== 'explicit' && reaches(parts, task.fact.cacheFrom)
      ? place(parts, MOST_MARKS - own.length, ttl)
      : NONE
  if (own.length + placed.length > 0) order(bearers(parts), new Set(placed), task.warn)
}

function control(ttl: string | undefined, path: string, warn: Warn): Native {
  if (ttl === undefined) return { type: 'ephemeral' }
  if (ttl === '5m' || ttl === '1h') return { type: 'ephemeral', ttl }
  // Half an hour is kept by the next longer lifetime there is.
  if (ttl !== '30m') warn(path, 'the longest is 1h')
  return { type: 'ephemeral', ttl: '1h' }
}

function lifetime({ ttl, retention }: CachePolicy, marked: boolean, warn: Warn): Native {
  if (ttl !== undefined && retention !== undefined)
    warn('prompt_cache_retention', 'prompt_cache_options.ttl is used instead')
  if (ttl !== undefined && marked) warn('prompt_cache_options.ttl', 'marks have their own')
  const asked = ttl ?? (retention === '24h' ? '24h' : undefined)
  return control(asked, ttl === undefined ? 'prompt_cache_retention' : 'prompt_cache_options.ttl', warn)
}

/** Everything that bears a mark, in the order the provider reads it. */
function bearers({ tools, system, turns, body }: Cacheable): Native[] {
  const found: Native[] = []
  const look = (block: Native): void => {
    if (block['cache_control'] != null) found.push(block)
  }
  tools.forEach(look)
  system.forEach(look)
  for (const { content } of turns) {
    for (const block of content) {
      inner(block).forEach(look)
      look(block)
    }
  }
  look(body)
  return found
}

/** The blocks inside a tool result, which may bear marks of their own. */
function inner(block: Native): readonly Native[] {
  const { content } = block
  // Only `parts.ts` makes tool results, and it makes their content of native blocks.
  return block['type'] === 'tool_result' && Array.isArray(content) ? (content as Native[]) : NONE
}

const NONE: readonly Native[] = []

/** Takes marks off until no more than the limit are left, the oldest of the conversation first. */
function trim(parts: Cacheable, warn: Warn): readonly Native[] {
  const marked = bearers(parts)
  if (marked.length <= MOST_MARKS) return marked
  const fixed = new Set([...parts.tools, ...parts.system])
  const expendable = [...marked.filter((block) => !fixed.has(block)), ...marked.filter((block) => fixed.has(block))]
  const surplus = expendable.slice(0, marked.length - MOST_MARKS)
  for (const block of surplus) delete block['cache_control']
  warn('cache_control', `at most ${MOST_MARKS} marks, the oldest were dropped`)
  return marked.filter((block) => !surplus.includes(block))
}

/**
 * Places breakpoints: at the end of the tools, at the end of the instructions, and at the end of the conversation, where
 * the mark of the body moves along by itself. One more where the last request ended, if that is out of sight from there.
 */
function place({ tools, system, turns, body }: Cacheable, room: number, lifetime: Native): Native[] {
  const candidates = [body, system.at(-1), tools.findLast((tool) => tool['defer_loading'] !== true), anchor(turns)]
  const placed = candidates
    .filter((block) => block !== undefined)
    .filter((block) => block['cache_control'] == null)
    .slice(0, room)
  for (const block of placed) block['cache_control'] = { ...lifetime }
  return placed
}

/** The last block of the request before this one: of the user's turn that the last turn of the model answers. */
function anchor(turns: readonly Turn[]): Native | undefined {
  const answer = turns.findLastIndex((turn) => turn.role === 'assistant')
  const since = turns.slice(Math.max(answer, 0)).reduce((sum, turn) => sum + turn.content.length, 0)
  return answer > 0 && since > LOOKBACK ? turns[answer - 1]?.content.at(-1) : undefined
}

/** A lifetime of an hour must not come after one of five minutes: our own marks give way, then the caller's. */
function order(marked: readonly Native[], placed: ReadonlySet<Native>, warn: Warn): void {
  for (const [index, block] of marked.entries()) {
    const shorter = isLong(block) ? marked.slice(0, index).filter((one) => !isLong(one)) : []
    if (shorter.every((one) => placed.has(one))) {
      for (const one of shorter) one['cache_control'] = block['cache_control']
    } else {
      block['cache_control'] = { type: 'ephemeral' }
      if (!placed.has(block)) warn('cache_control.ttl', '1h must not come after 5m, sent as 5m')
    }
  }
}

function isLong({ cache_control }: Native): boolean {
  return (
    typeof cache_control === 'object' &&
    cache_control !== null &&
    'ttl' in cache_control &&
    cache_control['ttl'] === '1h'
  )
}

/** Whether the prompt may be long enough to be cached. A token is hardly ever shorter than a character, and media are long. */
export function reaches({ tools, system, turns }: Prompt, minimum: number): boolean {
  let left = minimum
  const measure = (value: Json | undefined): boolean => {
    if (typeof value === 'string') left -= value.length
    else if (typeof value === 'object' && value !== null) {
      if ('source' in value) left = 0
      if (Array.isArray(value)) return value.some(measure)
      for (const name in value) if (measure(Reflect.get(value, name))) return true
    }
    return left <= 0
  }
  return tools.some(measure) || system.some(measure) || turns.some(({ content }) => content.some(measure))
}
