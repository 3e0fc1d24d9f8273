import { describe, expect, test } from 'vitest'
import { address } from '../../adapters/ollama/address.ts'
import { chatRequest } from '../../adapters/ollama/strict.ts'
import { ollama } from '../../adapters/ollama.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { createGateway } from '../../src/gateway.ts'
import { assistant, call, calls, hello, named, rig, system, tool, user } from './rig.ts'

const MODEL = 'qwen3:8b'
const { sent, refused } = rig(ollama({}), chatRequest, MODEL)

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const picture = (url: string) => ({ type: 'image_url', image_url: { url } })

describe('parameters', () => {
  test('that were not given are not sent, but for what would be assumed', () => {
    expect(sent(hello).body).toEqual({ model: MODEL, stream: false, messages: [user('Hello')], truncate: false })
  })

  test('are options of the runner', () => {
    const { body, warnings } = sent({
      ...hello,
      max_tokens: 9,
      temperature: 0,
      top_p: 1,
      top_k: 3,
      seed: -1,
      stop: 'END',
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
    })
    expect(body.options).toEqual({
      num_predict: 9,
      temperature: 0,
      top_p: 1,
      top_k: 3,
      seed: -1,
      stop: ['END'],
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
    })
    expect(warnings).toEqual([])
  })

  test('of the provider’s own pass, by themselves or as options; what the client says in OpenAI’s words counts', () => {
    const own = { num_ctx: 8192, min_p: 0.1, options: { repeat_penalty: 1.1, temperature: 2 }, keep_alive: -1 }
    const { body, warnings } = sent({ ...hello, ...own, truncate: true, temperature: 0.5 })
    expect(body).toMatchObject({
      options: { num_ctx: 8192, min_p: 0.1, repeat_penalty: 1.1, temperature: 0.5 },
      keep_alive: -1,
      truncate: true,
    })
    expect(warnings).toEqual([])
  })

  test('of the configuration give way to the client’s', () => {
    const configured = rig(ollama({ contextLength: 4096, keepAlive: '10m' }), chatRequest, MODEL)
    expect(configured.sent(hello).body).toMatchObject({ options: { num_ctx: 4096 }, keep_alive: '10m' })
    expect(configured.sent({ ...hello, num_ctx: 1, keep_alive: 0 }).body).toMatchObject({
      options: { num_ctx: 1 },
      keep_alive: 0,
    })
  })

  test('of another form are refused', () => {
    expect(refused({ ...hello, options: 'fast' }).param).toBe('options')
  })

  test.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, 'json'],
    [
      { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', title: 'A' } } },
      { type: 'object', title: 'A' },
    ],
    [{ type: 'json_schema', json_schema: { name: 'a' } }, 'json'],
    [
      { type: 'json_schema', json_schema: { name: 'a', description: 'An A.', schema: { type: 'object' } } },
      { description: 'An A.', type: 'object' },
    ],
  ])('the form %j', (response_format, format) => {
    expect(sent({ ...hello, response_format }).body.format).toEqual(format)
  })

  test('log probabilities, and alternatives to them', () => {
    expect(sent({ ...hello, logprobs: true, top_logprobs: 2 }).body).toMatchObject({ logprobs: true, top_logprobs: 2 })
  })
})

