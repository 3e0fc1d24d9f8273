/**
 * What the model said earlier, block by block.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Block, Origin, ReasoningBlock, ToolBlock } from '../../src/canonical.ts'
import { isObject, parseObject, rawJson } from '../../src/wire/json.ts'
import { mark } from './cache.ts'
import { sameModel } from './models.ts'
import { toolName } from './names.ts'
import { FORMAT, type Native, type Task } from './native.ts'
import { markLast, text } from './parts.ts'
import type { Turns } from './turns.ts'

/** A call in the history: its id as the client knows it and as the provider will. */
export interface Call {
  readonly told: string
  readonly id: string
  readonly name: string
}

/** A message of the model as native blocks. Its calls are added to the list. */
export function assistantBlocks(message: AssistantMessage, calls: Call[], turns: Turns, task: Task): Native[] {
  const path = at(task.request, message)
  if (message.audio !== undefined) task.warn(`${path}.audio`, 'unsupported')
  const natives = message.blocks
    .map((block) => native(block, path, calls, turns, task))
    .filter((block) => block !== undefined)
  markLast(natives, message.cache, path, task)
  return natives
}

function native(block: Block, path: string, calls: Call[], turns: Turns, task: Task): Native | undefined {
  switch (block.type) {
    case 'text': {
      const said = text(block.text)
      if (said && block.cache) mark(said, block.cache, `${path}.content`, task.warn)
      return said
    }
    case 'refusal':
    case 'transcript':
      return text(block.text)
    case 'reasoning':
      return thought(block, path, task)
    case 'tool': {
      const told = block.id || `call_${path.replace(/\D+/gu, '')}_${calls.length}`
      const call = { told: block.id, id: turns.id(told), name: block.name }
      calls.push(call)
      return toolUse(block, call, path, task)
    }
    case 'opaque': {
      const value = isOwn(block.origin, task) ? parseObject(block.text) : undefined
      if (!value) task.warn(path, 'a block of another provider or model, not sent')
      return value && { ...value }
    }
    case 'media':
      task.warn(path, `${block.kind} made by a model, not sent`)
      return undefined
  }
}

/** Thoughts go back to the model that had them, with its proof that they are its own. */
function thought({ text, signature, encrypted, origin }: ReasoningBlock, path: string, task: Task): Native | undefined {
  if (origin && isOwn(origin, task)) {
    if (encrypted) return { type: 'redacted_thinking', data: encrypted }
    if (signature) return { type: 'thinking', thinking: text, signature }
  }
  task.warn(`${path}.reasoning`, 'not signed by this model, not sent')
  return undefined
}

function isOwn({ format, model }: Origin, { request }: Task): boolean {
  return format === FORMAT && (model === undefined || sameModel(model, request.model))
}

function toolUse(block: ToolBlock, { id, name }: Call, path: string, task: Task): Native {
  const kept = block.extra?.[FORMAT]
  return { type: 'tool_use', id, name: toolName(name), input: input(block, path, task), ...(isObject(kept) && kept) }
}

/** The input of a call as an object, byte for byte where it is one. Clients do send back calls that were cut. */
function input({ text }: ToolBlock, path: string, { warn }: Task): Native[string] {
  if (text.trim() === '') return {}
  if (parseObject(text)) return rawJson(text)
  warn(`${path}.tool_calls`, 'arguments are not a JSON object, sent inside one')
  try {
    JSON.parse(text)
    return { _value: rawJson(text) }
  } catch {
    return { _raw: text }
  }
}
