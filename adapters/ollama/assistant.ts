/**
 * What the model said earlier.
 *
 * @see https://docs.ollama.com/api/chat
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Block, ReasoningBlock, ToolBlock } from '../../src/canonical.ts'
import { parseObject, rawJson } from '../../src/wire/json.ts'
import { FORMAT, type Native, type Task } from './native.ts'

/** A message of the model; nothing where it says nothing. */
export function assistant(message: AssistantMessage, task: Task): Native | undefined {
  const path = at(task.request, message)
  if (message.audio !== undefined) task.warn(`${path}.audio`, 'unsupported')
  let content = ''
  let thinking = ''
  const calls: Native[] = []
  for (const block of message.blocks) {
    if (block.type === 'tool') calls.push(call(block, path, task))
    else if (block.type !== 'reasoning') content += words(block, path, task)
    else if (isOwn(block, path, task)) thinking += block.text
  }
  if (content === '' && thinking === '' && calls.length === 0) return undefined
  return {
    role: 'assistant',
    content,
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

function words(block: Exclude<Block, ToolBlock | ReasoningBlock>, path: string, { warn }: Task): string {
  if (block.type === 'opaque') warn(path, 'a block of another provider or model, not sent')
  else if (block.type === 'media') warn(path, `${block.kind} made by a model, not sent`)
  else return block.text
  return ''
}

/** Thoughts go back to the model that had them. */
function isOwn({ origin }: ReasoningBlock, path: string, { request, warn }: Task): boolean {
  const own = origin?.format === FORMAT && (origin.model === undefined || origin.model === request.model)
  if (!own) warn(`${path}.reasoning`, 'not known to be of this model, not sent')
  return own
}

/** A call. Its arguments are an object here: anything else the server cannot read at all. */
function call({ id, name, text }: ToolBlock, path: string, { warn }: Task): Native {
  const input = (): Native[string] => {
    if (text.trim() === '') return {}
    if (parseObject(text)) return rawJson(text)
    warn(`${path}.tool_calls`, 'arguments are not a JSON object, sent inside one')
    return { _raw: text }
  }
  return { id, function: { name, arguments: input() } }
}