describe('thinking', () => {
  test.each([
    ['none', false],
    ['minimal', 'low'],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
    ['xhigh', 'max'],
    ['max', 'max'],
  ])('effort %s is %j', (reasoning_effort, think) => {
    expect(sent({ ...hello, reasoning_effort }).body.think).toBe(think)
  })

  test('is the model’s own affair where nothing is asked', () => {
    expect(sent(hello).body).not.toHaveProperty('think')
  })

  test('knows no budget', () => {
    const { body, warnings } = sent({ ...hello, reasoning: { max_tokens: 500 } })
    expect(body.think).toBe(true)
    expect(warnings).toEqual(['reasoning.max_tokens=unsupported'])
  })

  test('in the provider’s words counts', () => {
    const { body, warnings } = sent({ ...hello, think: true, reasoning_effort: 'low' })
    expect(body.think).toBe(true)
    expect(warnings).toEqual(['reasoning_effort=think is used instead'])
  })

  test('is asked once of a model that cannot, and never again', async () => {
    const bodies: JsonObject[] = []
    const { fetch } = createGateway({
      providers: { ollama: ollama({}) },
      async fetch(_, init) {
        const body: JsonObject = JSON.parse(String(init?.body))
        bodies.push(body)
        if (body['think'] === 'low') return Response.json({ error: '"m" does not support thinking' }, { status: 400 })
        return Response.json({ model: 'm', message: { role: 'assistant', content: 'Hi.' }, done: true })
      },
    })
    const ask = async (): Promise<Response> =>
      fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'ollama/m', reasoning_effort: 'low', ...hello }),
      })
    const replies = [await ask(), await ask()]
    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    expect(bodies.map(({ think }) => think)).toEqual(['low', undefined, undefined])
    for (const { headers } of replies)
      expect(headers.get('x-dragoman-warnings')).toBe('reasoning_effort=unsupported by this model')
  })
})

describe('tools', () => {
  const [a, b] = [named('a'), named('b')]
  const choose = (tool_choice: unknown) => sent({ ...hello, tools: [a, b], tool_choice })
  const words = 'tool_choice=the model cannot be forced, asked for in words'
  const both = `tool_choice=the other tools were left out, which changes what can be cached, and ${words.slice(12)}`

  test('that must not be called are not told', () => {
    expect(choose('none').body).not.toHaveProperty('tools')
  })

  test.each([
    ['required', [a, b], 'You must call one of the tools now.', [words]],
    [{ type: 'function', function: { name: 'b' } }, [b], 'You must call the tool `b` now.', [both]],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'a' } }] },
      },
      [a],
      'You must call one of the tools now.',
      [both],
    ],
  ])('that must be called, as in %j, are asked for in words', (choice, tools, directive, expected) => {
    const { body, warnings } = choose(choice)
    expect(body.tools).toEqual(tools)
    expect(body.messages).toEqual([system(directive), user('Hello')])
    expect(warnings).toEqual(expected)
  })

  test('have schemas without references and constants, which the server cannot read', () => {
    const parameters = {
      $defs: {
        unit: { type: 'string', enum: ['C', 'F'] },
        node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } },
      },
      type: 'object',
      properties: {
        kind: { const: 'weather' },
        unit: { $ref: '#/$defs/unit', description: 'Which.' },
        tree: { $ref: '#/$defs/node' },
        either: { oneOf: [{ type: 'string' }, { $ref: '#/$defs/unit' }] },
        list: { type: 'array', items: { $ref: '#/$defs/unit' } },
        const: { type: 'string', default: { $ref: 'no reference' } },
      },
      required: ['kind'],
      additionalProperties: false,
    }
    const { body } = sent({ ...hello, tools: [{ type: 'function', function: { name: 'f', parameters } }] })
    expect(body.tools[0].function.parameters).toEqual({
      type: 'object',
      properties: {
        kind: { enum: ['weather'] },
        unit: { type: 'string', enum: ['C', 'F'], description: 'Which.' },
        tree: { type: 'object', properties: { next: {} } },
        either: { anyOf: [{ type: 'string' }, { type: 'string', enum: ['C', 'F'] }] },
        list: { type: 'array', items: { type: 'string', enum: ['C', 'F'] } },
        const: { type: 'string', default: { $ref: 'no reference' } },
      },
      required: ['kind'],
      additionalProperties: false,
    })
  })

  test('cannot be strict', () => {
    const { warnings } = sent({ ...hello, tools: [named('f', { strict: true })] })
    expect(warnings).toEqual(['tools[0].function.strict=unsupported'])
  })

  test('of another provider are refused', () => {
    expect(refused({ ...hello, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).param).toBe(
      'tools[0].type',
    )
  })
})

