/**
 * Replies of Cohere, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { halves, input, type Mouth, words } from './mouth.ts'
import type { Native } from './rig.ts'

/** What a model says: thoughts and text, or thoughts, a plan, and calls. */
const messages = fc
  .record({
    thought: fc.option(words),
    said: fc.oneof(
      fc.record({ text: words }),
      fc.record({
        plan: words,
        calls: fc.array(fc.record({ name: fc.constantFrom('get_weather', 'get_time'), input }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    ),
  })
  .map(({ thought, said }): JsonObject => {
    const content = [
      ...(thought === null ? [] : [{ type: 'thinking', thinking: thought }]),
      ...('text' in said ? [{ type: 'text', text: said.text }] : []),
    ]
    const calls = 'calls' in said ? said.calls : []
    return {
      role: 'assistant',
      ...(content.length > 0 && { content }),
      ...('plan' in said && { tool_plan: said.plan }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ name, input }, index) => ({
          id: `${name}_${index}`,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        })),
      }),
    }
  })

/** What Cohere may reply. */
export const cohereReplies: Mouth = {
  model: 'command-a-plus-05-2026',
  replies: messages.map((message) => cohereReply(message)),
  ending: (reason) => cohereReply({ role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] }, reason),
  breaks: ['ERROR', 'TIMEOUT'],
  original: ({ message }) => gist(message),
  again: gist,
}

/** A message with its one text as a list, and its calls without their ids. */
function gist(message: unknown): unknown {
  const { content, tool_plan, tool_calls } = isObject(message) ? message : {}
  const contents = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
  return { contents, tool_plan, calls: list(tool_calls).map((call) => call['function']) }
}

/** A reply of Cohere's, in both of its forms. */
export function cohereReply(message: JsonObject, reason?: string): Native {
  const finish_reason = reason ?? (message['tool_calls'] ? 'TOOL_CALL' : 'COMPLETE')
  const usage = { billed_units: { input_tokens: 2, output_tokens: 4 }, tokens: { input_tokens: 3, output_tokens: 4 } }
  const delta = (index: number, member: JsonObject): JsonObject => ({ index, delta: { message: member } })
  const content = list(message['content']).flatMap((piece, index) => {
    const kind = String(piece['type'])
    return [
      { type: 'content-start', ...delta(index, { content: { type: kind, [kind]: '' } }) },
      ...halves(String(piece[kind])).map((half) => ({
        type: 'content-delta',
        ...delta(index, { content: { [kind]: half } }),
      })),
      { type: 'content-end', index },
    ]
  })
  const plan = halves(String(message['tool_plan'] ?? '')).map((tool_plan) => ({
    type: 'tool-plan-delta',
    delta: { message: { tool_plan } },
  }))
  const calls = list(message['tool_calls']).flatMap((call, index) => {
    const [called] = list([call['function'] ?? {}])
    const start = { ...call, function: { name: called?.['name'], arguments: '' } }
    return [
      { type: 'tool-call-start', ...delta(index, { tool_calls: start }) },
      ...halves(String(called?.['arguments'])).map((half) => ({
        type: 'tool-call-delta',
        ...delta(index, { tool_calls: { function: { arguments: half } } }),
      })),
      { type: 'tool-call-end', index },
    ]
  })
  return {
    whole: { id: 'r1', message, finish_reason, usage },
    frames: [
      { type: 'message-start', id: 'r1', delta: { message: { role: 'assistant', content: [] } } },
      ...content,
      ...plan,
      ...calls,
      { type: 'message-end', delta: { finish_reason, usage } },
    ],
  }
}

function list(value: unknown): readonly JsonObject[] {
  // Nothing but what was made above.
  return Array.isArray(value) ? (value as JsonObject[]) : []
}
