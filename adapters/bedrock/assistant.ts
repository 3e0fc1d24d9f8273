/**
 * What the model said earlier, block by block.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningContentBlock.html
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Block, OpaqueBlock, Origin, ReasoningBlock, ToolBlock } from '../../src/canonical.ts'
import { isObject, parseObject, rawJson } from '../../src/wire/json.ts'
import { toolName } from '../openai/names.ts'
import { mark } from './cache.ts'
import { sameModel } from './models.ts'
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
  const natives: Native[] = []
  for (const block of message.blocks) {
    natives.push(...native(block, path, calls, turns, task))
    if (block.type === 'text' && block.cache) mark(natives, block.cache, `${path}.content`, task)
  }
  markLast(natives, message.cache, path, task)
  return natives.reduce(whole, [])
}

function native(block: Block, path: string, calls: Call[], turns: Turns, task: Task): Native[] {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'transcript':
      return text(block.text)
    case 'reasoning':
      return thought(block, path, task)
    case 'tool': {
      const told = block.id || `call_${path.replace(/\D+/gu, '')}_${calls.length}`
      const call = { told: block.id, id: turns.id(told), name: block.name }
      calls.push(call)
      return [{ toolUse: { toolUseId: call.id, name: toolName(block.name), input: input(block, path, task) } }]
    }
    case 'opaque':
      return own(block, path, task)
    case 'media':
      task.warn(path, `${block.kind} made by a model, not sent`)
      return []
  }
}

/** Thoughts go back to the model that had them, with its proof that they are its own. */
function thought({ text, signature, encrypted, origin }: ReasoningBlock, path: string, task: Task): Native[] {
  if (origin && isOwn(origin, task)) {
    if (encrypted) return [{ reasoningContent: { redactedContent: encrypted } }]
    if (signature) return [{ reasoningContent: { reasoningText: { text, signature } } }]
  }
  task.warn(`${path}.reasoning`, 'not signed by this model, not sent')
  return []
}

function isOwn({ format, model }: Origin, { request }: Task): boolean {
  return format === FORMAT && (model === undefined || sameModel(model, request.model))
}

/** Calls of the provider's own tools and what came of them. The API wants the tool declared, so they go where it is offered again. */
function own({ text, origin }: OpaqueBlock, path: string, task: Task): Native[] {
  const { webSearch, tools = [] } = task.request
  const isOffered = webSearch !== undefined || tools.some(({ type }) => type === 'native')
  const value = isOffered && isOwn(origin, task) ? parseObject(text) : undefined
  if (!value) task.warn(path, "a block of the provider's own tools, not sent")
  if (!value) return []
  return [value['type'] === 'server_tool_use' ? { toolUse: value } : { ...value }]
}

/** Puts the pieces of a result together that the reply told one by one. */
function whole(natives: Native[], block: Native): Native[] {
  const { toolResultContent: more } = block
  const last = natives.at(-1)
  const result = last?.['toolResult']
  if (!Array.isArray(more)) return [...natives, block]
  if (!isObject(result)) return natives
  const content = Array.isArray(result['content']) ? result['content'] : []
  return [...natives.slice(0, -1), { toolResult: { ...result, content: [...content, ...more] } }]
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
