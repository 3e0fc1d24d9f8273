import { describe, expect, test } from 'vitest'
import { assistant, call, calls, encoded, f, refused, sent, system, text, tool, user } from './anthropic-rig.ts'

describe('instructions', () => {
  test('alone become the question', () => {
    const { body } = sent({ messages: [system('S')] })
    expect(body.messages).toEqual([{ role: 'user', content: [text('S')] }])
    expect(body.system).toBeUndefined()
  })

  test('at the head stay apart, in order', () => {
    const { body } = sent({ messages: [{ role: 'developer', content: 'A' }, system('B'), user('Hi')] })
    expect(body.system).toEqual([text('A'), text('B')])
    expect(body.messages).toEqual([{ role: 'user', content: [text('Hi')] }])
  })

  test('that are empty are left out', () => {
    expect(sent({ messages: [system(''), user('Hi')] }).body.system).toBeUndefined()
  })

  const late = [user('a'), assistant('b'), system('Be formal'), user('c')]

  test('inside the conversation stand after the user, where the model takes them', () => {
    expect(sent({ model: 'claude-opus-5', messages: late }).body.messages.slice(2)).toEqual([
      { role: 'user', content: [text('c')] },
      { role: 'system', content: [text('Be formal')] },
    ])
  })

  test('inside the conversation are passed on by the user, where the model does not', () => {
    const { body } = sent({ model: 'claude-haiku-4-5', messages: [system('S'), ...late] })
    expect(body.system).toEqual([text('S')])
    expect(body.messages.at(-1)).toEqual({
      role: 'user',
      content: [text('<system_message>\nBe formal\n</system_message>'), text('c')],
    })
  })

  test.for(['claude-opus-5', 'claude-haiku-4-5'])('at the end, after %s spoke, are passed on by the user', (model) => {
    const { body } = sent({ model, messages: late.slice(0, 3) })
    expect(body.messages.at(-1)).toEqual({
      role: 'user',
      content: [text('<system_message>\nBe formal\n</system_message>')],
    })
  })

  test('between a call and its result come after the result', () => {
    const { body } = encoded({
      model: 'claude-opus-5',
      stream: false,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', blocks: [{ type: 'tool', id: 't1', name: 'f', text: '{}' }] },
        { role: 'system', content: 'S' },
        { role: 'tool', id: 't1', content: '1' },
      ],
    })
    expect(body.messages.slice(2)).toEqual([
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: '1' }] },
      { role: 'system', content: [text('S')] },
    ])
  })
})

describe('tool history', () => {
  const asked = [user('a'), calls(call('t1'), call('t2'))]

  test('results stand in one turn, in the order of the calls, before what the user says', () => {
    const { body } = sent({ messages: [...asked, tool('t2', 'two'), tool('t1', 'one'), user('go on')], tools: [f] })
    expect(body.messages[2]).toEqual({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't1', content: 'one' },
        { type: 'tool_result', tool_use_id: 't2', content: 'two' },
        text('go on'),
      ],
    })
  })

  test('a result without a call is refused', () => {
    const messages = [...asked, tool('t1', ''), tool('t2', ''), tool('t9', '')]
    expect(refused({ messages, tools: [f] })).toEqual({
      param: 'messages[4].tool_call_id',
      code: 'invalid_tool_history',
    })
  })

  test('a call without a result is refused', () => {
    expect(refused({ messages: [...asked, tool('t1', '')], tools: [f] }).code).toBe('invalid_tool_history')
  })

  test.for([[''], [[]], ['  ']] as const)('an empty result %j has no content', ([content]) => {
    const { body } = sent({ messages: [user('a'), calls(call('t1')), tool('t1', content)], tools: [f] })
    expect(body.messages[2].content).toEqual([{ type: 'tool_result', tool_use_id: 't1' }])
  })

  test('a failure without a word gets one', () => {
    const { body } = sent({ messages: [user('a'), calls(call('t1')), tool('t1', '', { is_error: true })], tools: [f] })
    expect(body.messages[2].content[0]).toMatchObject({ is_error: true, content: expect.stringMatching(/./u) })
  })

  test.for([
    ['', {}],
    ['  ', {}],
    ['{"a":', { _raw: '{"a":' }],
    ['[1]', { _value: [1] }],
  ] as const)('arguments %j are sent as an object', ([args, input]) => {
    const { body, warnings } = sent({ messages: [user('a'), calls(call('t1', args)), tool('t1', '1')], tools: [f] })
    expect(body.messages[1].content[0].input).toEqual(input)
    expect(warnings).toHaveLength(args.trim() === '' ? 0 : 1)
  })

  test('arguments keep their bytes', () => {
    const args = '{"z":1,"id":12345678901234567890,"1":2}'
    expect(sent({ messages: [user('a'), calls(call('t1', args)), tool('t1', '1')], tools: [f] }).text).toContain(args)
  })

  test('ids in a foreign alphabet are replaced, the same on both sides and every time', () => {
    const messages = [user('a'), calls(call('functions.Web:3')), tool('functions.Web:3', '1')]
    const [first, second] = [
      sent({ messages, tools: [f] }),
      sent({ messages: [...messages, assistant('b'), user('c')], tools: [f] }),
    ]
    const { id } = first.body.messages[1].content[0]
    expect(id).toMatch(/^functions_Web_3_[0-9a-f]{8}$/u)
    expect(first.body.messages[2].content[0].tool_use_id).toBe(id)
    expect(second.body.messages.slice(0, 3)).toEqual(first.body.messages)
  })

  test('an id used twice is told apart', () => {
    const round = [calls(call('call_0')), tool('call_0', '1')]
    const { body } = sent({ messages: [user('a'), ...round, ...round], tools: [f] })
    expect(body.messages[3].content[0].id).toBe('call_0_2')
    expect(body.messages[4].content[0].tool_use_id).toBe('call_0_2')
  })

  test('tools that are gone are recalled, and not to be used', () => {
    const { body } = sent({ messages: [user('a'), calls(call('t1')), tool('t1', '1')] })
    expect(body.tools).toEqual([{ name: 'f', input_schema: { type: 'object', properties: {} } }])
    expect(body.tool_choice).toEqual({ type: 'none' })
  })
})

