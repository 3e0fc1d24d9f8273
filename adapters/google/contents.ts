/**
 * The conversation as the Gemini API wants it: instructions apart, the model's words together, every call answered in
 * the turn after it, in the order of the calls.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { Message, SystemMessage, ToolMessage } from '../../src/canonical.ts'
import { relayed } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { type Call, modelParts, sign } from './model-turn.ts'
import type { Native, Task, Turn } from './native.ts'
import { nativeParts, textParts } from './parts.ts'
import { results } from './results.ts'

/** A conversation in the provider's words. */
export interface Conversation {
  readonly system: Native[]
  readonly turns: readonly Turn[]
}

/** What the user says where somebody has to say something. Newer models refuse empty text. */
const LEAST = ' '

/** Says a conversation in the provider's words. Each turn depends on what came before it only, so a longer history begins like a shorter one. */
export function converse(task: Task): Conversation {
  const { messages } = task.request
  const start = messages.findIndex((message) => !isSystem(message))
  // Where there are only instructions, the last one is the question.
  const head = messages.slice(0, start < 0 ? -1 : start)
  const system = head.flatMap((message) => (isSystem(message) ? instruction(message, task) : []))
  const turns: Turn[] = []
  const question = start < 0 ? messages.at(-1) : undefined
  if (question && isSystem(question)) say(turns, instruction(question, task))
  for (let index = start < 0 ? messages.length : start; index < messages.length;) index = take(index, turns, task)
  if (turns.length === 0)
    throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  goOn(turns, task)
  return { system, turns }
}

/** Takes the turn that begins at an index; returns where the next one begins. */
function take(index: number, turns: Turn[], task: Task): number {
  const message = task.request.messages[index]
  if (!message) return index + 1
  const path = `messages[${index}]`
  switch (message.role) {
    case 'system':
    case 'developer':
      say(turns, instruction(message, task).map(passedOn))
      return index + 1
    case 'user':
      say(turns, nativeParts(message.content, `${path}.content`, task))
      return index + 1
    case 'assistant':
      return exchange(index, turns, task)
    case 'tool':
      throw orphan(message, path)
  }
}

/** What the user says. Every message stays a turn of its own. */
function say(turns: Turn[], parts: Native[]): void {
  if (parts.length > 0) turns.push({ role: 'user', parts })
}

/** Takes assistant messages that stand together, and what answers their calls: results first, whatever stood between them. */
function exchange(start: number, turns: Turn[], task: Task): number {
  const { messages } = task.request
  const end = after(start, messages, (message) => message.role === 'assistant')
  const next = after(end, messages, (message) => message.role === 'tool' || isSystem(message))
  const parts: Native[] = []
  const calls: Call[] = []
  for (let index = start; index < end; index += 1) {
    const message = messages[index]
    if (message?.role !== 'assistant') continue
    const said = modelParts(message, task)
    parts.push(...said.parts)
    calls.push(...said.calls)
  }
  sign(parts, calls[0]?.path ?? '', task)
  const between = messages.slice(end, next)
  const pairs = pair(
    calls,
    between.filter((message) => message.role === 'tool'),
    task,
  )
  if (parts.length > 0) {
    // A conversation begins with the user.
    if (turns.length === 0) say(turns, [{ text: LEAST }])
    turns.push({ role: 'model', parts })
  }
  const ordered = pairs.toSorted(([one], [other]) => parts.indexOf(one.part) - parts.indexOf(other.part))
  for (const turn of results(ordered, task)) say(turns, turn)
  for (const message of between) if (isSystem(message)) say(turns, instruction(message, task).map(passedOn))
  return next
}

function after(start: number, messages: readonly Message[], belongs: (message: Message) => boolean): number {
  for (let index = start; ; index += 1) {
    const message = messages[index]
    if (!message || !belongs(message)) return index
  }
}

/** Every call with its result. */
function pair(
  calls: readonly Call[],
  messages: readonly ToolMessage[],
  task: Task,
): readonly (readonly [Call, ToolMessage])[] {
  const open = [...calls]
  const pairs = messages.map((message) => {
    const index = open.findIndex((call) => answersTo(message, call))
    const [call] = index < 0 ? [] : open.splice(index, 1)
    if (!call) throw orphan(message, at(task.request, message))
    return [call, message] as const
  })
  const [missing] = open
  if (!missing) return pairs
  const message = `Tool calls must be followed by a tool message for each of them. "${missing.told}" has none.`
  throw badRequest(message, missing.path, 'invalid_tool_history')
}

function answersTo({ id, name }: ToolMessage, call: Call): boolean {
  return id ? id === call.told : name === undefined || name === call.name
}

function orphan({ id, name }: ToolMessage, path: string): Error {
  const message = `The result for "${id ?? name ?? ''}" answers no call of the assistant message before it.`
  return badRequest(message, `${path}.tool_call_id`, 'invalid_tool_history')
}

/** Newer models do not go on from words of their own: "Requests ending with a model turn are not supported". */
function goOn(turns: Turn[], { fact, warn }: Task): void {
  if (turns.at(-1)?.role !== 'model' || fact.prefill) return
  warn('messages', 'this model does not go on from an assistant message, it is asked to continue')
  say(turns, [{ text: LEAST }])
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function instruction(message: SystemMessage, task: Task): Native[] {
  return textParts(message.content, `${at(task.request, message)}.content`)
}

/** An instruction inside the conversation: the API takes instructions at the head only. */
function passedOn({ text }: Native): Native {
  return { text: relayed(String(text)) }
}
