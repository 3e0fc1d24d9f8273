/**
 * The conversation as the Messages API wants it: system apart, turns merged, every call answered in the turn after it.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Message, SystemMessage, ToolMessage } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { assistantBlocks, type Call } from './assistant.ts'
import type { Native, Task, Turn } from './native.ts'
import { blocks, markLast } from './parts.ts'
import { Turns } from './turns.ts'

/** A conversation in the provider's words. */
export interface Conversation {
  readonly system: Native[]
  readonly turns: readonly Turn[]
}

/** Says a conversation in the provider's words. Each turn depends on what came before it only, so a longer history begins like a shorter one. */
export function converse(task: Task): Conversation {
  const { messages } = task.request
  const start = messages.findIndex((message) => !isSystem(message))
  const turns = new Turns(task)
  // Where there are only instructions, the last one is the question.
  const head = start < 0 ? messages.slice(0, -1) : messages.slice(0, start)
  const question = start < 0 ? messages.at(-1) : undefined
  const system = head.flatMap((message) => (isSystem(message) ? instruction(message, task) : []))
  if (question && isSystem(question)) turns.user(instruction(question, task), at(task.request, question))
  for (let index = start < 0 ? messages.length : start; index < messages.length;) index = turn(index, turns, task)
  const said = turns.end()
  if (said.length === 0)
    throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  return { system, turns: said }
}

/** Takes the turn that begins at an index; returns where the next one begins. */
function turn(index: number, turns: Turns, task: Task): number {
  const message = task.request.messages[index]
  if (!message) return index + 1
  const path = `messages[${index}]`
  switch (message.role) {
    case 'system':
    case 'developer':
      turns.instruct(instruction(message, task))
      return index + 1
    case 'user': {
      const said = blocks(message.content, `${path}.content`, task)
      markLast(said, message.cache, path, task)
      turns.user(said, path)
      return index + 1
    }
    case 'assistant':
      return exchange(index, turns, task)
    case 'tool':
      throw orphan(message, path)
  }
}

/** Takes assistant messages that stand together, and what answers their calls: results first, whatever stood between them. */
function exchange(start: number, turns: Turns, task: Task): number {
  const { messages } = task.request
  const end = after(start, messages, (message) => message.role === 'assistant')
  const next = after(end, messages, (message) => message.role === 'tool' || isSystem(message))
  const calls: Call[] = []
  let spoken: AssistantMessage | undefined
  for (let index = start; index < end; index++) {
    const message = messages[index]
    if (message?.role !== 'assistant') continue
    turns.assistant(assistantBlocks(message, calls, turns, task))
    spoken = message
  }
  if (calls.length === 0 && next === end) return next
  const between = messages.slice(end, next)
  const results = answers(
    calls,
    between.filter((message) => message.role === 'tool'),
    task,
  )
  const open = calls.find((call) => !results.has(call))
  if (open && !(end === messages.length && paused(spoken))) throw unanswered(open, messages[start], task)
  turns.user(calls.map((call) => results.get(call)).filter((one) => one !== undefined))
  for (const message of between) if (isSystem(message)) turns.instruct(instruction(message, task))
  return next
}

function after(start: number, messages: readonly Message[], belongs: (message: Message) => boolean): number {
  const at = messages.findIndex((message, index) => index >= start && !belongs(message))
  return at < 0 ? messages.length : at
}

/** The results, by the call each of them answers. */
function answers(calls: readonly Call[], messages: readonly ToolMessage[], task: Task): Map<Call, Native> {
  const results = new Map<Call, Native>()
  for (const message of messages) {
    const call = calls.find((one) => !results.has(one) && answersTo(message, one))
    if (!call) throw orphan(message, at(task.request, message))
    results.set(call, result(message, call, task))
  }
  return results
}

function answersTo(message: ToolMessage, call: Call): boolean {
  return message.id ? message.id === call.told : message.name === undefined || message.name === call.name
}

function orphan({ id, name }: ToolMessage, path: string): Error {
  const which = id ?? name ?? ''
  const message = `The result for "${which}" answers no call of the assistant message before it.`
  return badRequest(message, `${path}.tool_call_id`, 'invalid_tool_history')
}

function unanswered(call: Call, message: Message | undefined, task: Task): Error {
  const say = `Tool calls must be followed by a tool message for each of them. "${call.told}" has none.`
  return badRequest(say, message ? at(task.request, message) : 'messages', 'invalid_tool_history')
}

/** Whether a message is the part of a reply that the provider paused: it goes on from there, whatever is still open. */
function paused(message: AssistantMessage | undefined): boolean {
  return message?.blocks.at(-1)?.type === 'opaque'
}

function result(message: ToolMessage, call: Call, task: Task): Native {
  const path = at(task.request, message)
  const said = blocks(message.content, `${path}.content`, task)
  // The API refuses an empty list, and an error without a word.
  const words = typeof message.content === 'string' && said.length > 0 ? message.content : said
  const content = message.failed && words.length === 0 ? 'The tool failed and gave no reason.' : words
  const native: Native = {
    type: 'tool_result',
    tool_use_id: call.id,
    ...(content.length > 0 && { content }),
    ...(message.failed && { is_error: true }),
  }
  markLast([native], message.cache, path, task)
  return native
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function instruction(message: SystemMessage, task: Task): Native[] {
  const path = at(task.request, message)
  const said = blocks(message.content, `${path}.content`, task)
  if (said.some((native) => native['type'] !== 'text')) {
    throw badRequest('This provider takes only text in system messages.', `${path}.content`, 'unsupported_content_part')
  }
  markLast(said, message.cache, path, task)
  return said
}
