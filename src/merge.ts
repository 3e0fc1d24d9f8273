/**
 * Several replies told as the choices of one.
 *
 * @module
 */
import type { ReplyEvent, Usage } from './canonical.ts'
import { total } from './usage.ts'

type Write = (event: ReplyEvent) => void

/** Writers for `count` replies whose events come out as one reply with as many choices; usage is added up. */
export function merge(count: number, write: Write): readonly Write[] {
  const usages: Usage[] = []
  let started = false
  let failed = false
  let ended = 0
  let blocks = 0

  const writer = (choice: number): Write => {
    const renumbered = new Map<number, number>()
    const at = (index: number): number => renumbered.get(index) ?? index
    return (event) => {
      if (failed) return
      switch (event.type) {
        case 'start':
          if (!started) write(event)
          started = true
          break
        case 'open':
          renumbered.set(event.index, blocks)
          write({ ...event, index: blocks++, choice })
          break
        case 'append':
        case 'literals':
        case 'patch':
        case 'close':
          write({ ...event, index: at(event.index) })
          break
        case 'logprobs':
        case 'finish':
          write({ ...event, choice })
          break
        case 'end': {
          if (event.usage) usages.push(event.usage)
          if (++ended < count) break
          const usage = total(usages)
          write({ ...event, ...(usage && { usage }) })
          break
        }
        case 'error':
          failed = true
          write(event)
          break
      }
    }
  }
  return Array.from({ length: count }, (_, choice) => writer(choice))
}
