/**
 * Has V8's space for young objects be no larger than it needs to be. Left to itself it grows to 64 MB as soon as many
 * requests are under way, and stays there, even where hardly anything is thrown away. Here it grows only while collecting
 * takes a share of the time that is worth the memory.
 *
 * @module
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'

/** The share of the time that collecting may take before the space grows. */
const MUCH = 0.01
/** Milliseconds over which it is looked at. */
const WINDOW = 200

/** Whether whoever starts Node has said how large the space may be. */
const isSaid = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flags) => /semi.space/u.test(flags))

/** Keeps the space as small as it begins: what is loaded at the start stays, and need not be young for long. */
export function keepYoungSpace(): void {
  if (!isSaid) growBy(1)
}

/** Lets the space grow from now on, where that saves enough time. V8 makes it smaller again by itself when little is going on. */
export function tuneYoungSpace(): void {
  if (isSaid) return
  let since = performance.now()
  let spent = 0
  const observer = new PerformanceObserver((list) => {
    // Collecting old objects counts as well: in a space that is too small, objects grow old before their request is over.
    for (const { duration } of list.getEntries()) spent += duration
    const now = performance.now()
    if (now - since < WINDOW) return
    growBy(spent / (now - since) > MUCH ? 2 : 1)
    since = now
    spent = 0
  })
  observer.observe({ entryTypes: ['gc'] })
}

/** V8 reads this whenever it thinks of making the space larger. Its largest size, on the other hand, is fixed at the start of the process. */
function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}
