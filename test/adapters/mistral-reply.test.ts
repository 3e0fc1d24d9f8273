import { describe, expect, test } from 'vitest'
import { adapter, told, unfolded } from './mistral-rig.ts'

const head = { id: 'abc', object: 'chat.completion.chunk', created: 5, model: 'mistral-small-2603' }
const chunk = (delta: object, finish_reason: string | null = null, rest: object = {}) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason }],
  ...rest,
})
const usage = { prompt_tokens: 10, total_tokens: 56, completion_tokens: 46 }
const thought = (text: string, rest: object = {}) => ({ type: 'thinking', thinking: [{ type: 'text', text }], ...rest })
const origin = { format: 'mistral', model: 'm' }

/** What the only choice of a stream says. */
function blocks(...frames: readonly object[]): unknown {
  return told(frames).completion?.choices[0]?.blocks
}

describe('a stream', () => {
  test('may change from lists to text: thoughts, an answer, nothing more', () => {
    const { completion } = told([
      chunk({ role: 'assistant', content: [thought('2+2')] }),
      chunk({ content: [{ type: 'text', text: '4' }] }),
      chunk({ content: '' }, 'stop', { usage }),
    ])
    expect(completion?.choices[0]).toMatchObject({
      blocks: [
        { type: 'reasoning', text: '2+2', origin },
        { type: 'text', text: '4' },
      ],
      reason: 'stop',
    })
    expect(completion?.usage).toEqual({ input: 10, output: 46 })
  })

  test('may bring a call whole, without type or number, with the ending and the usage', () => {
    const call = { id: 'g6fVbXS8K', function: { name: 'f', arguments: '{"a": 1}' } }
    const { completion } = told([
      chunk({ role: 'assistant', content: '' }),
      chunk({ tool_calls: [call] }, 'tool_calls', { usage }),
    ])
    expect(completion).toMatchObject({
      choices: [{ blocks: [{ type: 'tool', id: 'g6fVbXS8K', name: 'f', text: '{"a": 1}' }], reason: 'tool_calls' }],
      usage: { input: 10, output: 46 },
    })
  })

  test('goes on with a call under an empty name', () => {
    expect(
      blocks(
        chunk({ tool_calls: [{ id: 'x', index: 0, function: { name: 'f', arguments: '' } }], content: '' }),
        chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: '{"a":' } }], content: '' }),
        chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: '1}' } }], content: '' }),
        chunk({ content: '' }, 'tool_calls'),
      ),
    ).toEqual([{ type: 'tool', id: 'x', name: 'f', text: '{"a":1}' }])
  })

  test('ends a thought with its signature', () => {
    expect(
      blocks(
        chunk({ content: [thought('a', { closed: true })] }),
        chunk({ content: [thought('b', { signature: 'S', closed: true })] }),
        chunk({ content: [thought('c')] }),
        chunk({ content: '' }, 'stop'),
      ),
    ).toEqual([
      { type: 'reasoning', text: 'ab', origin, signature: 'S' },
      { type: 'reasoning', text: 'c', origin },
      // A reply of thoughts alone has an answer, if an empty one.
      { type: 'text', text: '' },
    ])
  })

  test('says which references of a thought are left out', () => {
    const idea = {
      type: 'thinking',
      thinking: [
        { type: 'text', text: 'a' },
        { type: 'reference', reference_ids: [1] },
      ],
    }
    const { reply, completion } = told([chunk({ content: [idea] }), chunk({ content: 'b' }, 'stop')])
    expect(completion?.choices[0]?.blocks[0]).toMatchObject({ text: 'a' })
    expect(reply.warnings).toEqual([['reasoning', 'its references are left out']])
  })

  test('tells sources of what stands before them', () => {
    const citation = { start: 0, end: 2 }
    expect(
      blocks(
        chunk({ content: 'ab' }),
        chunk({ content: [{ type: 'reference', reference_ids: [0] }] }),
        chunk({ content: 'c' }),
        chunk(
          { content: [{ type: 'tool_reference', tool: 'web_search', title: 'T', url: 'https://a.example' }] },
          'stop',
        ),
      ),
    ).toMatchObject([
      { text: 'ab', citations: [{ type: 'document', start: citation.start, document: { reference_ids: [0] } }] },
      { text: 'c', citations: [{ type: 'url', url: 'https://a.example', title: 'T' }] },
    ])
  })

  test.each<[string, string | undefined, string | undefined]>([
    ['stop', 'stop', undefined],
    ['length', 'length', undefined],
    ['model_length', 'length', undefined],
    ['bored', 'stop', undefined],
    ['error', undefined, 'malformed_model_output'],
  ])('that ends with %s is told as %s', (raw, reason, code) => {
    const { completion, failure } = told([chunk({ content: 'a' }), chunk({ content: '' }, raw)])
    expect(completion?.choices[0]?.reason).toBe(reason)
    expect(failure?.code).toBe(code)
  })

  test.each<[object, number, string]>([
    [{ object: 'error', message: 'Slow down', type: 'rate_limited', code: '1300' }, 429, 'Slow down'],
    [{ error: { message: 'Overheated', type: 'internal_server_error', code: 1000 } }, 500, 'Overheated'],
    [{ object: 'error', message: 'No.', raw_status_code: 400 }, 400, 'No.'],
    [{ detail: 'Broken' }, 502, 'Broken'],
    [{ error: {} }, 502, 'The provider reported an error without a message.'],
  ])('breaks off at %j', (frame, status, message) => {
    expect(told([chunk({ content: 'a' }), frame]).failure).toMatchObject({ status, message })
  })

  test('pays no heed to events it does not know', () => {
    expect(blocks({ type: 'surprise' }, chunk({ content: 'a' }), { object: 'ping' }, chunk({}, 'stop'))).toEqual([
      { type: 'text', text: 'a' },
    ])
  })
})

