import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/cohere/sandbox.ts'

const hello = { model: 'command-a-03-2025', stream: false, messages: [{ role: 'user', content: 'Hi.' }] }
const tools = [{ type: 'function', function: { name: 'now', parameters: { type: 'object' } } }]
const call = { id: 'now_1', type: 'function', function: { name: 'now', arguments: '{}' } }

async function post(body: unknown, headers: HeadersInit = { authorization: 'Bearer k' }): Promise<Response> {
  return sandbox(new Request('https://api.cohere.com/v2/chat', { method: 'POST', headers, body: JSON.stringify(body) }))
}

describe('the emulation of Cohere refuses', () => {
  test.each([
    ['a member nobody knows', { ...hello, top_p: 1 }],
    ['two penalties', { ...hello, frequency_penalty: 0.1, presence_penalty: 0.1 }],
    ['a choice without tools', { ...hello, tool_choice: 'REQUIRED' }],
    ['a form of the answer beside tools', { ...hello, tools, response_format: { type: 'json_object' } }],
    ['a late instruction', { ...hello, messages: [...hello.messages, { role: 'system', content: 'Be kind.' }] }],
    [
      'a call without its result',
      { ...hello, messages: [...hello.messages, { role: 'assistant', tool_calls: [call] }] },
    ],
    [
      'a name with a dash',
      { ...hello, tools: [{ type: 'function', function: { name: 'a-b', parameters: { type: 'object' } } }] },
    ],
    ['thinking where the model cannot', { ...hello, thinking: { type: 'enabled' } }],
  ])('%s', async (_, body) => {
    expect((await post(body)).status).toBe(400)
  })

  test('who has no key, and models it does not have', async () => {
    expect((await post(hello, {})).status).toBe(401)
    expect((await post({ ...hello, model: 'command-z' })).status).toBe(404)
  })
})

test('the emulation of Cohere plans its calls', async () => {
  const body = { ...hello, messages: [{ role: 'user', content: 'What is it now?' }], tools }
  const reply: unknown = await (await post(body)).json()
  expect(reply).toMatchObject({
    finish_reason: 'TOOL_CALL',
    message: { tool_plan: 'I will use the tool now.', tool_calls: [{ function: { name: 'now', arguments: '{}' } }] },
  })
})
