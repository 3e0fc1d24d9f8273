/**
 * What the model said earlier.
 *
 * @see https://docs.cohere.com/docs/tool-use-overview
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Block, ReasoningBlock, ToolBlock } from '../../src/canonical.ts'
import { parseObject } from '../../src/wire/json.ts'
import { FORMAT, type Native, type Task } from './native.ts'
import { toolName } from './tools.ts'

/** A message of the model; nothing where it says nothing, which the provider refuses. */
export function assistant(message: AssistantMessage, task: Task): Native | undefined {
  const path = at(task.request, message)
  if (message.audio !== undefined) task.warn(`${path}.audio`, 'unsupported')
  const calls = message.blocks.filter((block) => block.type === 'tool').map((block) => call(block, path, task))
  const content: Native[] = []
  let plan = ''
  for (const block of message.blocks) {
    if (block.type !== 'reasoning' || !isPlan(block) || calls.length === 0) content.push(...native(block, path, task))
    else if (isOwn(block, path, task)) plan += block.text
  }
  if (calls.length === 0) return content.length > 0 ? { role: 'assistant', content: short(content) } : undefined
  const thoughts = content.filter(({ type }) => type === 'thinking')
  const words = content.flatMap(({ type, text }) => (type === 'text' ? [String(text)] : [])).join('')
  // What is said before calls is their plan, unless the model made one that it keeps apart.
  const [planned, kept] = plan === '' ? [words, thoughts] : [plan, content]
  return {
    role: 'assistant',
    ...(kept.length > 0 && { content: short(kept) }),
    ...(planned !== '' && { tool_plan: planned }),
    tool_calls: calls,
  }
}

function native(block: Block, path: string, task: Task): Native[] {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'transcript':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }]
    case 'reasoning':
      return isOwn(block, path, task) && block.text !== '' ? [{ type: 'thinking', thinking: block.text }] : []
    case 'tool':
      return []
    case 'opaque':
      task.warn(path, 'a block of another provider or model, not sent')
      return []
    case 'media':
      task.warn(path, `${block.kind} made by a model, not sent`)
      return []
  }
}

function isPlan({ extra }: ReasoningBlock): boolean {
  return extra?.['tool_plan'] === true
}

/** Thoughts go back to the model that had them. */
function isOwn({ origin }: ReasoningBlock, path: string, { request, warn }: Task): boolean {
  const own = origin?.format === FORMAT && (origin.model === undefined || origin.model === request.model)
  if (!own) warn(`${path}.reasoning`, 'not known to be of this model, not sent')
  return own
}

function call(block: ToolBlock, path: string, task: Task): Native {
  const { id, name } = block
  return { id, type: 'function', function: { name: toolName(name), arguments: input(block, path, task) } }
}

/** The input of a call, verbatim where it is an object. Clients do send back calls that were cut. */
function input({ text }: ToolBlock, path: string, { warn }: Task): string {
  if (text.trim() === '') return '{}'
  if (parseObject(text)) return text
  warn(`${path}.tool_calls`, 'arguments are not a JSON object, sent inside one')
  return JSON.stringify({ _raw: text })
}

/** One text as a string, which is the shorter way to say it. */
function short(content: readonly Native[]): Native['content'] {
  const [only, ...others] = content
  return only?.['type'] === 'text' && others.length === 0 ? only['text'] : content
}
