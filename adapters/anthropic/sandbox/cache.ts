/**
 * Counting the tokens of a request, and those that were there before.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 * @module
 */
import { tokens } from '../../../src/sandbox.ts'
import { isObject } from '../../../src/wire/json.ts'
import { sha256 } from '../../../src/wire/digest.ts'
import type { SeenRequest } from '../strict.ts'

/** The input, in the provider's accounting: `fresh` is neither read from the cache nor written to it. */
export interface Counted {
  readonly fresh: number
  readonly read: number
  readonly written: number
  readonly isLong: boolean
}

/** Ends of the prefixes that are cached, each a digest of all that comes before. */
const stored = new Set<string>()
const MOST = 1000
/** A mark finds what was stored this many blocks before it. */
const LOOK_BACK = 20

/** Counts a request, and caches what it marks. `cacheFrom` is the shortest prefix that is cached. */
export function countInput(request: SeenRequest, cacheFrom: number): Counted {
  const ends = prefixes(request)
  const total = ends.at(-1)?.size ?? 0
  const marked = ends.filter(({ ttl, size }) => ttl !== undefined && size >= cacheFrom)
  const last = marked.at(-1)
  if (!last) return { fresh: total, read: 0, written: 0, isLong: false }
  const known = ends.findLast(
    ({ hash, at }) => stored.has(hash) && marked.some((mark) => at <= mark.at && mark.at - at < LOOK_BACK),
  )
  const read = known?.size ?? 0
  for (const { hash } of marked) store(hash)
  return { fresh: total - last.size, read, written: last.size - read, isLong: last.ttl === '1h' }
}

interface Prefix {
  readonly at: number
  readonly size: number
  readonly hash: string
  readonly ttl: string | undefined
}

/** Every prefix that ends with a block, in the order the provider reads them. */
function prefixes({ model, tools = [], system, messages, cache_control }: SeenRequest): readonly Prefix[] {
  const said = messages.flatMap(({ role, content }) => listed(content).map((block) => ({ role, block })))
  const blocks = [...tools, ...listed(system), ...said].map(read)
  const found: Prefix[] = []
  for (const [at, { text, ttl }] of blocks.entries()) {
    const { size = 0, hash = sha256(model) } = found.at(-1) ?? {}
    const whole = at === blocks.length - 1 ? cache_control : undefined
    found.push({
      at,
      size: size + tokens(text),
      hash: sha256(hash + text),
      ttl: ttl ?? (whole ? (whole.ttl ?? '5m') : undefined),
    })
  }
  return found
}

function listed(content: string | readonly unknown[] | undefined): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

/** A block as text, without its mark: that may move. Of media a digest will do. */
function read(block: unknown): { readonly text: string; readonly ttl: string | undefined } {
  let ttl: string | undefined
  const text = JSON.stringify(block, (key, value: unknown) => {
    if (key === 'cache_control' && isObject(value) && value['type'] === 'ephemeral') {
      ttl = String(value['ttl'] ?? '5m')
      return undefined
    }
    return key === 'data' && typeof value === 'string' ? sha256(value) : value
  })
  return { text, ttl }
}

function store(hash: string): void {
  const [oldest] = stored
  if (stored.size >= MOST && oldest !== undefined) stored.delete(oldest)
  stored.add(hash)
}
