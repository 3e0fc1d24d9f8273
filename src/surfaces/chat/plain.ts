/**
 * Requests of nothing but words and a few settings, which most are: known by a look at them, without the schema.
 *
 * @module
 */
import { isObject } from '../../wire/json.ts'
import type { ChatMessage } from './conversation.ts'
import type { ChatBody } from './schema.ts'

/** Whether the schema would pass a body as it is. Where this says no, the schema has to be asked. */
export function isPlain(body: unknown): body is ChatBody {
  if (!isObject(body) || !isPlainConversation(body['messages'])) return false
  for (const name in body) {
    if (!PLAIN.get(name)?.(body[name])) return false
  }
  return body['model'] !== undefined
}

type Test = (value: unknown) => boolean

const isFlag: Test = (value) => typeof value === 'boolean'
const isCount: Test = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0
const isWords: Test = (value) => typeof value === 'string'

/** Members by their names, and what is plain of each. */
const PLAIN: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['model', (value) => typeof value === 'string' && value !== ''],
  // Looked at before all others.
  ['messages', () => true],
  ['max_tokens', isCount],
  ['max_completion_tokens', isCount],
  ['temperature', (value) => typeof value === 'number' && value >= 0 && value <= 2],
  ['top_p', (value) => typeof value === 'number' && value >= 0 && value <= 1],
  ['stop', isWords],
  ['stream', isFlag],
  ['stream_options', isPlainStreaming],
  ['user', isWords],
])

function isPlainStreaming(options: unknown): boolean {
  if (!isObject(options)) return false
  for (const name in options) if (name !== 'include_usage' || !isFlag(options[name])) return false
  return true
}

function isPlainConversation(messages: unknown): messages is readonly ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) return false
  for (let index = 0; index < messages.length; index++) if (!isPlainMessage(messages[index])) return false
  return true
}

function isPlainMessage(message: unknown): boolean {
  if (!isObject(message)) return false
  for (const name in message) if (name !== 'role' && name !== 'content') return false
  const { role, content } = message
  if (typeof content !== 'string') return false
  return role === 'assistant' || role === 'system' || role === 'developer' || (role === 'user' && content !== '')
}
