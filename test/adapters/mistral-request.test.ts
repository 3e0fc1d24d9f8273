import { describe, expect, test } from 'vitest'
import { mistral } from '../../adapters/mistral.ts'
import { callIds } from '../../adapters/mistral/ids.ts'
import { adapter, assistant, call, calls, encoded, f, refused, sent, system, tool, user } from './mistral-rig.ts'

describe('ids of calls', () => {
  test.each([
    ['call_abc123', 'JFs1FVhYX'],
    ['toolu_01A09q90qw90lq917835lq9', 'Sq9qGUL4l'],
    ['functions.get_temperature:0', 'EhTenX0hz'],
    ['abcDEF123', 'abcDEF123'],
  ])('%s becomes %s, every time', (told, id) => {
    expect(callIds()(told)).toBe(id)
    expect(callIds()(told)).toBe(id)
  })

  test('that would become the same do not', () => {
    let count = 0
    const ids = callIds((text) => (text.includes('\u0001') ? `again${String(++count).padStart(4, '0')}` : 'collision'))
    expect(['one', 'two', 'collision', 'one', 'two', 'collision'].map(ids)).toEqual([
      'collision',
      'again0001',
      'again0002',
      'collision',
      'again0001',
      'again0002',
    ])
  })

  test('and of their results are rewritten together, in whatever order', () => {
    const ids = ['x', 'tooluse_kZJMlvQmRJ6eAyJE5GIl7Q', 'tooluse_kZJMlvQmRJ6eAyJE5GIl7R', 'call_0', 'abcDEF123']
    const history = [user('Go.'), calls(...ids.map((id) => call(id))), ...ids.toReversed().map((id) => tool(id, id))]
    const { messages } = sent({ messages: history, tools: [f] }).body
    const given = messages[1].tool_calls.map(({ id }: { id: string }) => id)
    expect(new Set(given).size).toBe(ids.length)
    const results = messages.slice(2)
    for (const [index, id] of given.toReversed().entries()) {
      expect(results[index]).toEqual({
        role: 'tool',
        tool_call_id: id,
        name: 'f',
        content: ids.toReversed()[index],
      })
    }
  })
})

describe('members the provider does not know', () => {
  test('of the request are not sent', () => {
    const { body, warnings } = sent({
      messages: [user('Hi.')],
      max_completion_tokens: 9,
      user: 'u',
      stream: true,
      stream_options: { include_usage: true },
      tools: [],
      seed: 0,
    })
    expect(body).toEqual({
      model: 'mistral-small-latest',
      messages: [user('Hi.')],
      stream: true,
      max_tokens: 9,
      random_seed: 0,
    })
    expect(warnings).toEqual(['user=unsupported'])
  })

  test('of messages are not sent', () => {
    const { body, warnings } = sent({
      messages: [
        user('Hi.', { name: 'bob', timestamp: 5 }),
        assistant('Yes.', { reasoning_content: 'Hm.', refusal: null, annotations: [], name: 'bot' }),
        user('Why?'),
      ],
    })
    expect(body.messages).toEqual([user('Hi.'), assistant('Yes.'), user('Why?')])
    expect(warnings).toEqual([
      'messages[0].timestamp=unknown',
      'messages[0].name=unsupported',
      'messages[1].name=unsupported',
      "messages[1].reasoning=not known as this model's, not sent",
    ])
  })

  test('of a provider are sent where a client asks for them, and only there', () => {
    const own = { safe_prompt: true, guardrails: [{ block_on_error: true }], prompt_mode: 'reasoning' }
    expect(sent({ messages: [user('Hi.')], ...own }).body).toMatchObject(own)
    expect(sent({ messages: [user('Hi.')], prompt_mode: null }).body).toHaveProperty('prompt_mode', null)
  })
})

