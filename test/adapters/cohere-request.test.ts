import { describe, expect, test } from 'vitest'
import { cohere } from '../../adapters/cohere.ts'
import { chatRequest } from '../../adapters/cohere/strict.ts'
import { assistant, call, calls, hello, named, rig, system, tool, user } from './rig.ts'

const MODEL = 'command-a-plus-05-2026'
const { sent, refused } = rig(cohere({ apiKey: 'test-key' }), chatRequest, MODEL)

const [a, b] = [named('a'), named('b')]
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const origin = { format: 'cohere-v2', model: MODEL }
const file = (data: string, type: string, filename = 'notes.txt') => ({
  type: 'file',
  file: { filename, file_data: `data:${type};base64,${btoa(data)}` },
})

describe('parameters', () => {
  test('have the provider’s names', () => {
    const { body, warnings } = sent({
      ...hello,
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      seed: 0,
      stop: 'END',
      frequency_penalty: 0.5,
    })
    expect(body).toEqual({
      model: MODEL,
      stream: false,
      messages: [user('Hello')],
      max_tokens: 9,
      temperature: 0,
      p: 0.5,
      k: 3,
      seed: 0,
      stop_sequences: ['END'],
      frequency_penalty: 0.5,
    })
    expect(warnings).toEqual([])
  })

  test.each([
    ['top_p', 1, 'p', 0.99, 'top_p=clamped to 0.99'],
    ['top_p', 0, 'p', 0.01, 'top_p=clamped to 0.01'],
    ['top_k', 900, 'k', 500, 'top_k=clamped to 500'],
    ['presence_penalty', -0.5, 'presence_penalty', undefined, 'presence_penalty=clamped to 0'],
    ['frequency_penalty', 1.5, 'frequency_penalty', 1, 'frequency_penalty=clamped to 1'],
    ['seed', -1, 'seed', undefined, 'seed=must not be negative'],
  ])('%s %d is brought into the provider’s range', (param, value, name, expected, warning) => {
    const { body, warnings } = sent({ ...hello, [param]: value })
    expect(body[name]).toBe(expected)
    expect(warnings).toEqual([warning])
  })

  test('of two penalties one is sent', () => {
    const { body, warnings } = sent({ ...hello, frequency_penalty: 0.2, presence_penalty: 0.3 })
    expect([body.frequency_penalty, body.presence_penalty]).toEqual([0.2, undefined])
    expect(warnings).toEqual(['presence_penalty=unsupported together with frequency_penalty'])
  })

  test('that would change the reply and cannot be said are refused', () => {
    expect(refused({ ...hello, logprobs: true, top_logprobs: 2 }).param).toBe('top_logprobs')
    expect(sent({ ...hello, logprobs: true, top_logprobs: 0 }).body.logprobs).toBe(true)
  })

  test('of the provider’s own pass', () => {
    const own = {
      documents: ['Snow is white.', { id: 'd', data: { text: 'Grass is green.' } }],
      citation_options: { mode: 'FAST' },
      safety_mode: 'STRICT',
      priority: 0,
      thinking: { type: 'enabled', token_budget: 7 },
    }
    const { body, warnings } = sent({ ...hello, ...own })
    expect(body).toMatchObject(own)
    expect(warnings).toEqual([])
  })

  test.each([
    ['documents', {}],
    ['thinking', 'much'],
  ])('%s of another form is refused', (param, value) => {
    expect(refused({ ...hello, [param]: value }).param).toBe(param)
  })
})

describe('thinking', () => {
  test.each([
    ['none', { type: 'disabled' }],
    ['minimal', { type: 'enabled', token_budget: 256 }],
    ['low', { type: 'enabled', token_budget: 1024 }],
    ['medium', { type: 'enabled', token_budget: 8192 }],
    ['high', { type: 'enabled', token_budget: 24_576 }],
    ['xhigh', { type: 'enabled', token_budget: 32_768 }],
  ])('effort %s', (reasoning_effort, thinking) => {
    expect(sent({ ...hello, reasoning_effort }).body.thinking).toEqual(thinking)
  })

  test('is the model’s own affair where nothing is asked', () => {
    expect(sent(hello).body).not.toHaveProperty('thinking')
  })

  test('within a budget of tokens', () => {
    expect(sent({ ...hello, reasoning: { max_tokens: 5 } }).body.thinking).toEqual({ type: 'enabled', token_budget: 5 })
  })

  test('is not asked of a model that cannot', () => {
    const { body, warnings } = sent({ ...hello, model: 'command-a-03-2025', reasoning_effort: 'high' })
    expect(body).not.toHaveProperty('thinking')
    expect(warnings).toEqual(['reasoning_effort=unsupported'])
  })
})

