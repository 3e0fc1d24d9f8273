import { describe, expect, test } from 'vitest'
import { responses } from '../../../src/surfaces/responses/index.ts'
import { session } from '../session.ts'

const body = {
  model: 'm',
  instructions: 'Be brief.',
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look.' },
        { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
        { type: 'input_image', file_id: 'file-1' },
        { type: 'input_file', file_url: 'https://example.com/a.pdf', filename: 'a.pdf' },
        { type: 'input_file', file_data: 'data:text/plain;base64,eA==' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { role: 'assistant', content: 'Wait.' },
    { type: 'function_call', call_id: 'a', name: 'look', arguments: '{}' },
    { type: 'custom_tool_call', call_id: 'b', name: 'write', input: 'x' },
    {
      type: 'custom_tool_call_output',
      call_id: 'b',
      output: [{ type: 'input_image', image_url: 'https://example.com/b.png' }],
    },
    { type: 'function_call_output', call_id: 'a', output: 'Done.' },
    { role: 'user', content: 'And?' },
  ],
  tools: [
    { type: 'web_search' },
    { type: 'function', name: 'look', parameters: {} },
    { type: 'namespace', name: 'pen', tools: [{ type: 'custom', name: 'write' }] },
  ],
  text: { format: { type: 'json_schema', name: 'answer', schema: {} } },
}

const { locate = String } = await responses.parse(body, () => {}, session())

describe('a client finds', () => {
  test.each([
    ['messages[0].content', 'instructions'],
    ['messages[1]', 'input[0]'],
    ['messages[1].content[0]', 'input[0].content[0]'],
    ['messages[1].content[1].image_url.detail', 'input[0].content[1].detail'],
    ['messages[1].content[1].image_url.url', 'input[0].content[1].image_url'],
    ['messages[1].content[1].image_url', 'input[0].content[1].image_url'],
    ['messages[1].content[2].image_url', 'input[0].content[2].file_id'],
    ['messages[1].content[2].image_url.file_id', 'input[0].content[2].file_id'],
    ['messages[1].content[3].file', 'input[0].content[3]'],
    ['messages[1].content[3].file.filename', 'input[0].content[3].filename'],
    ['messages[1].content[3].file.file_data', 'input[0].content[3].file_url'],
    ['messages[1].content[4].file.file_data', 'input[0].content[4].file_data'],
    ['messages[2]', 'input[1]'],
    ['messages[2].reasoning', 'input[1]'],
    ['messages[2].content', 'input[2].content'],
    ['messages[2].tool_calls', 'input[3]'],
    ['messages[2].tool_calls[0].function.arguments', 'input[3].arguments'],
    ['messages[2].tool_calls[1].custom.input', 'input[4].input'],
    ['messages[3].content[0].image_url', 'input[5].output[0].image_url'],
    ['messages[4].tool_call_id', 'input[6].call_id'],
    ['messages[4].content', 'input[6].output'],
    ['messages[5].content', 'input[7].content'],
    ['messages', 'input'],
    ['tools[0].function.strict', 'tools[1].strict'],
    ['tools[1]', 'tools[2].tools[0]'],
    ['web_search_options.search_context_size', 'tools[0].search_context_size'],
    ['response_format.json_schema.strict', 'text.format.strict'],
    ['response_format', 'text.format'],
    ['reasoning_effort', 'reasoning.effort'],
    ['reasoning.exclude', 'reasoning.summary'],
    ['max_tokens', 'max_output_tokens'],
    ['temperature', 'temperature'],
  ])('%s at %s', (there, here) => {
    expect(locate(there)).toBe(here)
  })

  test('in a text what it names', () => {
    expect(locate('`messages[4]` answers tools[0], and max_tokens is too small for messages of this kind.')).toBe(
      '`input[6]` answers tools[1], and max_output_tokens is too small for messages of this kind.',
    )
  })

  test('a text alone, and what was kept, as one', async () => {
    const { locate: alone = String } = await responses.parse({ model: 'm', input: 'Hi.' }, () => {}, session())
    expect(alone('messages[0].content[0]')).toBe('input')
  })
})

describe('a call in a wrong place is named by its own item', () => {
  const call = { type: 'function_call', call_id: 'a', name: 'look', arguments: '{}' }
  const thought = { type: 'reasoning', id: 'rs_1', summary: [] }

  test.each([
    ['without a result', [thought, call], 'input[1]'],
    [
      'that is there twice',
      [thought, call, call, { type: 'function_call_output', call_id: 'a', output: '' }],
      'input[2].call_id',
    ],
  ])('%s', async (_, input, param) => {
    await expect(responses.parse({ model: 'm', input }, () => {}, session())).rejects.toMatchObject({
      failure: { param },
    })
  })
})