describe('the order of roles', () => {
  const late = (text: string) => user(`<system_message>\n${text}\n</system_message>`)

  test.each<[string, unknown[], unknown[], number]>([
    ['developer is system', [{ role: 'developer', content: 'A' }, user('u')], [system('A'), user('u')], 0],
    [
      'parts of instructions are one text',
      [
        system([
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ]),
        user('u'),
      ],
      [system('AB'), user('u')],
      0,
    ],
    ['system after user stays', [user('u'), system('A'), user('v')], [user('u'), system('A'), user('v')], 0],
    [
      'system after assistant is passed on',
      [user('u'), assistant('a'), system('A'), user('v')],
      [user('u'), assistant('a'), late('A'), user('v')],
      1,
    ],
    ['system at the end is passed on', [user('u'), system('A')], [user('u'), late('A')], 1],
    ['only instructions ask', [system('A'), system('B')], [system('A'), user('B')], 1],
    [
      'assistant after system stays',
      [system('A'), assistant('a'), user('u')],
      [system('A'), assistant('a'), user('u')],
      0,
    ],
    ['assistant never comes first', [assistant('a'), user('u')], [user('.'), assistant('a'), user('u')], 1],
    ['an empty assistant goes', [user('u'), assistant(''), user('v')], [user('u'), user('v')], 1],
    ['users may follow each other', [user('u'), user('v')], [user('u'), user('v')], 0],
  ])('%s', (_, messages, expected, losses) => {
    const { body, warnings } = sent({ messages })
    expect(body.messages).toEqual(expected)
    expect(warnings).toHaveLength(losses)
  })

  test('the assistant speaks between a tool and the user', () => {
    const messages = [user('u'), calls(call('abcDEF123')), tool('abcDEF123', '1'), user('v')]
    const result = { role: 'tool', tool_call_id: 'abcDEF123', name: 'f', content: '1' }
    const spoken = (words: readonly unknown[]) => [
      user('u'),
      { ...assistant(''), tool_calls: [call('abcDEF123')] },
      result,
      ...words,
      user('v'),
    ]
    expect(sent({ messages, tools: [f] }).body.messages).toEqual(spoken([assistant('OK')]))
    const [loss] = sent({ messages, tools: [f] }).warnings
    expect(loss).toMatch(/^messages\[3\]=/u)
    const silent = mistral({ apiKey: 'k', bridge: '' })
    expect(sent({ messages, tools: [f] }, silent)).toMatchObject({ body: { messages: spoken([]) }, warnings: [] })
    expect(sent({ messages: [...messages.slice(0, 3), assistant('a'), user('v')], tools: [f] }).warnings).toEqual([])
  })

  test('the gateway’s own directives stand after the leading instructions', () => {
    const ask = (messages: readonly { role: string; content: string }[]): unknown =>
      encoded({
        model: 'mistral-small-latest',
        stream: false,
        // The roles of these are told apart by their literal types, which a list of both loses.
        messages: messages as Parameters<typeof encoded>[0]['messages'],
        directives: ['D'],
      }).body.messages
    expect(ask([system('A'), user('u')] as never)).toEqual([system('A'), system('D'), user('u')])
    expect(ask([system('A'), system('B')] as never)).toEqual([system('A'), system('D'), user('B')])
  })

  test('a last word of the model is gone on from', () => {
    const { body } = sent({ messages: [user('u'), assistant('The answer is')] })
    expect(body.messages.at(-1)).toEqual({ ...assistant('The answer is'), prefix: true })
  })

  test('the assistant’s `prefix` is sent as the client has it, anybody else’s is reported', () => {
    const marked = { ...assistant('The answer is'), prefix: true }
    const { body, warnings } = sent({ messages: [{ ...user('u'), prefix: true }, marked, user('Go on.')] })
    expect(body.messages).toEqual([user('u'), marked, user('Go on.')])
    expect(warnings).toEqual(['messages[0].prefix=only for what the assistant says'])
  })

  test('a result without a call is refused, should one get so far', () => {
    const result = { role: 'tool', id: 'c', content: '' } as const
    expect(() => encoded({ model: 'm', stream: false, messages: [{ role: 'user', content: 'u' }, result] })).toThrow(
      /answers no call/u,
    )
  })
})