describe('tools', () => {
  const choose = (tool_choice: unknown) => sent({ ...hello, tools: [a, b], tool_choice })

  test('chosen freely need no word', () => {
    expect(choose('auto').body).not.toHaveProperty('tool_choice')
  })

  test('that must not be called are still sent', () => {
    expect(choose('none').body).toMatchObject({ tools: [a, b], tool_choice: 'NONE' })
  })

  test('one of which must be called', () => {
    expect(choose('required').body).toMatchObject({ tools: [a, b], tool_choice: 'REQUIRED' })
  })

  const warning = 'tool_choice=the other tools were left out, which changes what can be cached'

  test('the one that must be called is the only one there is', () => {
    const { body, warnings } = choose({ type: 'function', function: { name: 'b' } })
    expect(body).toMatchObject({ tools: [b], tool_choice: 'REQUIRED' })
    expect(warnings).toEqual([warning])
  })

  test.each([
    ['auto', undefined],
    ['required', 'REQUIRED'],
  ])('that are allowed, %s, are all there are', (mode, expected) => {
    const allowed = { mode, tools: [{ type: 'function', function: { name: 'a' } }] }
    const { body, warnings } = choose({ type: 'allowed_tools', allowed_tools: allowed })
    expect([body.tools, body.tool_choice]).toEqual([[a], expected])
    expect(warnings).toEqual([warning])
  })

  test.each([
    [[true, true], true, []],
    [[true, false], undefined, ['tools[0].function.strict=only where all tools are strict']],
    [[false, false], undefined, []],
  ])('strict as %j', ([one, two], strict_tools, expected) => {
    const { body, warnings } = sent({
      ...hello,
      tools: [named('a', { strict: one }), named('b', { strict: two })],
    })
    expect(body.strict_tools).toBe(strict_tools)
    expect(body.tools).toEqual([a, b])
    expect(warnings).toEqual(expected)
  })

  test('with names the provider refuses get other names, and their own back', () => {
    const history = [user('Hi.'), calls(call('1', '{}', 'get-time')), tool('1', 'now')]
    const { body, undo } = sent({ messages: history, tools: [named('get-time'), named('7up')] })
    const names = body.tools.map((one: ReturnType<typeof named>) => one.function.name)
    expect(names).toEqual([expect.stringMatching(/^get_time_\w{12}$/u), expect.stringMatching(/^_7up_\w{12}$/u)])
    expect(body.messages[1].tool_calls[0].function.name).toBe(names[0])
    expect(undo.names).toEqual(
      new Map([
        [names[0], 'get-time'],
        [names[1], '7up'],
      ]),
    )
  })

  test('without parameters take none', () => {
    const { body } = sent({ ...hello, tools: [{ type: 'function', function: { name: 'f' } }] })
    expect(body.tools[0].function.parameters).toEqual({ type: 'object' })
  })

  test('of another provider are refused', () => {
    expect(refused({ ...hello, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).param).toBe(
      'tools[0].type',
    )
  })
})

describe('the form of an answer', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } }

  test('is the schema itself', () => {
    expect(sent({ ...hello, response_format }).body.response_format).toEqual({
      type: 'json_object',
      json_schema: schema,
    })
  })

  test('has its description in the schema', () => {
    const described = { ...response_format.json_schema, description: 'A number.' }
    const { body } = sent({ ...hello, response_format: { type: 'json_schema', json_schema: described } })
    expect(body.response_format.json_schema).toEqual({ description: 'A number.', ...schema })
  })

  test('is any object', () => {
    expect(sent({ ...hello, response_format: { type: 'json_object' } }).body.response_format).toEqual({
      type: 'json_object',
    })
  })

  test('cannot be enforced beside tools', () => {
    expect(refused({ ...hello, response_format, tools: [a] }).param).toBe('response_format')
  })

  test('is asked for in words where any object will do beside tools', () => {
    const { body, undo } = sent({ ...hello, response_format: { type: 'json_object' }, tools: [a] })
    expect(body).not.toHaveProperty('response_format')
    expect(body.messages[0]).toMatchObject({ role: 'system', content: expect.stringMatching(/JSON/u) })
    expect(undo.fenced).toBe(true)
  })

  test('is asked for in words beside documents, which is told', () => {
    const { body, warnings } = sent({ ...hello, response_format, documents: ['a'] })
    expect(body).not.toHaveProperty('response_format')
    expect(warnings).toEqual(['response_format=the schema cannot be enforced beside documents, asked for in words'])
  })
})

