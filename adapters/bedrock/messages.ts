/**
 * The conversation as Converse wants it: system apart, turns merged, every call answered in the turn after it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { Message, SystemMessage, ToolMessage, UserMessage } from '../../src/canonical.ts'
import { relayed } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { assistantBlocks, type Call } from './assistant.ts'
import { isPoint } from './cache.ts'
import { Documents } from './documents.ts'
import type { Native, Task, Turn } from './native.ts'
import { blocks, markLast } from './parts.ts'
import { Turns } from './turns.ts'

/** A conversation in the provider's words. */
export interface Conversation {
  readonly system: Native[]
  readonly turns: readonly Turn[]
}

/** A conversation being told, and what has been met of it. */
interface Telling {
  readonly task: Task
  readonly turns: Turns
  readonly documents: Documents
}

/** Says a conversation in the provider's words. Each turn depends on what came before it only, so a longer history begins like a shorter one. */
export function converse(task: Task): Conversation {
  const { messages } = task.request
  const telling = { task, turns: new Turns(task), documents: new Documents(task) }
  const start = messages.findIndex((message) => !isSystem(message))
  // Where there are only instructions, the last one is the question.
  const head = start < 0 ? messages.slice(0, -1) : messages.slice(0, start)
  const question = start < 0 ? messages.at(-1) : undefined
  const system = head.flatMap((message) => (isSystem(message) ? instruction(message, telling) : []))
  if (question && isSystem(question)) telling.turns.user(instruction(question, telling), at(task.request, question))
  for (let index = start < 0 ? messages.length : start; index < messages.length;) index = turn(index, telling)
  const turns = telling.turns.end()
  if (turns.length === 0)
    throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  return { system, turns }
}

/** Takes the turn that begins at an index; returns where the next one begins. */
function turn(index: number, telling: Telling): number {
  const message = telling.task.request.messages[index]
  if (!message) return index + 1
  const path = `messages[${index}]`
  switch (message.role) {
    case 'system':
    case 'developer':
      telling.turns.user(instruction(message, telling).map(passedOn))
      return index + 1
    case 'user':
      telling.turns.user(said(message, path, telling), path)
      return index + 1
    case 'assistant':
      return exchange(index, telling)
    case 'tool':
      throw orphan(message, path)
  }
}

/** What the user says. Beside a document the API insists on words. */
function said(message: UserMessage, path: string, { task, documents }: Telling): Native[] {
  const natives = blocks(message.content, `${path}.content`, documents, task)
  const isMute = natives.some((block) => 'document' in block) && !natives.some((block) => 'text' in block)
  const whole = isMute ? [{ text: 'See the attached document.' }, ...natives] : natives
  markLast(whole, message.cache, path, task)
  return whole
}

/** Takes assistant messages that stand together, and what answers their calls: results first, whatever stood between them. */
function exchange(start: number, telling: Telling): number {
  const { task, turns } = telling
  const { messages } = task.request
  const end = after(start, messages, (message) => message.role === 'assistant')
  const next = after(end, messages, (message) => message.role === 'tool' || isSystem(message))
  const calls: Call[] = []
  for (let index = start; index < end; index += 1) {
    const message = messages[index]
    if (message?.role === 'assistant') turns.assistant(assistantBlocks(message, calls, turns, task))
  }
  if (calls.length === 0 && next === end) return next
  const between = messages.slice(end, next)
  const results = new Map<Call, Answer>()
  for (const message of between) {
    if (message.role !== 'tool') continue
    const call = calls.find((one) => !results.has(one) && answersTo(message, one))
    if (!call) throw orphan(message, at(task.request, message))
    results.set(call, answer(message, call, telling))
  }
  const open = calls.find((call) => !results.has(call))
  if (open) throw unanswered(open, start)
  const answers = calls.flatMap((call) => results.get(call) ?? [])
  turns.user(answers.flatMap(({ result }) => result))
  turns.user(answers.flatMap(({ beside }) => beside))
  for (const message of between) if (isSystem(message)) turns.user(instruction(message, telling).map(passedOn))
  return next
}

function after(start: number, messages: readonly Message[], belongs: (message: Message) => boolean): number {
  for (let index = start; ; index += 1) {
    const message = messages[index]
    if (!message || !belongs(message)) return index
  }
}

function answersTo(message: ToolMessage, call: Call): boolean {
  return message.id ? message.id === call.told : message.name === undefined || message.name === call.name
}

function orphan({ id, name }: ToolMessage, path: string): Error {
  const message = `The result for "${id ?? name ?? ''}" answers no call of the assistant message before it.`
  return badRequest(message, `${path}.tool_call_id`, 'invalid_tool_history')
}

function unanswered(call: Call, index: number): Error {
  const message = `Tool calls must be followed by a tool message for each of them. "${call.told}" has none.`
  return badRequest(message, `messages[${index}]`, 'invalid_tool_history')
}

/** What a tool answered: its result, with the point that may follow it, and media that the model reads beside results only. */
interface Answer {
  readonly result: readonly Native[]
  readonly beside: readonly Native[]
}

function answer(message: ToolMessage, call: Call, { task, documents }: Telling): Answer {
  const { fact, request, warn } = task
  const path = at(request, message)
  const all = blocks(message.content, `${path}.content`, documents, task)
  const natives = all.filter((block) => !isPoint(block))
  const isTaken = (block: Native): boolean => 'text' in block || fact.resultMedia.some((kind) => kind in block)
  const beside = natives.filter((block) => !isTaken(block))
  const told = natives.filter(isTaken)
  if (message.failed && !fact.toldFailures) warn(`${path}.is_error`, 'unsupported by this model')
  const result: Native[] = [
    {
      toolResult: {
        toolUseId: call.id,
        // Several models refuse an answer without a word.
        content: told.length > 0 ? told : [{ text: beside.length > 0 ? 'See below.' : '(no output)' }],
        ...(message.failed && fact.toldFailures && { status: 'error' }),
      },
    },
    ...all.filter(isPoint).slice(-1),
  ]
  markLast(result, message.cache, path, task)
  const needsWords = beside.some((block) => 'document' in block)
  return { result, beside: needsWords ? [{ text: 'Part of the answer:' }, ...beside] : beside }
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function instruction(message: SystemMessage, { task, documents }: Telling): Native[] {
  const path = at(task.request, message)
  const natives = blocks(message.content, `${path}.content`, documents, task)
  if (natives.some((native) => !('text' in native || isPoint(native)))) {
    throw badRequest('This provider takes only text in system messages.', `${path}.content`, 'unsupported_content_part')
  }
  markLast(natives, message.cache, path, task)
  return natives
}

/** An instruction inside the conversation, as the user passes it on: Converse has no other place for it. */
function passedOn(block: Native): Native {
  return 'text' in block ? { text: relayed(String(block['text'])) } : block
}
