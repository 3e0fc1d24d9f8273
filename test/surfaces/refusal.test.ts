import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { malformed } from './malformed.ts'

function failure(body: unknown): GatewayError['failure'] {
  try {
    chat.parse(body, () => undefined)
  } catch (error) {
    if (error instanceof GatewayError) return error.failure
    throw error
  }
  throw new Error('accepted')
}

const user = { role: 'user', content: 'Hi' }

describe('refuses', () => {
  test.each(malformed)('$refuses', ({ body, param, code }) => {
    const { message, ...rest } = failure(body)
    expect(rest).toMatchObject({ status: 400, type: 'invalid_request_error', param, code })
    expect(message.length).toBeLessThan(400)
  })

  test('every problem at once, the first one as param', () => {
    const { param, message } = failure({
      model: 5,
      messages: [{ role: 'robot' }],
      temperature: 3,
      stop: [1],
      tools: [{ type: 'function' }],
    })
    expect(param).toBe('model')
    expect(message.split('\n')).toEqual([
      "Invalid type for 'model': expected a string, but got an integer instead.",
      "messages[0].role: Invalid value: 'robot'. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool', and 'function'.",
      "Invalid type for 'stop[0]': expected a string, but got an integer instead.",
      "Invalid 'temperature': integer above maximum value. Expected a value <= 2, but got 3 instead.",
      "Missing required parameter: 'tools[0].function'.",
    ])
  })

  test('one problem with a value once', () => {
    expect(failure({ model: 'm', messages: [user], n: 2 ** 60 }).message.split('\n')).toHaveLength(1)
  })

  test("in OpenAI's words", () => {
    const said = (body: object): string => failure({ model: 'm', messages: [user], ...body }).message
    expect(said({ temperature: 'a' })).toBe(
      "Invalid type for 'temperature': expected a number, but got a string instead.",
    )
    expect(said({ messages: undefined })).toBe("Missing required parameter: 'messages'.")
    expect(said({ messages: [] })).toBe(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    )
    expect(said({ verbosity: 'loud' })).toBe(
      "Invalid value: 'loud'. Supported values are: 'low', 'medium', and 'high'.",
    )
    expect(said({ stop: 1 })).toBe(
      "Invalid type for 'stop': expected one of a string or an array, but got an integer instead.",
    )
    expect(said({ max_tokens: 0 })).toBe(
      "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    )
    const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }
    expect(said({ messages: [{ role: 'assistant', tool_calls: [call, { ...call, id: 'call_2' }] }] })).toBe(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_1, call_2",
    )
  })

  test('without repeating what the client wrote', () => {
    const secret = 'the quick brown fox jumps over the lazy dog'
    for (const body of [
      { verbosity: secret },
      { messages: [{ role: secret }] },
      { messages: [{ role: 'user', content: [{ type: secret }] }] },
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: secret } }] }] },
    ]) {
      expect(failure({ model: 'm', messages: [user], ...body }).message).not.toContain(secret)
    }
  })
})