describe('messages', () => {
  const messages = (...all: unknown[]) => sent({ messages: all })

  test('have one system message, at the head', () => {
    const { body } = messages(
      system('A.'),
      { role: 'developer', content: 'B.' },
      user('Hi.'),
      system('C.'),
      user('Yo.'),
    )
    expect(body.messages).toEqual([
      system([
        { type: 'text', text: 'A.' },
        { type: 'text', text: 'B.' },
      ]),
      user('Hi.'),
      user([{ type: 'text', text: '<system_message>\nC.\n</system_message>' }]),
      user('Yo.'),
    ])
  })

  test('that are instructions only end in a question', () => {
    expect(messages(system('A.'), system('B.')).body.messages).toEqual([
      system('A.'),
      user([{ type: 'text', text: 'B.' }]),
    ])
  })

  test('with text and calls have a plan', () => {
    const said = assistant('I will look.', { tool_calls: [call('1', '{"c": 1}')] })
    const { body } = messages(user('Hi.'), said, tool('1', 'ok', { name: 'f' }))
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', tool_plan: 'I will look.', tool_calls: [call('1', '{"c": 1}')] },
      { role: 'tool', tool_call_id: '1', content: 'ok' },
    ])
  })

  test.each([
    ['', '{}', []],
    ['{"a":12345678901234567890}', '{"a":12345678901234567890}', []],
    ['{"a":', '{"_raw":"{\\"a\\":"}', ['messages[1].tool_calls=arguments are not a JSON object, sent inside one']],
  ])('with the arguments %j', (args, expected, warned) => {
    const { body, warnings } = messages(user('Hi.'), calls(call('1', args)), tool('1', 'ok'))
    expect(body.messages[1].tool_calls[0].function.arguments).toBe(expected)
    expect(warnings).toEqual(warned)
  })

  test('that say nothing are left out', () => {
    expect(messages(user('Hi.'), assistant(''), user('So?')).body.messages).toEqual([user('Hi.'), user('So?')])
  })

  test('give back thoughts and plans of the same model', () => {
    const reasoning_details = [
      { type: 'reasoning.text', text: 'Hm.', ...origin, index: 0 },
      { type: 'reasoning.text', text: 'I will look.', ...origin, index: 1, extra: { tool_plan: true } },
    ]
    const said = assistant(null, { reasoning_details, tool_calls: [call('1')] })
    const { body, warnings } = messages(user('Hi.'), said, tool('1', 'ok'))
    expect(body.messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'Hm.' }],
      tool_plan: 'I will look.',
      tool_calls: [call('1')],
    })
    expect(warnings).toEqual([])
  })

  test.each([[{ format: 'anthropic-claude-v1' }], [{ format: 'cohere-v2', model: 'command-a-reasoning-08-2025' }]])(
    'keep thoughts of %j to themselves',
    (other) => {
      const reasoning_details = [{ type: 'reasoning.text', text: 'Hm.', ...other, index: 0 }]
      const { body, warnings } = messages(user('Hi.'), assistant('Yes.', { reasoning_details }), user('So?'))
      expect(body.messages[1]).toEqual(assistant('Yes.'))
      expect(warnings).toEqual(['messages[1].reasoning=not known to be of this model, not sent'])
    },
  )
})

describe('media', () => {
  const ask = (...parts: unknown[]) => ({ messages: [user(parts)] })

  test('are pictures by address or by their bytes', () => {
    const url = 'https://a.example/cat.png'
    const { body, warnings } = sent(
      ask(
        { type: 'image_url', image_url: { url, detail: 'high' } },
        { type: 'image_url', image_url: { url: `data:image/jpg;base64,${PNG}` } },
      ),
    )
    expect(body.messages[0].content).toEqual([
      { type: 'image_url', image_url: { url, detail: 'high' } },
      { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${PNG}` } },
    ])
    expect(warnings).toEqual([])
  })

  test('are text files, as documents', () => {
    const { body, warnings } = sent(ask({ type: 'text', text: 'Sum up.' }, file('Snow.', 'text/plain')))
    expect(warnings).toEqual([])
    expect(body.documents).toEqual([{ data: { title: 'notes.txt', text: 'Snow.' } }])
  })

  test('that no model sees are refused', () => {
    const picture = { type: 'image_url', image_url: { url: 'https://a.example/cat.png' } }
    expect(refused({ ...ask(picture), model: 'command-a-03-2025' }).param).toBe('messages[0].content[0]')
    expect(refused(ask({ type: 'image_url', image_url: { url: 'data:image/bmp;base64,Qk0=' } })).param).toBe(
      'messages[0].content[0].image_url',
    )
    expect(refused(ask(file('%PDF-1.4', 'application/pdf', 'a.pdf'))).param).toBe('messages[0].content[0].file')
  })

  test('come from tools as documents that can be cited', () => {
    const { body } = sent({ messages: [user('Hi.'), calls(call('1')), tool('1', [{ type: 'text', text: 'ok' }])] })
    expect(body.messages[2].content).toEqual([{ type: 'text', text: 'ok' }])
  })

  test('alone in a message leave a word behind', () => {
    const { body, warnings } = sent(ask(file('Snow.', 'text/plain')))
    expect(body.messages).toEqual([user('.')])
    expect(warnings).toEqual(['messages[0].content=holds only documents, sent as "."'])
  })
})
