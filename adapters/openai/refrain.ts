/**
 * Chunks that are like the one before but for their words, as nearly all chunks of a stream are.
 *
 * @module
 */
import type { ChatCodec } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { append, type Lesson, type Path, Refrain } from '../../src/wire/refrain.ts'
import type { Dialect } from './dialect.ts'
import { frame } from './frame.ts'
import { usageOf } from './usage.ts'
import type { Delta, ToolCall } from './wire.ts'

/** Writes down chunks that are like the one before, for one dialect. */
export function repeating({
  usage: counts = usageOf,
  thinkTags = false,
}: Dialect): Required<Pick<ChatCodec, 'quick' | 'words' | 'repeats'>> {
  const learn = (value: JsonObject): Lesson | undefined => {
    const parsed = frame.safeParse(value)
    if (!parsed.success) return undefined
    const { error, object, choices } = parsed.data
    const [choice, ...others] = choices ?? []
    if (error != null || object === 'error' || !choice?.delta || others.length > 0) return undefined
    if (choice.finish_reason || choice.logprobs || counts(parsed.data)) return undefined
    return lessonOf(choice.delta, thinkTags ? 'aloud' : 'text')
  }
  const refrain = (): Refrain => new Refrain(learn)
  return {
    // What a reply is named after is told by its first chunk that is read whole.
    quick: (text, reply) => reply.started && reply.memory(refrain).take(text, reply),
    words: (text, reply) => reply.memory(refrain).words(text),
    repeats: (words, reply) => reply.memory(refrain).repeats(words, reply),
  }
}

/** What a delta shows of those like it: those that say one thing. */
function lessonOf(delta: Delta, as: 'text' | 'aloud'): Lesson | undefined {
  const { content, refusal, reasoning_content, reasoning, reasoning_details, tool_calls, ...others } = delta
  const { function_call, audio, annotations, images } = others
  if (refusal || reasoning_details?.length || function_call || audio || annotations?.length || images?.length)
    return undefined
  const said = [content, reasoning_content, reasoning, tool_calls].filter((one) => one?.length)
  if (said.length !== 1) return undefined
  if (typeof content === 'string' && content) return words('content', as)
  if (reasoning_content) return words('reasoning_content', 'reasoning')
  if (reasoning) return words('reasoning', 'reasoning')
  const [call, ...more] = tool_calls ?? []
  return call && more.length === 0 ? input(call) : undefined
}

function words(member: string, as: 'text' | 'aloud' | 'reasoning'): Lesson {
  return {
    words: [...DELTA, member],
    padding: PADDING,
    tell: (reply, json) => append(reply, json, as),
    ...(as === 'text' && { tellAll: (reply, all) => reply.literals(all) }),
  }
}

/** More of a call's input. */
function input({ index, id, type, function: called, custom }: ToolCall): Lesson | undefined {
  const isMore = typeof called?.arguments === 'string' && !called.name && !id && type !== 'custom' && custom == null
  if (!isMore || index == null) return undefined
  return {
    words: [...DELTA, 'tool_calls', 0, 'function', 'arguments'],
    padding: PADDING,
    tell: (reply, json) => reply.inputLiteral(index, json),
  }
}

const DELTA: Path = ['choices', 0, 'delta']
/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
const PADDING: Path = ['obfuscation']
