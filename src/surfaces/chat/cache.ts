/**
 * The cache marks that clients put on what they send.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { CacheMark } from '../../canonical.ts'
import { present } from '../present.ts'
import type { Marked } from './conversation.ts'

/** The mark that an object bears. OpenAI's own is preferred to the one Claude clients know. */
export function cacheMark(
  { prompt_cache_breakpoint: breakpoint, cache_control: control }: Marked,
  path?: string,
  warn?: Warn,
): CacheMark | undefined {
  if (breakpoint != null && control != null) warn?.(`${path}.cache_control`, 'prompt_cache_breakpoint is used instead')
  if (breakpoint != null) return { field: 'prompt_cache_breakpoint', ...present({ ttl: breakpoint.ttl }) }
  return control == null ? undefined : { field: 'cache_control', ...present({ ttl: control.ttl }) }
}
