/**
 * Replies of Ollama, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { calls, halves, type Mouth, words } from './mouth.ts'
import type { Native } from './rig.ts'

/** What a model says: thoughts, words, and calls. */
const messages = fc
  .record({
    thinking: fc.option(words),
    content: fc.oneof(words, fc.constant('')),
    calls,
  })
  .filter(({ content, calls }) => content !== '' || calls.length > 0)
  .map(({ thinking, content, calls }): JsonObject => ({
    role: 'assistant',
    content,
    ...(thinking !== null && { thinking }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ name, input }, index) => ({
        id: `call_${index}`,
        function: { name, arguments: input },
      })),
    }),
  }))

/** What Ollama may reply. */
export const ollamaReplies: Mouth = {
  model: 'qwen3:8b',
  replies: messages.map((message) => ollamaReply(message)),
  ending: (reason) => ollamaReply({ role: 'assistant', content: 'Hi.' }, reason),
  breaks: ['load', 'unload'],
  original: ({ message }) => gist(isObject(message) ? message : {}),
  again: gist,
}

/** A message with its calls without their ids. */
function gist({ content, thinking, tool_calls }: JsonObject): unknown {
  const calls = Array.isArray(tool_calls) ? tool_calls.map((call: JsonObject) => call['function']) : []
  return { content, thinking, calls }
}

/** A reply of Ollama's, in both of its forms. */
export function ollamaReply(message: JsonObject, done_reason = 'stop'): Native {
  const head = { model: 'qwen3:8b', created_at: '2026-01-01T00:00:00.5Z' }
  const ending = { done: true, done_reason, prompt_eval_count: 3, eval_count: 4, total_duration: 5_000_000 }
  const line = (said: JsonObject): JsonObject => ({
    ...head,
    message: { role: 'assistant', content: '', ...said },
    done: false,
  })
  const calls = message['tool_calls']
  return {
    whole: { ...head, message, ...ending },
    frames: [
      ...halves(String(message['thinking'] ?? '')).map((thinking) => line({ thinking })),
      ...halves(String(message['content'])).map((content) => line({ content })),
      ...(Array.isArray(calls) ? calls.map((call: JsonObject) => line({ tool_calls: [call] })) : []),
      { ...line({}), ...ending },
    ],
  }
}
