/**
 * Cache points: the caller's kept within the limits, or some placed where there are none.
 *
 * A point is a block of its own behind what it closes. It is no part of what is cached, so a point that moves along with
 * the conversation leaves the cached prefix as it was.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 * @module
 */
import type { CacheMark } from '../../src/canonical.ts'
import { reaches } from '../anthropic/cache.ts'
import type { Native, Task, Turn } from './native.ts'

/** Whether points are placed: where the caller placed none, in whatever room the caller left, or never. */
export type Caching = 'auto' | 'always' | 'off'

/** The parts of a request that can hold points. */
export interface Cacheable {
  readonly tools: Native[]
  readonly system: Native[]
  readonly turns: readonly Turn[]
}

const MOST = 4

/** Ends a prefix after the blocks so far, in the caller's name. `path` is where the mark stands in the request. */
export function mark(blocks: Native[], { field, ttl }: CacheMark, path: string, task: Task): void {
  // Where the model caches nothing, the core has said so.
  if (task.fact.caches === 'nowhere') return
  const place = path === '' ? field : `${path}.${field}`
  if (!close(blocks, point(ttl, `${place}.ttl`, task))) task.warn(place, 'nothing here can be cached')
}

/** Brings the caller's points within the limits and places more where that is wanted. */
export function cache(parts: Cacheable, caching: Caching, task: Task): void {
  const { cache: policy = {} } = task.request
  const { warn, fact } = task
  if (fact.caches === 'nowhere') return
  if (policy.key !== undefined) warn('prompt_cache_key', 'unsupported')
  if (policy.mark) mark(parts.turns.at(-1)?.content ?? [], policy.mark, '', task)
  const own = new Set(trim(parts, task))
  const wanted = caching === 'always' || (caching === 'auto' && own.size === 0)
  if (policy.ttl !== undefined && policy.retention !== undefined)
    warn('prompt_cache_retention', 'prompt_cache_options.ttl is used instead')
  if (policy.ttl !== undefined && own.size > 0) warn('prompt_cache_options.ttl', 'marks have their own')
  const [ttl, place] =
    policy.ttl === undefined && policy.retention === '24h'
      ? ['24h', 'prompt_cache_retention']
      : [policy.ttl, 'prompt_cache_options.ttl']
  const lifetime = point(ttl, place, task)
  const isPlaced = wanted && policy.mode !== 'explicit' && reaches(parts, fact.cacheFrom)
  if (isPlaced) fill(parts, MOST - own.size, lifetime, task)
  if (isPlaced || own.size > 0) order(points(parts), own, task)
}

/** Places points, as many as there is room for. */
function fill(parts: Cacheable, most: number, lifetime: Native, { fact }: Task): void {
  let room = most
  for (const blocks of candidates(parts, fact.caches === 'everywhere')) {
    if (room > 0 && close(blocks, { ...lifetime })) room--
  }
}

/** All points, in the order the provider reads them. */
function points({ tools, system, turns }: Cacheable): readonly Native[] {
  return [tools, system, ...turns.map(({ content }) => content)].flat().filter(isPoint)
}

/** A lifetime of an hour must not come after one of five minutes: our own points give way, then the caller's. */
function order(points: readonly Native[], own: ReadonlySet<Native>, { warn }: Task): void {
  for (const [index, one] of points.entries()) {
    const shorter = isLong(one) ? points.slice(0, index).filter((before) => !isLong(before)) : []
    if (shorter.some((before) => own.has(before))) {
      one['cachePoint'] = { type: 'default' }
      if (own.has(one)) warn('cache_control.ttl', '1h must not come after 5m, sent as 5m')
    } else for (const before of shorter) before['cachePoint'] = one['cachePoint']
  }
}

function isLong({ cachePoint }: Native): boolean {
  return typeof cachePoint === 'object' && cachePoint !== null && 'ttl' in cachePoint && cachePoint['ttl'] === '1h'
}

/** Where a prefix may end, best first: with the conversation, with the instructions, with the tools, and where the request before this one ended. */
function candidates({ tools, system, turns }: Cacheable, inTools: boolean): readonly Native[][] {
  const users = turns.filter(({ role }) => role === 'user').map(({ content }) => content)
  const [last, before] = users.toReversed()
  return [last, system, inTools ? tools : undefined, before].filter((blocks) => blocks !== undefined)
}

function point(ttl: string | undefined, path: string, { fact, warn }: Task): Native {
  if (ttl === undefined || ttl === '5m') return { type: 'default' }
  if (!fact.longCache) {
    warn(path, 'the longest is 5m')
    return { type: 'default' }
  }
  // Half an hour is kept by the next longer lifetime there is.
  if (ttl !== '1h' && ttl !== '30m') warn(path, 'the longest is 1h')
  return { type: 'default', ttl: '1h' }
}

/** Puts a point behind the last block that may stand before one; the API refuses it right after documents, videos and thoughts. */
function close(blocks: Native[], cachePoint: Native): boolean {
  const index = blocks.findLastIndex((block) => !BEFORE_NONE.some((kind) => kind in block))
  const block = blocks[index]
  if (!block) return false
  if ('cachePoint' in block) return false
  blocks.splice(index + 1, 0, { cachePoint })
  return true
}

const BEFORE_NONE = ['document', 'video', 'reasoningContent']

/** Takes points out until no more than the limit are left, the oldest of the conversation first. Returns those that stay. */
function trim({ tools, system, turns }: Cacheable, { warn }: Task): readonly Native[] {
  const all: { readonly blocks: Native[]; readonly block: Native }[] = []
  const look = (blocks: Native[]): void => {
    for (const block of blocks) if (isPoint(block)) all.push({ blocks, block })
  }
  for (const { content } of turns) look(content)
  look(tools)
  look(system)
  if (all.length === 0) return []
  const surplus = all.slice(0, Math.max(0, all.length - MOST))
  for (const { blocks, block } of surplus) blocks.splice(blocks.indexOf(block), 1)
  if (surplus.length > 0) warn('cache_control', `at most ${MOST} marks, the oldest were dropped`)
  return all.slice(surplus.length).map(({ block }) => block)
}

/** Whether a block is a cache point. */
export function isPoint(block: Native): boolean {
  return 'cachePoint' in block
}
