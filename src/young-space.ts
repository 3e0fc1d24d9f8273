/**
 * Bounds V8's space for young objects. Left to itself it grows to 64 MB under any load, and stays there: memory that a
 * gateway has no use for, since what a request leaves behind is dead when it is answered. With a quarter of that,
 * requests cost the same (test/bench).
 *
 * @module
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Bytes of the whole space, of which objects are in one half at a time. */
const ENOUGH = 16 * 1024 * 1024

/** Whether whoever starts Node has said how large the space may be. */
const isSaid = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flags) => /semi.space/u.test(flags))

/** Keeps the space as small as it begins: what is loaded at the start stays, and need not be young for long. */
export function keepYoungSpace(): void {
  if (!isSaid) growBy(1)
}

/** Lets the space grow from now on, until there is enough of it. */
export function growYoungSpace(): void {
  if (isSaid) return
  growBy(2)
  const observer = new PerformanceObserver(() => {
    if (size() < ENOUGH) return
    growBy(1)
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
}

/** V8 reads this whenever it thinks of making the space larger. Its largest size, on the other hand, is fixed at the start of the process. */
function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}

function size(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
}
