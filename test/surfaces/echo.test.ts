import { describe, expect, test } from 'vitest'
import { chat } from '../../src/surfaces/chat/index.ts'

const user = { role: 'user', content: 'Hi' }
const details = [{ type: 'reasoning.text', text: 'Hm.', signature: 's', format: 'x-v1', model: 'm', index: 0 }]
const annotations = [
  { type: 'url_citation', url_citation: { start_index: 0, end_index: 5, url: 'http://a.test', title: 'A' } },
]
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
const result = { role: 'tool', tool_call_id: 'call_1', content: 'done' }

/** What is made of messages; a warning fails. */
function read(...messages: readonly object[]): ReturnType<typeof chat.parse>['request']['messages'] {
  return chat.parse({ model: 'm', messages: [user, ...messages, user] }, (param, reason) => {
    throw new Error(`${param}: ${reason}`)
  }).request.messages
}

describe('a reply that comes back', () => {
  test('from OpenAI’s SDK, with what it parsed, is as it was', () => {
    const { function: called, ...rest } = call
    const parsed = { ...rest, function: { ...called, parsed_arguments: { a: 1 } } }
    expect(
      read({ role: 'assistant', content: null, refusal: null, tool_calls: [parsed], parsed: null }, result),
    ).toEqual(read({ role: 'assistant', content: null, tool_calls: [call] }, result))
    expect(read({ role: 'assistant', content: '{"a":1}', parsed: { a: 1 } })).toEqual(
      read({ role: 'assistant', content: '{"a":1}' }),
    )
  })

  // It keeps the other members of a message with its text, and sends them there.
  test('from the Agents SDK, with its members in its text, is as it was', () => {
    const members = { refusal: null, reasoning_content: 'Hm.', reasoning_details: details, annotations }
    const part = { type: 'text', text: 'Hello.', role: 'assistant', ...members, tool_calls: [call] }
    expect(read({ role: 'assistant', content: [part], tool_calls: [call] }, result)).toEqual(
      read({ role: 'assistant', content: [{ type: 'text', text: 'Hello.' }], ...members, tool_calls: [call] }, result),
    )
    const declined = { type: 'refusal', refusal: 'No.', role: 'assistant', content: null, annotations: [] }
    expect(read({ role: 'assistant', content: [declined] })).toEqual(
      read({ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }),
    )
  })

  test('from the Agents SDK, with what a call carries told of the message too, is as it was', () => {
    const carried = { ...call, extra_content: { google: { thought_signature: 's' } } }
    const message = { role: 'assistant', content: null, tool_calls: [carried] }
    expect(read({ ...message, extra_content: carried.extra_content }, result)).toEqual(read(message, result))
  })

  test('from LangChain, with the name of each tool that answered, is as it was', () => {
    const message = { role: 'assistant', content: null, tool_calls: [call] }
    expect(read(message, { ...result, name: 'f' })).toEqual(read(message, result))
  })
})
