/**
 * The conversation as the chat API wants it: one system message, at its head.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { Message, SystemMessage, ToolMessage } from '../../src/canonical.ts'
import { relayed } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { assistant } from './assistant.ts'
import type { Native, Task } from './native.ts'
import { instructions, toolContent, userContent } from './parts.ts'

/** A conversation in the provider's words. */
export interface Conversation {
  readonly messages: readonly Native[]
  /** Files of the conversation, which the provider takes beside it. */
  readonly documents: readonly Native[]
}

/** Says a conversation in the provider's words. Each message depends on what came before it only. */
export function converse(task: Task): Conversation {
  const { messages, directives = [] } = task.request
  const start = messages.findIndex((message) => !isSystem(message))
  // Where there are only instructions, the last one is the question.
  const length = start < 0 ? messages.length - 1 : start
  const system = [
    ...messages.slice(0, length).flatMap((message) => (isSystem(message) ? said(message, task) : [])),
    ...directives.map((text): Native => ({ type: 'text', text })),
  ]
  const documents: Native[] = []
  const rest = messages.slice(length).flatMap((message): Native[] => {
    if (start < 0 && isSystem(message)) return [{ role: 'user', content: said(message, task) }]
    return native(message, documents, task)
  })
  return { messages: [...(system.length > 0 ? [{ role: 'system', content: short(system) }] : []), ...rest], documents }
}

function native(message: Message, documents: Native[], task: Task): Native[] {
  const path = `${at(task.request, message)}.content`
  switch (message.role) {
    case 'system':
    case 'developer':
      // "system turn must be the first in the list": the user passes on what comes later.
      return [{ role: 'user', content: said(message, task).map(passedOn) }]
    case 'user':
      return [{ role: 'user', content: userContent(message.content, path, documents, task) }]
    case 'assistant': {
      const native = assistant(message, task)
      return native ? [native] : []
    }
    case 'tool':
      return [tool(message, path, task)]
  }
}

function tool(message: ToolMessage, path: string, task: Task): Native {
  const { id, failed, content } = message
  const place = at(task.request, message)
  if (id === undefined) throw badRequest('The result answers no call.', `${place}.tool_call_id`, 'invalid_tool_history')
  if (failed !== undefined) task.warn(`${place}.is_error`, 'unsupported')
  return { role: 'tool', tool_call_id: id, content: toolContent(content, path, task) }
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function said(message: SystemMessage, { request }: Task): Native[] {
  return instructions(message.content, `${at(request, message)}.content`)
}

function passedOn(text: Native): Native {
  return { ...text, text: relayed(String(text['text'])) }
}

/** One text as a string, which is the shorter way to say it. */
function short(content: readonly Native[]): Native['content'] {
  const [only, ...others] = content
  return only && others.length === 0 ? only['text'] : content
}