describe('content', () => {
  const pdf = 'data:application/pdf;base64,JVBERi0xLjQK'
  test.each<[string, unknown, unknown]>([
    [
      'a picture',
      { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
      { type: 'image_url', image_url: 'https://a.example/b.png' },
    ],
    [
      'a picture to look at closely',
      { type: 'image_url', image_url: { url: 'https://a.example/b.png', detail: 'high' } },
      { type: 'image_url', image_url: { url: 'https://a.example/b.png', detail: 'high' } },
    ],
    [
      'sound',
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'input_audio', input_audio: 'UklGRg==' },
    ],
    [
      'a document',
      { type: 'file', file: { file_data: pdf, filename: 'a.pdf' } },
      { type: 'document_url', document_url: pdf, document_name: 'a.pdf' },
    ],
    [
      'a bare document',
      { type: 'file', file: { file_data: 'JVBERi0xLjQK' } },
      { type: 'document_url', document_url: pdf },
    ],
    [
      'a document elsewhere',
      { type: 'file', file: { file_data: 'https://a.example/b.pdf' } },
      { type: 'document_url', document_url: 'https://a.example/b.pdf' },
    ],
    ['a file of the store', { type: 'file', file: { file_id: 'file-1' } }, { type: 'file', file_id: 'file-1' }],
  ])('%s', (_, part, chunk) => {
    const { body, warnings } = sent({ messages: [user([part])] })
    expect(body.messages[0].content).toEqual([chunk])
    expect(warnings).toEqual([])
  })

  test('that the provider cannot have in instructions is refused', () => {
    expect(refusedSystem()).toEqual({ param: 'messages[0].content[0]', code: 'unsupported_content_part' })
  })

  /** The chat surface lets no picture into instructions, so the canonical form has to. */
  function refusedSystem(): unknown {
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } } as const
    try {
      encoded({ model: 'm', stream: false, messages: [{ role: 'system', content: [image] }] })
    } catch (error) {
      const { failure } = error as { failure: { param: string; code: string } }
      return { param: failure.param, code: failure.code }
    }
    return undefined
  }
})

describe('tools', () => {
  const g = { type: 'function', function: { name: 'g' } }
  const ask = (rest: object) => sent({ messages: [user('Hi.')], tools: [f, g], ...rest })

  test('have a schema always', () => {
    expect(ask({}).body.tools[1]).toEqual({
      type: 'function',
      function: { name: 'g', parameters: { type: 'object', properties: {} } },
    })
  })

  test.each<[unknown, unknown]>([
    ['auto', 'auto'],
    ['required', 'any'],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'function', function: { name: 'f' } },
    ],
  ])('are chosen %j as %j', (asked, told) => {
    expect(ask({ tool_choice: asked }).body.tool_choice).toEqual(told)
  })

  test('are not shown where none may be called', () => {
    const { body, warnings } = ask({ tool_choice: 'none', parallel_tool_calls: false })
    expect(body).not.toHaveProperty('tools')
    expect(body).not.toHaveProperty('tool_choice')
    expect(body).not.toHaveProperty('parallel_tool_calls')
    expect(warnings).toEqual([])
  })

  test('with names the provider refuses go by others', () => {
    const odd = { type: 'function', function: { name: 'wetter.für-heute' } }
    const { body } = sent({ messages: [user('Hi.')], tools: [odd] })
    expect(body.tools[0].function.name).toMatch(/^wetter_f_r-heute_[0-9a-f]{12}$/u)
  })

  test('of its own are sent as they are, those of others refused', () => {
    expect(sent({ messages: [user('Hi.')], tools: [{ type: 'web_search' }] }).body.tools).toEqual([
      { type: 'web_search' },
    ])
    expect(refused({ messages: [user('Hi.')], tools: [{ type: 'bash_20250124', name: 'bash' }] })).toEqual({
      param: 'tools[0].type',
      code: 'invalid_value',
    })
  })
})

