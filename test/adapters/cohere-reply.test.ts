import { describe, expect, test } from 'vitest'
import { cohere } from '../../adapters/cohere.ts'
import { chatRequest } from '../../adapters/cohere/strict.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { rig } from './rig.ts'

const MODEL = 'command-a-plus-05-2026'
const adapter = cohere({ apiKey: 'test-key' })
const { told, toldWhole } = rig(adapter, chatRequest, MODEL)

const origin = { format: 'cohere-v2', model: MODEL }
const start = { type: 'message-start', id: 'r1', delta: { message: { role: 'assistant', content: [] } } }
const end = (finish_reason: string, rest = {}) => ({ type: 'message-end', delta: { finish_reason, ...rest } })
const content = (index: number, piece: JsonObject) => [
  { type: 'content-start', index, delta: { message: { content: piece } } },
  { type: 'content-end', index },
]
const plan = (tool_plan: string) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan } } })
const begin = (index: number, id: string, name: string) => ({
  type: 'tool-call-start',
  index,
  delta: { message: { tool_calls: { id, type: 'function', function: { name, arguments: '' } } } },
})
const more = (index: number, args: string) => ({
  type: 'tool-call-delta',
  index,
  delta: { message: { tool_calls: { function: { arguments: args } } } },
})
const close = (index: number) => ({ type: 'tool-call-end', index })
const cite = (citations: JsonObject) => ({ type: 'citation-start', index: 0, delta: { message: { citations } } })
const whole = (message: JsonObject, rest: JsonObject = {}) => ({
  id: 'r1',
  finish_reason: 'COMPLETE',
  message,
  ...rest,
})

describe('what is said', () => {
  test('comes in blocks of thoughts and of text', () => {
    const { completion } = told([
      start,
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'thinking', thinking: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'H' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'm.' } } } },
      { type: 'content-end', index: 0 },
      ...content(1, { type: 'text', text: 'Hi.' }),
      end('COMPLETE'),
    ])
    expect(completion).toMatchObject({ id: 'r1', model: MODEL })
    expect(completion?.choices[0]).toEqual({
      blocks: [
        { type: 'reasoning', text: 'Hm.', origin },
        { type: 'text', text: 'Hi.' },
      ],
      reason: 'stop',
      raw: 'COMPLETE',
    })
  })

  test('before a call is a plan, and no content', () => {
    const message = {
      tool_plan: 'I will look.',
      tool_calls: [{ id: 'f_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    }
    const { completion } = toldWhole(whole(message, { finish_reason: 'TOOL_CALL' }))
    expect(completion?.choices[0]?.blocks).toEqual([
      { type: 'reasoning', text: 'I will look.', origin, extra: { tool_plan: true } },
      { type: 'tool', id: 'f_1', name: 'f', text: '{"a":1}' },
    ])
  })

  test('as a plan stays apart from what was thought before', () => {
    const thought = content(0, { type: 'thinking', thinking: 'Hm.' })
    const { completion } = told([
      start,
      ...thought,
      plan('I will '),
      plan('look.'),
      begin(0, 'f_1', 'f'),
      end('TOOL_CALL'),
    ])
    expect(completion?.choices[0]?.blocks.map(({ text }) => text)).toEqual(['Hm.', 'I will look.', '{}'])
  })
})

describe('calls', () => {
  test('are told apart, and end the reply once', () => {
    const { events, completion } = told([
      start,
      begin(0, 'f_1', 'f'),
      more(0, '{"a":'),
      more(0, '1}'),
      close(0),
      begin(1, 'f_2', 'f'),
      more(1, '{}'),
      close(1),
      end('TOOL_CALL'),
    ])
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
    expect(completion?.choices[0]).toMatchObject({
      reason: 'tool_calls',
      blocks: [
        { id: 'f_1', text: '{"a":1}' },
        { id: 'f_2', text: '{}' },
      ],
    })
  })

  test.each([[['null']], [['n', 'ull']], [[]]])('with the arguments %j have none', (pieces) => {
    const { completion } = told([
      start,
      begin(0, 'f_1', 'f'),
      ...pieces.map((piece) => more(0, piece)),
      close(0),
      end('TOOL_CALL'),
    ])
    expect(completion?.choices[0]?.blocks).toEqual([{ type: 'tool', id: 'f_1', name: 'f', text: '{}' }])
  })

  test('that were cut are not completed', () => {
    const call = { id: 'f_1', type: 'function', function: { name: 'f', arguments: '' } }
    const { completion } = toldWhole(whole({ tool_calls: [call] }, { finish_reason: 'MAX_TOKENS' }))
    expect(completion?.choices[0]).toMatchObject({ reason: 'length', blocks: [{ text: '' }] })
  })

  test('get back the names that had to change', () => {
    const names = new Map([['get_time_abc', 'get-time']])
    const { completion } = told([start, begin(0, 'f_1', 'get_time_abc'), close(0), end('TOOL_CALL')], { names })
    expect(completion?.choices[0]?.blocks).toMatchObject([{ name: 'get-time' }])
  })
})

describe('the end', () => {
  test.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop'],
    ['MAX_TOKENS', 'length'],
  ])('%s is %s', (raw, reason) => {
    expect(told([start, ...content(0, { type: 'text', text: 'a' }), end(raw)]).completion?.choices[0]?.reason).toBe(
      reason,
    )
  })

  test('for a reason nobody knows is told', () => {
    const { completion, reply } = told([start, end('BORED')])
    expect(completion?.choices[0]).toMatchObject({ reason: 'stop', raw: 'BORED' })
    expect(reply.warnings).toEqual([['finish_reason', 'unknown: BORED']])
  })

  test.each([
    [end('ERROR'), 502, 'upstream_error'],
    [end('ERROR', { error: 'too hot' }), 502, 'upstream_error'],
    [end('TIMEOUT'), 504, 'timeout'],
  ])('%j is an error', (frame, status, code) => {
    const { failure, completion } = told([start, ...content(0, { type: 'text', text: 'a' }), frame])
    expect(completion).toBeUndefined()
    expect(failure).toMatchObject({ status, code })
  })

  test('that does not come is an error', () => {
    expect(told([start, ...content(0, { type: 'text', text: 'a' })]).failure?.code).toBe('upstream_stream_truncated')
  })
})

