/**
 * Frames that are like the one before but for their words and counts, as most of a long reply are.
 *
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { parseObject } from '../../src/wire/json.ts'
import { append, type Lesson, Refrain } from '../../src/wire/refrain.ts'
import type { Span } from '../../src/wire/sse.ts'
import { memoryOf, type Remembered, remembered } from './memory.ts'
import { spend } from './usage.ts'
import { frame, usage } from './wire.ts'

/** Writes down a frame that is like the one before. */
export function quick(text: string, reply: Reply): boolean {
  // What a reply is named after is told by its first frame, which is read whole.
  if (!reply.started) return false
  const memory = memoryOf(reply)
  memory.refrain ??= new Refrain(lessonOf)
  return memory.refrain.take(text, reply)
}

/** Where the words are in a frame just told, where those that come are likely to differ in nothing else. */
export function words(text: string, reply: Reply): Span | undefined {
  return memoryOf(reply).refrain?.words(text)
}

/** Writes down the words of frames that are else like the one just told, or none of them. */
export function repeats(words: readonly string[], reply: Reply): boolean {
  return memoryOf(reply).refrain?.repeats(words, reply) ?? false
}

/** What a frame shows of those like it: those of one part, of words or of a thought, that go on. */
function lessonOf(value: JsonObject, reply: Reply): Lesson | undefined {
  const parsed = frame.safeParse(value)
  if (!parsed.success || 'error' in parsed.data) return undefined
  const [candidate, ...others] = parsed.data.candidates ?? []
  const [part, ...more] = candidate?.content?.parts ?? []
  if (!candidate || !part?.text || others.length > 0 || more.length > 0) return undefined
  const { finishReason, groundingMetadata, citationMetadata, logprobsResult } = candidate
  if (finishReason != null || groundingMetadata || citationMetadata || logprobsResult) return undefined
  if (part.functionCall || part.thoughtSignature) return undefined
  if (part.thought === true) return { words: WORDS, counts: COUNTS, tell: think }
  return talking(remembered(reply, candidate.index ?? 0))
}

const WORDS = ['candidates', 0, 'content', 'parts', 0, 'text']
const COUNTS = ['usageMetadata']

function think(reply: Reply, words: string, counts: string | undefined): boolean {
  return recount(reply, counts) && append(reply, words, 'reasoning')
}

/** More words. What was said is remembered, as sources may point to it. */
function talking({ texts }: Remembered): Lesson {
  return {
    words: WORDS,
    counts: COUNTS,
    tell(reply, words, counts) {
      if (!recount(reply, counts) || !append(reply, words, 'text')) return false
      texts.at(-1)?.appendLiteral(words)
      return true
    },
    tellAll(reply, words) {
      if (!reply.literals(words)) return false
      texts.at(-1)?.appendLiterals(words)
      return true
    },
  }
}

/** Notes counts that are new. `false` where they are none. */
function recount(reply: Reply, counts: string | undefined): boolean {
  if (counts === undefined) return true
  const parsed = usage.safeParse(parseObject(counts))
  if (parsed.success) spend(reply, parsed.data)
  return parsed.success
}
