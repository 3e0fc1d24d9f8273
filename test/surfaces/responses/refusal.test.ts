import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../src/errors.ts'
import { responses } from '../../../src/surfaces/responses/index.ts'
import { session } from '../session.ts'
import { malformed } from './malformed.ts'

async function failure(body: unknown): Promise<GatewayError['failure']> {
  try {
    await responses.parse(body, () => undefined, session())
  } catch (error) {
    if (error instanceof GatewayError) return error.failure
    throw error
  }
  throw new Error('accepted')
}

describe('refuses', () => {
  test.each(malformed)('$refuses', async ({ body, param, code }) => {
    const { message, ...rest } = await failure(body)
    expect(rest).toMatchObject({ status: 400, type: 'invalid_request_error', param, code })
    expect(message.length).toBeLessThan(500)
    expect(message).not.toContain('undefined')
  })

  test('every problem at once, the first one as param', async () => {
    const { param, message } = await failure({
      model: 'm',
      input: [
        { type: 'function_call', call_id: 'call_1', name: 'now', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_2', output: 'noon' },
      ],
      tools: [{ type: 'mcp' }],
    })
    expect(param).toBe('input[1].call_id')
    expect(message.split('\n')).toEqual([
      'input[1].call_id: No tool call found for function call output with call_id call_2.',
      'input[0]: No tool output found for function call call_1.',
      "tools[0]: Tools of type 'mcp' are run by OpenAI and not available with this model.",
    ])
  })

  test('without repeating what the client wrote', async () => {
    const secret = 'the quick brown fox jumps over the lazy dog'
    for (const body of [
      { input: [{ type: secret }] },
      { input: [{ role: secret }] },
      { input: [{ role: 'user', content: [{ type: secret }] }] },
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: secret }] }] },
      { input: 'Hi.', text: { verbosity: secret } },
      { input: 'Hi.', tool_choice: { type: secret } },
      { input: 'Hi.', tools: [{ type: 'custom', name: 'a', format: { type: secret } }] },
    ])
      expect((await failure({ model: 'm', ...body })).message).not.toContain(secret)
  })
})