describe('usage', () => {
  const spent = (usage: JsonObject) => told([start, end('COMPLETE', { usage })]).completion?.usage

  test('counts what the model read, and tells what is billed', () => {
    const billed_units = { input_tokens: 33, output_tokens: 22 }
    const tokens = { input_tokens: 1452, output_tokens: 33, reasoning_tokens: 9 }
    expect(spent({ billed_units, tokens, cached_tokens: 144 })).toEqual({
      input: 1452,
      output: 33,
      cached: 144,
      reasoning: 9,
      extra: { billed_units },
    })
  })

  test('counts pictures, which the provider counts apart', () => {
    expect(spent({ tokens: { input_tokens: 34, output_tokens: 56, image_tokens: 259 } })).toEqual({
      input: 293,
      output: 56,
      extra: { image_tokens: 259 },
    })
  })

  test('is what is billed where nothing else is known, in whole tokens', () => {
    const billed_units = { input_tokens: 3.2, output_tokens: 2.8 }
    expect(spent({ billed_units })).toEqual({ input: 3, output: 3, extra: { billed_units } })
  })
})

describe('citations', () => {
  const said = content(0, { type: 'text', text: 'It rains in Rome.' })
  const cited = (citation: JsonObject) => {
    const { completion } = told([start, ...said, cite(citation), end('COMPLETE')])
    const [block] = completion?.choices[0]?.blocks ?? []
    return block?.type === 'text' ? block.citations : undefined
  }
  const span = { start: 12, end: 16 }

  test('of an address', () => {
    const source = { type: 'tool', id: 't', tool_output: { url: 'https://a.example/rome', title: 'Rome' } }
    expect(cited({ ...span, text: 'Rome', sources: [source], type: 'TEXT_CONTENT' })).toEqual([
      { type: 'url', ...span, url: 'https://a.example/rome', title: 'Rome' },
    ])
  })

  test('of a document', () => {
    const source = { type: 'document', id: 'doc:0', document: { id: 'doc:0', title: 'weather.txt', text: 'Rain.' } }
    expect(cited({ ...span, text: 'Rome', sources: [source] })).toEqual([
      { type: 'document', ...span, title: 'weather.txt', document: { text: 'Rome', sources: [source] } },
    ])
  })

  test.each(['PLAN', 'THINKING_CONTENT'])('of a %s have no place', (type) => {
    expect(cited({ ...span, sources: [{ type: 'document', id: 'd', document: {} }], type })).toBeUndefined()
  })

  test('in a whole reply belong to the text they name', () => {
    const citations = [{ ...span, content_index: 1, sources: [{ type: 'document', id: 'd', document: {} }] }]
    const texts = [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'It rains in Rome.' },
      { type: 'text', text: 'Bye.' },
    ]
    const { completion } = toldWhole(whole({ content: texts, citations }))
    expect(completion?.choices[0]?.blocks[1]).toMatchObject({ citations: [span] })
    expect(completion?.choices[0]?.blocks[2]).not.toHaveProperty('citations')
  })
})