describe('messages', () => {
  const messages = (...all: unknown[]) => sent({ messages: all })

  test('keep their places, instructions too', () => {
    const { body } = messages({ role: 'developer', content: 'A.' }, user('Hi.'), system('B.'), user('Yo.'))
    expect(body.messages).toEqual([system('A.'), user('Hi.'), system('B.'), user('Yo.')])
  })

  test('have one text, and pictures beside it', () => {
    const text = (words: string) => ({ type: 'text', text: words })
    const { body } = messages(user([text('Look:'), picture(`data:image/png;base64,${PNG}`), text('What is it?')]))
    expect(body.messages).toEqual([{ role: 'user', content: 'Look:\nWhat is it?', images: [PNG] }])
  })

  test.each([
    ['https://a.example/cat.png', 'messages[0].content[0].image_url'],
    ['data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'messages[0].content[0].image_url'],
  ])('with a picture that cannot be sent are refused: %s', (url, param) => {
    expect(refused({ messages: [user([picture(url)])] }).param).toBe(param)
  })

  test('with calls have arguments as objects, and results the name of their tool', () => {
    const { body, warnings } = messages(
      user('Hi.'),
      calls(call('1', '{"a":1}'), call('2', '', 'g')),
      tool('2', 'two'),
      tool('1', 'one'),
    )
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: '1', function: { name: 'f', arguments: { a: 1 } } },
          { id: '2', function: { name: 'g', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'two', tool_name: 'g', tool_call_id: '2' },
      { role: 'tool', content: 'one', tool_name: 'f', tool_call_id: '1' },
    ])
    expect(warnings).toEqual([])
  })

  test('with arguments byte for byte', () => {
    const { text } = messages(user('Hi.'), calls(call('1', '{"b":1, "a":12345678901234567890}')), tool('1', 'ok'))
    expect(text).toContain('{"b":1, "a":12345678901234567890}')
  })

  test('with arguments that were cut carry them inside an object', () => {
    const { body, warnings } = messages(user('Hi.'), calls(call('1', '{"a":')), tool('1', 'ok'))
    expect(body.messages[1].tool_calls[0].function.arguments).toEqual({ _raw: '{"a":' })
    expect(warnings).toEqual(['messages[1].tool_calls=arguments are not a JSON object, sent inside one'])
  })

  test('give back thoughts of the same model', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 'Hm.', format: 'ollama-v1', model: MODEL, index: 0 }]
    const { body, warnings } = messages(user('Hi.'), assistant('Yes.', { reasoning_details }), user('So?'))
    expect(body.messages[1]).toEqual({ role: 'assistant', content: 'Yes.', thinking: 'Hm.' })
    expect(warnings).toEqual([])
  })

  test.each([[{ format: 'cohere-v2' }], [{ format: 'ollama-v1', model: 'gpt-oss:20b' }]])(
    'keep thoughts of %j to themselves',
    (other) => {
      const reasoning_details = [{ type: 'reasoning.text', text: 'Hm.', ...other, index: 0 }]
      const { body, warnings } = messages(user('Hi.'), assistant('Yes.', { reasoning_details }), user('So?'))
      expect(body.messages[1]).toEqual(assistant('Yes.'))
      expect(warnings).toEqual(['messages[1].reasoning=not known to be of this model, not sent'])
    },
  )

  test('that say nothing are left out', () => {
    expect(messages(user('Hi.'), assistant(''), user('So?')).body.messages).toEqual([user('Hi.'), user('So?')])
  })
})

describe('the address', () => {
  test.each([
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434'],
    ['gpu-box', 'http://gpu-box:11434'],
    ['gpu-box:8080', 'http://gpu-box:8080'],
    ['gpu-box:80', 'http://gpu-box'],
    [':8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['https://ollama.com', 'https://ollama.com'],
    ['http://gpu-box/ollama/', 'http://gpu-box/ollama'],
    ['not an address', undefined],
    ['', undefined],
  ])('%j is %j', (host, expected) => {
    expect(address(host)).toBe(expected)
  })

  test('needs no key, and sends one where there is one', async () => {
    const keyOf = async (apiKey?: string): Promise<string | null> => {
      const headers = new Headers()
      const url = new URL('http://127.0.0.1')
      await ollama({ ...(apiKey && { apiKey }) }).authorize({ method: 'GET', url, headers, body: undefined })
      return headers.get('authorization')
    }
    expect(await keyOf()).toBeNull()
    expect(await keyOf('k')).toBe('Bearer k')
  })
})
