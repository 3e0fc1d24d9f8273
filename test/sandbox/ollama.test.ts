import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/ollama/sandbox.ts'

const hello = { model: 'llama3.2', stream: false, messages: [{ role: 'user', content: 'Hi.' }] }
const tool = (parameters: object) => ({ type: 'function', function: { name: 'now', parameters } })

async function post(body: unknown): Promise<Response> {
  return sandbox(new Request('http://127.0.0.1:11434/api/chat', { method: 'POST', body: JSON.stringify(body) }))
}

describe('the emulation of Ollama refuses', () => {
  test.each([
    ['a member nobody knows', { ...hello, temperature: 1 }],
    ['no messages', { ...hello, messages: [] }],
    ['one stop sequence by itself', { ...hello, options: { stop: 'END' } }],
    [
      'arguments as text',
      {
        ...hello,
        messages: [{ role: 'assistant', content: '', tool_calls: [{ function: { name: 'now', arguments: '{}' } }] }],
      },
    ],
    [
      'a reference in a schema',
      { ...hello, tools: [tool({ type: 'object', properties: { a: { $ref: '#/$defs/a' } } })] },
    ],
    ['thinking where the model cannot', { ...hello, think: 'low' }],
    [
      'a picture where the model is blind',
      { ...hello, messages: [{ role: 'user', content: '', images: ['iVBORw0KGgo='] }] },
    ],
  ])('%s', async (_, body) => {
    expect((await post(body)).status).toBe(400)
  })

  test('models it does not have', async () => {
    expect((await post({ ...hello, model: 'no-such-model' })).status).toBe(404)
  })
})

test('the emulation of Ollama streams lines of JSON, of which the last is done', async () => {
  const response = await post({ ...hello, stream: true })
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop', message: { content: '' } })
  expect(lines.slice(0, -1).every(({ done }) => done === false)).toBe(true)
})