test('log probabilities are told for each token, the text of several with the first', () => {
  const logprobs = [
    { text: 'é', token_ids: [1], logprobs: [-0.5] },
    { text: 'ab', token_ids: [2, 3], logprobs: [-1, -2] },
  ]
  const expected = [
    { token: 'é', logprob: -0.5, bytes: [195, 169], top_logprobs: [] },
    { token: 'ab', logprob: -1, bytes: [97, 98], top_logprobs: [] },
    { token: '', logprob: -2, bytes: [], top_logprobs: [] },
  ]
  const { completion } = toldWhole(whole({ content: [{ type: 'text', text: 'éab' }] }, { logprobs }))
  expect(completion?.choices[0]?.logprobs?.text).toEqual(expected)
})

describe('failures', () => {
  test.each([
    [400, 'invalid request: message must be at least 1 token long', { status: 400 }],
    [422, 'cannot be processed', { status: 400 }],
    [400, 'too many tokens: size limit exceeded by 280 tokens.', { status: 400, code: 'context_length_exceeded' }],
    [400, 'too many tokens: max tokens must be less than or equal to 4096', { status: 400 }],
    [401, 'invalid api token', { status: 401 }],
    [498, 'invalid token', { status: 401 }],
    [402, 'Please add a payment method', { status: 429, code: 'insufficient_quota', retry: false }],
    [404, "model 'x' not found, make sure the correct model ID was used", { status: 404, code: 'model_not_found' }],
    [429, 'You are using a Trial key, which is limited to 40 API calls / minute.', { status: 429 }],
    [
      429,
      'You are using a Trial key, which is limited to 1000 API calls / month.',
      { status: 429, code: 'insufficient_quota', retry: false },
    ],
    [499, 'request cancelled', { status: 503 }],
    [500, 'internal server error', { status: 502, code: 'upstream_error' }],
    [501, 'not implemented', { status: 400 }],
    [503, 'unavailable', { status: 503 }],
    [504, 'timeout', { status: 504 }],
  ])('%d %s', (status, message, expected) => {
    const { param: _, type: __, ...explained } = adapter.failure?.(status, { id: '1', message }, new Headers()) ?? {}
    expect(explained).toEqual({ ...expected, message })
  })

  test('without a body have their status', () => {
    expect(adapter.failure?.(500, undefined, new Headers())).toEqual({ status: 502, code: 'upstream_error' })
  })
})

test('models are listed with what is known of them, page after page', () => {
  const { models } = adapter
  const page = models?.body.safeParse({
    models: [
      { name: 'command-a-03-2025', endpoints: ['chat'], finetuned: false, context_length: 256_000, features: null },
    ],
    next_page_token: 'a=b',
  })
  if (!page?.success || !models) throw new Error('The page is not understood.')
  expect(models.decode(page.data)).toEqual([
    { id: 'command-a-03-2025', extra: { finetuned: false, context_length: 256_000 } },
  ])
  expect(models.next?.(page.data)).toBe('/v1/models?endpoint=chat&page_size=1000&page_token=a%3Db')
})
