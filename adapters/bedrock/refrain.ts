/**
 * Events that are like the one before but for their words, as nearly all events of a stream are.
 *
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { append, type Lesson, type Path, Refrain } from '../../src/wire/refrain.ts'
import { frame } from './wire.ts'

/** Writes down an event that is like the one before. */
export function quick(text: string, reply: Reply): boolean {
  return reply.memory(refrain).take(text, reply)
}

function refrain(): Refrain {
  return new Refrain(lessonOf)
}

/** What an event shows of those like it: those that say more of a text, of a thought, or of a call's input, and nothing else. */
function lessonOf(value: JsonObject): Lesson | undefined {
  const parsed = frame.safeParse(value)
  if (!parsed.success || !('contentBlockDelta' in parsed.data)) return undefined
  const { contentBlockIndex: key, delta } = parsed.data.contentBlockDelta
  const { text, reasoningContent, toolUse, ...others } = delta
  if (Object.keys(others).length > 0 || Object.keys(delta).length > 1) return undefined
  if (text) return { words: [...DELTA, 'text'], padding: PADDING, tell: (reply, json) => append(reply, json, 'text') }
  if (toolUse?.input)
    return {
      words: [...DELTA, 'toolUse', 'input'],
      padding: PADDING,
      tell: (reply, json) => reply.inputLiteral(key, json),
    }
  if (!reasoningContent?.text || reasoningContent.signature || reasoningContent.redactedContent) return undefined
  return {
    words: [...DELTA, 'reasoningContent', 'text'],
    padding: PADDING,
    tell: (reply, json) => append(reply, json, 'reasoning'),
  }
}

const DELTA: Path = ['contentBlockDelta', 'delta']
/** Of random length, so that the length of an event does not tell what it says. */
const PADDING: Path = ['contentBlockDelta', 'p']
