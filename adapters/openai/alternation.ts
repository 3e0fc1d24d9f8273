/**
 * Conversations for providers that want one instruction at the head, and then user and assistant in turn.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { relayed } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'

/** The same conversation: neighbours of one role are one message, and what is instructed later the user passes on. */
export function alternating(messages: readonly JsonObject[], warn: Warn): readonly JsonObject[] {
  const turns: JsonObject[] = []
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool' || message['tool_calls'] !== undefined)
      throw badRequest(
        'This provider knows no tools, and the conversation holds calls.',
        'messages',
        'unsupported_value',
      )
    const isHead = messages.slice(0, index).every(({ role }) => role === 'system')
    const told = message['role'] === 'system' && !isHead ? passedOn(message) : message
    const last = turns.at(-1)
    if (last && last['role'] === told['role']) turns.splice(-1, 1, joined(last, told))
    else if (told['role'] === 'assistant' && last?.['role'] !== 'user') turns.push(opening(warn), told)
    else turns.push(told)
  }
  if (turns.at(-1)?.['role'] !== 'user')
    throw badRequest('With this provider, the last message must be the user’s.', 'messages', 'unsupported_value')
  return turns
}

function opening(warn: Warn): JsonObject {
  warn('messages', 'the assistant speaks first, a user who says "." was put before it')
  return { role: 'user', content: '.' }
}

function passedOn({ content, ...message }: JsonObject): JsonObject {
  const words = parts(content).map((part) => relayed(String(part['text'])))
  return { ...message, role: 'user', content: words.join('\n\n') }
}

function joined(one: JsonObject, other: JsonObject): JsonObject {
  const [before, after] = [one['content'], other['content']]
  const content =
    typeof before === 'string' && typeof after === 'string'
      ? [before, after].filter((text) => text !== '').join('\n\n')
      : [...parts(before), ...parts(after)]
  return { ...one, content }
}

function parts(content: Json | undefined): readonly JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  // Content that is no text is a list of parts, as it was encoded.
  return (content ?? []) as readonly JsonObject[]
}