describe('thinking', () => {
  test.each<[string, unknown, object, readonly string[]]>([
    ['mistral-small-latest', 'high', { reasoning_effort: 'high' }, []],
    ['mistral-medium-3.5', 'none', { reasoning_effort: 'none' }, []],
    ['mistral-large-4', 'low', { reasoning_effort: 'high' }, ['reasoning_effort=sent as high']],
    ['magistral-medium-latest', 'high', { prompt_mode: 'reasoning' }, []],
    ['magistral-medium-latest', 'none', { prompt_mode: null }, ['reasoning_effort=this model may think all the same']],
    ['mistral-large-latest', 'high', {}, ['reasoning_effort=unsupported']],
    ['mistral-large-latest', 'none', {}, []],
    ['mistral-small-latest', undefined, {}, []],
  ])('%s is asked for %s as it can be', (model, effort, told, losses) => {
    const { body, warnings } = sent({ model, messages: [user('Hi.')], reasoning_effort: effort })
    expect(body).toEqual({ model, messages: [user('Hi.')], ...told })
    expect(warnings).toEqual(losses)
  })
})

describe('knobs', () => {
  test.each<[object, object, readonly string[]]>([
    [{ temperature: 0 }, { temperature: 0, top_p: 1 }, []],
    [{ temperature: 0, top_p: 1 }, { temperature: 0, top_p: 1 }, []],
    [{ temperature: 2 }, { temperature: 1.5 }, ['temperature=clamped to 1.5']],
    [{ seed: -1 }, {}, ['seed=must not be negative']],
    [{ service_tier: 'default' }, { service_tier: 'standard_only' }, []],
    [{ modalities: ['text'] }, {}, []],
    [
      {
        prediction: {
          type: 'content',
          content: [
            { type: 'text', text: 'A' },
            { type: 'text', text: 'B' },
          ],
        },
      },
      { prediction: { type: 'content', content: 'AB' } },
      [],
    ],
    [{ response_format: { type: 'text' } }, { response_format: { type: 'text' } }, []],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n' } } },
      { response_format: { type: 'json_object' } },
      ['response_format.json_schema=has no schema, any JSON object is asked for'],
    ],
  ])('%j are sent as %j', (asked, told, losses) => {
    const { body, warnings } = sent({ messages: [user('Hi.')], ...asked })
    expect(body).toEqual({ model: 'mistral-small-latest', messages: [user('Hi.')], ...told })
    expect(warnings).toEqual(losses)
  })
})

test('its base URL is the same with and without /v1', () => {
  for (const baseURL of ['http://127.0.0.1:9', 'http://127.0.0.1:9/v1', 'http://127.0.0.1:9/v1/'])
    expect(mistral({ apiKey: 'k', baseURL }).baseURL).toBe('http://127.0.0.1:9')
})

describe('embeddings', () => {
  const ask = (model: string, more: object = {}) => {
    const warnings: string[] = []
    const request = { model, inputs: ['a', 'b'], encoding: 'float', ...more } as const
    const call = adapter.embed?.(model)?.encode(request, (param) => void warnings.push(param))
    return { call, warnings }
  }

  test('are asked for in the provider’s words', () => {
    const { call, warnings } = ask('codestral-embed', { dimensions: 256, extra: { output_dtype: 'int8' } })
    expect(call).toEqual({
      path: '/v1/embeddings',
      body: {
        model: 'codestral-embed',
        input: ['a', 'b'],
        output_dimension: 256,
        output_dtype: 'int8',
        encoding_format: 'float',
      },
    })
    expect(warnings).toEqual([])
  })

  test('have a size of their own, but for those of code', () => {
    expect(adapter.embed?.('mistral-embed')?.dimensions).toBe(false)
    expect(adapter.embed?.('codestral-embed-2505')?.dimensions).toBe(true)
    expect(adapter.embed?.('mistral-small-latest')).toBeUndefined()
  })

  test('come in the order of their numbers', () => {
    const codec = adapter.embed?.('mistral-embed')
    const body = codec?.body.safeParse({
      model: 'mistral-embed',
      data: [
        { index: 1, embedding: [2] },
        { index: 0, embedding: [1] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    })
    if (!codec || !body?.success) throw new Error('The body is not read.')
    const reply = {
      request: { model: 'mistral-embed', inputs: ['a', 'b'], encoding: 'float' },
      headers: new Headers(),
    } as const
    expect(codec.decode(body.data, reply)).toEqual({ vectors: [[1], [2]], model: 'mistral-embed', input: 4 })
  })
})