describe('a whole reply', () => {
  const body = (message: object, rest: object = {}) => ({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
    usage,
    ...rest,
  })
  const read = (whole: object) => told(unfolded(whole)).completion

  test.each<[string, object, readonly object[]]>([
    ['no content', { content: null, tool_calls: null }, [{ type: 'text', text: '' }]],
    ['absent content', {}, [{ type: 'text', text: '' }]],
    ['one text', { content: 'a' }, [{ type: 'text', text: 'a' }]],
    [
      'thoughts as a text',
      {
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'text', text: 'a' },
        ],
      },
      [
        { type: 'reasoning', text: 'Hm.', origin },
        { type: 'text', text: 'a' },
      ],
    ],
    [
      'arguments parsed',
      { content: '', tool_calls: [{ id: 'a', function: { name: 'f', arguments: { b: [1, null] } } }] },
      [{ type: 'tool', id: 'a', name: 'f', text: '{"b":[1,null]}' }],
    ],
    [
      'arguments missing',
      { tool_calls: [{ id: 'a', function: { name: 'f', arguments: null } }] },
      [{ type: 'tool', id: 'a', name: 'f', text: '{}' }],
    ],
  ])('with %s', (_, message, expected) => {
    const ending = 'tool_calls' in message && message.tool_calls !== null ? 'tool_calls' : 'stop'
    const whole = body(message)
    const choices = whole.choices.map((choice) => ({ ...choice, finish_reason: ending }))
    expect(read({ ...whole, choices })?.choices[0]?.blocks).toEqual(expected)
  })

  test('may have several messages in a choice', () => {
    const choices = [
      {
        index: 0,
        finish_reason: 'stop',
        messages: [
          { role: 'assistant', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
    ]
    expect(read({ ...body({}), choices })?.choices[0]?.blocks).toEqual([{ type: 'text', text: 'ab' }])
  })

  test.each<[object, object]>([
    [{ num_cached_tokens: 7 }, { cached: 7 }],
    [{ prompt_tokens_details: { cached_tokens: 8 } }, { cached: 8 }],
    [{ prompt_token_details: { cached_tokens: 9 } }, { cached: 9 }],
    [
      { prompt_tokens_details: { cached_tokens: 0, audio_tokens: 375 }, prompt_audio_seconds: 4 },
      { cached: 0, audioInput: 375, extra: { prompt_audio_seconds: 4 } },
    ],
    [{ prompt_tokens_details: null, prompt_audio_seconds: null }, {}],
  ])('counts %j', (counts, expected) => {
    expect(read(body({ content: 'a' }, { usage: { ...usage, ...counts } }))?.usage).toEqual({
      input: 10,
      output: 46,
      ...expected,
    })
  })

  test.each([
    ['standard', 'default'],
    ['priority', 'priority'],
  ])('tells the tier %s as %s', (tier, told) => {
    expect(read(body({ content: 'a' }, { usage: { ...usage, service_tier: tier } }))?.serviceTier).toBe(told)
  })
})

describe('a failure', () => {
  const explained = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    adapter.failure?.(status, body, new Headers(headers))
  const detail = [
    { type: 'extra_forbidden', loc: ['body', 'n'], msg: 'Extra inputs are not permitted', input: 'secret' },
  ]
  const forbidden = { status: 400, param: 'n', message: 'n: Extra inputs are not permitted' }

  test.each<[string, number, unknown, object]>([
    [
      'of validation, inside the message',
      422,
      { object: 'error', message: { detail }, type: 'invalid_request_error', code: null },
      forbidden,
    ],
    [
      'of validation, in a text',
      422,
      { message: JSON.stringify({ detail }), type: 'internal_error_proxy', code: '1000' },
      { ...forbidden, code: '1000' },
    ],
    [
      'of validation, listed twice',
      422,
      { object: 'Error', detail, message: detail, code: 3001 },
      { ...forbidden, code: '3001' },
    ],
    ['of validation, alone', 422, { detail }, forbidden],
    [
      'of validation, deep inside',
      422,
      { detail: [{ loc: ['body', 'messages', 2, 'content'], msg: 'Field required' }] },
      { status: 400, param: 'messages[2].content', message: 'messages[2].content: Field required' },
    ],
    [
      'of validation, of a member with another name',
      422,
      { detail: [{ loc: ['body', 'random_seed'], msg: 'No' }] },
      { status: 400, param: 'seed', message: 'seed: No' },
    ],
    [
      'about ids',
      400,
      { object: 'error', message: 'Tool call id was x but must be …', type: 'invalid_function_call', code: '3280' },
      { status: 400, code: '3280', message: 'Tool call id was x but must be …' },
    ],
    ['about the key', 401, { detail: 'Unauthorized' }, { status: 401, message: 'Unauthorized' }],
    [
      'about the key, as a message',
      401,
      { message: 'Unauthorized', request_id: 'r' },
      { status: 401, message: 'Unauthorized' },
    ],
    [
      'about the rate',
      429,
      { message: 'Requests rate limit exceeded' },
      { status: 429, message: 'Requests rate limit exceeded' },
    ],
    [
      'about money',
      402,
      { message: 'Payment required' },
      {
        status: 429,
        type: 'insufficient_quota',
        code: 'insufficient_quota',
        retry: false,
        message: 'Payment required',
      },
    ],
    [
      'about the model',
      400,
      { message: 'Invalid model: x', type: 'invalid_model', code: '1500' },
      { status: 404, code: 'model_not_found', param: 'model', message: 'Invalid model: x' },
    ],
    ['about nothing', 500, undefined, { status: 500 }],
    ['that is no JSON', 502, '<html>', { status: 502 }],
  ])('%s', (_, status, body, expected) => {
    expect(explained(status, body)).toEqual(expected)
  })

  test('says when to try again', () => {
    expect(explained(429, {}, { 'retry-after': '3' })).toEqual({ status: 429, retryAfter: 3 })
  })

  test('does not repeat what was sent', () => {
    expect(JSON.stringify(explained(422, { detail }))).not.toContain('secret')
  })
})
