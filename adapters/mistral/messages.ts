/**
 * The conversation as the provider wants it: roles in its order, ids of its form, and no member it does not know.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import type {
  AssistantMessage,
  Block,
  Citation,
  Message,
  Origin,
  SystemMessage,
  ToolMessage,
} from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { parseObject } from '../../src/wire/json.ts'
import { toolName } from '../openai/names.ts'
import { callIds, type CallIds } from './ids.ts'
import { FORMAT, type Native, type Task } from './native.ts'
import { contentOf, textOf } from './parts.ts'
import { Turns } from './turns.ts'

/** A conversation in the provider's words. */
export interface Conversation {
  readonly messages: readonly Native[]
  /** The words the answer goes on from, which the provider says again. */
  readonly echo?: string
}

/** A call that waits for its result. */
interface OpenCall {
  readonly told: string
  readonly id: string
  readonly name: string
}

/** Says a conversation in the provider's words. */
export function converse(task: Task): Conversation {
  const { messages, directives = [] } = task.request
  const turns = new Turns(task)
  const ids = callIds()
  const body = messages.findIndex((message) => !isSystem(message))
  // Where there are only instructions, the last one is the question.
  const start = body < 0 ? messages.length - 1 : body
  let open: OpenCall[] = []
  let attached: Native[] = []
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (index === start) for (const text of directives) turns.system(text, path, false)
    if (message.role !== 'tool') {
      attach(turns, attached, path)
      attached = []
    }
    if (message.name !== undefined && message.role !== 'tool') task.warn(`${path}.name`, 'unsupported')
    if (message.role !== 'assistant' && message.extra) task.warn(`${path}.prefix`, 'only for what the assistant says')
    switch (message.role) {
      case 'system':
      case 'developer':
        turns.system(textOf(message.content, `${path}.content`), path, index === messages.length - 1)
        break
      case 'user':
        turns.user(contentOf(message.content, `${path}.content`, task), path)
        break
      case 'assistant':
        open = say(turns, message, ids, path, task)
        break
      case 'tool': {
        const call = take(open, message, path)
        const { text, media } = result(message, path, task)
        turns.tool({ tool_call_id: call.id, name: call.name, content: text })
        if (media.length > 0) attached.push({ type: 'text', text: `Attached to the result of ${call.id}:` }, ...media)
      }
    }
  })
  attach(turns, attached, `messages[${messages.length - 1}]`)
  return end(turns)
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

/** Media that results of tools cannot hold. */
function attach(turns: Turns, media: readonly Native[], path: string): void {
  if (media.length > 0) turns.user(media, path)
}

/** The call that a result answers, by its id, or by its name where it has none. */
function take(open: OpenCall[], { id, name }: ToolMessage, path: string): OpenCall {
  const found = open.findIndex((call) => (id === undefined ? call.name === toolName(name ?? '') : call.told === id))
  const [call] = found < 0 ? [] : open.splice(found, 1)
  if (call) return call
  const message = `The result for "${id ?? name ?? ''}" answers no call of the assistant message before it.`
  throw badRequest(message, `${path}.tool_call_id`, 'invalid_tool_history')
}

function result(
  { content, failed }: ToolMessage,
  path: string,
  task: Task,
): { readonly text: string; readonly media: readonly Native[] } {
  if (failed) task.warn(`${path}.is_error`, 'unsupported')
  const said = contentOf(content, `${path}.content`, task)
  if (typeof said === 'string') return { text: said, media: [] }
  const text = said.flatMap((one) => (one['type'] === 'text' ? [String(one['text'])] : [])).join('\n')
  const media = said.filter((one) => one['type'] !== 'text')
  if (media.length > 0) task.warn(`${path}.content`, 'media moved to a user message')
  return { text: text === '' && media.length > 0 ? ATTACHED : text, media }
}

const ATTACHED = 'The result is attached to the next user message.'

/** Says what the model said, if there is anything. Returns the calls it made. */
function say(turns: Turns, message: AssistantMessage, ids: CallIds, path: string, task: Task): OpenCall[] {
  if (message.audio !== undefined) task.warn(`${path}.audio`, 'unsupported')
  const chunks = message.blocks.flatMap((block) => chunksOf(block, path, task))
  const calls: OpenCall[] = []
  const natives = message.blocks.flatMap((block): readonly Native[] => {
    if (block.type !== 'tool') return []
    const call = { told: block.id, id: ids(block.id), name: toolName(block.name) }
    calls.push(call)
    return [
      {
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: block.text.trim() === '' ? '{}' : block.text },
      },
    ]
  })
  if (chunks.length === 0 && natives.length === 0) task.warn(path, 'empty, not sent')
  else {
    const calling = natives.length > 0 && { tool_calls: natives }
    turns.assistant({ content: together(chunks), ...calling, ...message.extra }, path)
  }
  return calls
}

/** The plainest form that holds these chunks. */
function together(chunks: readonly Native[]): string | readonly Native[] {
  if (chunks.some((one) => one['type'] !== 'text')) return chunks
  return chunks.map((one) => String(one['text'])).join('')
}

function chunksOf(block: Block, path: string, task: Task): readonly Native[] {
  switch (block.type) {
    case 'text':
      return block.text === ''
        ? []
        : [{ type: 'text', text: block.text }, ...(block.citations ?? []).flatMap(reference)]
    case 'refusal':
    case 'transcript':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }]
    case 'reasoning': {
      const { text, signature, origin } = block
      if (isOwn(origin, task))
        return [{ type: 'thinking', thinking: [{ type: 'text', text }], ...(signature && { signature }), closed: true }]
      task.warn(`${path}.reasoning`, "not known as this model's, not sent")
      return []
    }
    case 'opaque': {
      const own = isOwn(block.origin, task) ? parseObject(block.text) : undefined
      if (!own) task.warn(path, 'a block of another provider or model, not sent')
      return own ? [{ ...own }] : []
    }
    case 'media':
      task.warn(path, `${block.kind} made by a model, not sent`)
      return []
    case 'tool':
      return []
  }
}

function isOwn(origin: Origin | undefined, { request }: Task): boolean {
  return origin?.format === FORMAT && (origin.model === undefined || origin.model === request.model)
}

/** A source as the provider told of it. */
function reference({ document }: Citation): readonly Native[] {
  const ids = document?.['reference_ids']
  return Array.isArray(ids) ? [{ type: 'reference', reference_ids: ids }] : []
}

/** A conversation that ends with the model's words is to be gone on with from there. */
function end({ said }: Turns): Conversation {
  const last = said.at(-1)
  if (!last) throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  if (last['role'] !== 'assistant') return { messages: said }
  const { content } = last
  const words = typeof content === 'string' ? [content] : textsIn(content)
  return { messages: [...said.slice(0, -1), { ...last, prefix: last['prefix'] ?? true }], echo: words.join('') }
}

function textsIn(content: Native[string]): readonly string[] {
  const chunks = Array.isArray(content) ? content : []
  return chunks.flatMap((one: Native) => (one['type'] === 'text' ? [String(one['text'])] : []))
}
