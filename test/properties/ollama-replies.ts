/**
 * Replies of Ollama, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import type { Native } from './rig.ts'

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')
const input = fc.dictionary(fc.constantFrom('city', 'n'), fc.oneof(words, fc.integer(), fc.constant([1, null])))

/** What a model says: thoughts, words, and calls. */
const messages = fc
  .record({
    thinking: fc.option(words),
    content: fc.oneof(words, fc.constant('')),
    calls: fc.array(fc.record({ name: fc.constantFrom('get_weather', 'get_time'), input }), { maxLength: 3 }),
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
export const ollamaReplies = {
  model: 'qwen3:8b',
  replies: messages.map((message) => reply(message)),
  ending: (reason: string): Native => reply({ role: 'assistant', content: 'Hi.' }, reason),
}

function reply(message: JsonObject, done_reason = 'stop'): Native {
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

function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '')
}
