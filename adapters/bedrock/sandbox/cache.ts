/**
 * Counting the tokens of a request, and those that were there before.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 * @module
 */
import { tokens } from '../../../src/sandbox.ts'
import { sha256 } from '../../../src/wire/digest.ts'
import type { SeenRequest } from '../strict.ts'

/** The input, in the provider's accounting: `fresh` is neither read from the cache nor written to it. */
export interface Counted {
  readonly fresh: number
  readonly read: number
  readonly written: number
}

/** Digests of the prefixes that are cached. */
const stored = new Set<string>()
const MOST = 1000

/** Counts a request, and caches what ends at its cache points. `cacheFrom` is the shortest prefix that is cached. */
export function countInput(
  { toolConfig, system = [], messages }: SeenRequest,
  model: string,
  cacheFrom: number,
): Counted {
  let [size, marked, read] = [0, 0, 0]
  let hash = sha256(model)
  for (const block of [...(toolConfig?.tools ?? []), ...system, ...messages.flatMap(({ content }) => content)]) {
    if (!block.cachePoint) {
      const text = JSON.stringify(block)
      size += tokens(text)
      hash = sha256(hash + text)
    } else if (size >= cacheFrom) {
      if (stored.has(hash)) read = size
      marked = size
      store(hash)
    }
  }
  return { fresh: size - marked, read, written: marked - read }
}

function store(hash: string): void {
  const [oldest] = stored
  if (stored.size >= MOST && oldest !== undefined) stored.delete(oldest)
  stored.add(hash)
}