describe('turns', () => {
  test('blank text beside calls is dropped', () => {
    const messages = [user('a'), assistant('\n\n', { tool_calls: [call('t1')] }), tool('t1', '1')]
    expect(sent({ messages, tools: [f] }).body.messages[1].content).toMatchObject([{ type: 'tool_use' }])
  })

  test('a turn of the user without a word is a dot, reported', () => {
    const { body, warnings } = sent({ messages: [user('a'), assistant('b'), user('  ')] })
    expect(body.messages.at(-1)).toEqual({ role: 'user', content: [text('.')] })
    expect(warnings).toEqual(['messages[2].content=empty, sent as "."'])
  })

  test('a blank message beside others of the user is dropped', () => {
    expect(sent({ messages: [user('  '), user('a')] }).body.messages).toEqual([{ role: 'user', content: [text('a')] }])
  })

  test('neighbours of one role are one turn of several blocks', () => {
    expect(sent({ messages: [user('a'), user('b')] }).body.messages).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
    ])
  })

  test('the model may begin', () => {
    expect(sent({ messages: [assistant('Hi'), user('a')] }).body.messages[0]).toEqual({
      role: 'assistant',
      content: [text('Hi')],
    })
  })

  test('an older model goes on from its own words, trimmed', () => {
    const { body } = sent({ model: 'claude-sonnet-4-5', messages: [user('a'), assistant('{ ')] })
    expect(body.messages.at(-1)).toEqual({ role: 'assistant', content: [text('{')] })
  })

  test('a newer model is asked to continue', () => {
    const { body, warnings } = sent({ model: 'claude-opus-5', messages: [user('a'), assistant('{')] })
    expect(body.messages.at(-1)).toEqual({ role: 'user', content: [text('Continue.')] })
    expect(warnings).toHaveLength(1)
  })

  test('a paused turn goes on from where it is', () => {
    const origin = { format: 'anthropic-claude-v1', model: 'claude-opus-5' }
    const opaque = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } }
    const { body } = encoded({
      model: 'claude-opus-5',
      stream: true,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', blocks: [{ type: 'opaque', text: JSON.stringify(opaque), origin }] },
      ],
    })
    expect(body.messages.at(-1)).toEqual({ role: 'assistant', content: [opaque] })
  })
})

describe('thoughts in the history', () => {
  const detail = { type: 'reasoning.text', text: 'T', signature: 'Uw==', format: 'anthropic-claude-v1' }
  const round = (reasoning_details: unknown[]) => [
    user('a'),
    assistant(null, { reasoning_details, tool_calls: [call('t1')] }),
    tool('t1', '1'),
  ]

  test('go back first, with their signature', () => {
    const hidden = { type: 'reasoning.encrypted', data: 'ZGF0YQ==', format: 'anthropic-claude-v1' }
    expect(sent({ messages: round([detail, hidden]), tools: [f] }).body.messages[1].content).toMatchObject([
      { type: 'thinking', thinking: 'T', signature: 'Uw==' },
      { type: 'redacted_thinking', data: 'ZGF0YQ==' },
      { type: 'tool_use' },
    ])
  })

  test('of another provider are not sent, and that is reported', () => {
    const { body, warnings } = sent({ messages: round([{ ...detail, format: 'google-gemini-v1' }]), tools: [f] })
    expect(body.messages[1].content).toMatchObject([{ type: 'tool_use' }])
    expect(warnings).toEqual(['messages[1].reasoning=not signed by this model, not sent'])
  })

  test.for([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5', true],
    ['claude-opus-4-8', 'claude-sonnet-4-5', false],
  ] as const)('of %s are sent to %s: %j', ([had, asked, goes]) => {
    const { body } = encoded({
      model: asked,
      stream: false,
      maxTokens: 100,
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          blocks: [
            { type: 'reasoning', text: 'T', signature: 'Uw==', origin: { format: 'anthropic-claude-v1', model: had } },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'user', content: 'c' },
      ],
    })
    expect(body.messages[1].content.length).toBe(goes ? 2 : 1)
  })

  test('that are missing in a tool loop turn off thinking within a budget', () => {
    const asked = { model: 'claude-sonnet-4-5', max_tokens: 9000, reasoning_effort: 'low', tools: [f] }
    const { body, warnings } = sent({ ...asked, messages: round([]) })
    expect(body.thinking).toBeUndefined()
    expect(warnings.join()).toContain('not sent back')
    expect(sent({ ...asked, messages: round([detail]) }).body.thinking).toEqual({
      type: 'enabled',
      budget_tokens: 2048,
    })
  })
})
