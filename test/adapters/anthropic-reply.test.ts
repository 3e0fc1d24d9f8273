import { describe, expect, test } from 'vitest'
import { told, unfolded } from './anthropic-rig.ts'

const start = (usage: object = { input_tokens: 10, output_tokens: 1 }) => ({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [],
    stop_reason: null,
    usage,
  },
})
const open = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, more: object) => ({ type: 'content_block_delta', index, delta: more })
const close = (index: number) => ({ type: 'content_block_stop', index })
const json = (index: number, partial_json: string) => delta(index, { type: 'input_json_delta', partial_json })
const words = (index: number, text: string) => [
  open(index, { type: 'text', text: '' }),
  delta(index, { type: 'text_delta', text }),
  close(index),
]
const end = (stop_reason: string, rest: object = {}, usage: object = { output_tokens: 9 }) => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null, ...rest }, usage },
  { type: 'message_stop' },
]
const call = (index: number) => open(index, { type: 'tool_use', id: `toolu_${index}`, name: 'f', input: {} })

/** The blocks of a streamed reply, each as one line. */
const blocks = (...frames: object[]): string[] => {
  const { completion } = told([start(), ...frames, ...end('end_turn')])
  return completion?.choices[0]?.blocks.map(({ type, text }) => `${type} ${text}`) ?? []
}

describe('blocks', () => {
  test('a call without arguments has an empty object', () => {
    expect(blocks(call(0), json(0, ''), close(0), call(1), close(1))).toEqual(['tool {}', 'tool {}'])
  })

  test('a call with arguments has nothing but them', () => {
    expect(blocks(call(0), json(0, ''), json(0, '{"a"'), json(0, ':1}'), close(0))).toEqual(['tool {"a":1}'])
  })

  test('a call that arrives whole keeps its input and who made it', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }
    const { completion } = told([
      start(),
      open(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 }, caller }),
      close(0),
      ...end('tool_use'),
    ])
    expect(completion?.choices[0]?.blocks).toEqual([
      { type: 'tool', id: 'toolu_1', name: 'f', text: '{"a":1}', extra: { 'anthropic-claude-v1': { caller } } },
    ])
  })

  test('tools of the provider are no calls of the client', () => {
    const result = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }
    const { completion } = told([
      start(),
      ...words(0, 'Let me look. '),
      open(1, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
      json(1, '{"query":"x"}'),
      close(1),
      open(2, result),
      close(2),
      ...words(3, 'Found.'),
      ...end('end_turn'),
    ])
    const [choice] = completion?.choices ?? []
    expect(choice?.reason).toBe('stop')
    expect(choice?.blocks.map(({ type }) => type)).toEqual(['text', 'opaque', 'opaque', 'text'])
    expect(JSON.parse(choice?.blocks[1]?.text ?? '')).toEqual({
      type: 'server_tool_use',
      id: 'srvtoolu_1',
      name: 'web_search',
      input: { query: 'x' },
    })
    expect(JSON.parse(choice?.blocks[2]?.text ?? '')).toEqual(result)
  })

  test('neighbours stay apart', () => {
    expect(blocks(...words(0, 'a'), ...words(1, 'b'))).toEqual(['text a', 'text b'])
  })

  test('thoughts keep their signature, and the hidden ones their cipher', () => {
    const { completion } = told([
      start(),
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
      delta(0, { type: 'signature_delta', signature: 'Uw==' }),
      close(0),
      open(1, { type: 'redacted_thinking', data: 'ZGF0YQ==' }),
      close(1),
      ...end('end_turn'),
    ])
    const origin = { format: 'anthropic-claude-v1', model: 'claude-opus-5' }
    expect(completion?.choices[0]?.blocks).toEqual([
      { type: 'reasoning', text: 'Hm', signature: 'Uw==', origin },
      { type: 'reasoning', text: '', encrypted: 'ZGF0YQ==', origin },
    ])
  })

  test('sources belong to the block they were told in', () => {
    const web = { type: 'web_search_result_location', url: 'https://a.example', title: null, cited_text: 'x' }
    const page = {
      type: 'page_location',
      document_index: 0,
      document_title: 'A',
      start_page_number: 1,
      end_page_number: 2,
    }
    const { completion } = told([
      start(),
      open(0, { type: 'text', text: '', citations: [] }),
      delta(0, { type: 'citations_delta', citation: web }),
      delta(0, { type: 'citations_delta', citation: page }),
      delta(0, { type: 'text_delta', text: 'Said' }),
      close(0),
      ...end('end_turn'),
    ])
    const span = { start: 0, end: Number.MAX_SAFE_INTEGER }
    expect(completion?.choices[0]?.blocks[0]).toMatchObject({
      citations: [
        { type: 'url', ...span, url: 'https://a.example', title: 'https://a.example' },
        { type: 'document', ...span, title: 'A', document: page },
      ],
    })
  })
})

describe('endings', () => {
  test.for([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
  ] as const)('%s is %s', ([raw, reason]) => {
    const { completion, reply } = told([start(), ...words(0, 'a'), ...end(raw)])
    expect(completion?.choices[0]).toMatchObject({ reason, raw })
    expect(reply.warnings).toHaveLength(raw === 'something_new' ? 1 : 0)
  })

  test('a refusal without a word gets one', () => {
    const { completion } = told([start(), ...end('refusal', { stop_details: null })])
    expect(completion?.choices[0]?.blocks).toEqual([{ type: 'refusal', text: 'The model declined to respond.' }])
  })

  test('a call that was cut is not completed', () => {
    expect(told([start(), call(0), json(0, '{"path":"he'), ...end('max_tokens')]).completion?.choices[0]).toMatchObject(
      {
        reason: 'length',
        blocks: [{ text: '{"path":"he' }],
      },
    )
    expect(told([start(), call(0), json(0, ''), ...end('max_tokens')]).completion?.choices[0]?.blocks[0]?.text).toBe('')
  })

  test('a stop sequence inside a call is no call to make', () => {
    const frames = [start(), call(0), json(0, '{"a":"b"}'), close(0), ...end('stop_sequence', { stop_sequence: 'END' })]
    expect(told(frames).completion?.choices[0]).toMatchObject({ reason: 'stop', extra: { stop_sequence: 'END' } })
  })

  test('a pause is one', () => {
    const { reply, completion } = told([start(), ...words(0, 'a'), ...end('pause_turn')])
    expect(reply.paused).toBe(true)
    expect(completion).toBeUndefined()
  })

  test('a reply that just stops has failed', () => {
    expect(told([start(), ...words(0, 'a')]).failure?.code).toBe('upstream_stream_truncated')
  })

  test('an error inside a stream is one', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    expect(told([start(), ...words(0, 'a'), error]).failure).toMatchObject({
      status: 503,
      type: 'server_error',
      code: 'overloaded_error',
      message: 'Overloaded',
    })
  })
})

describe('usage', () => {
  test('counts the cache as input, and the last count of each kind', () => {
    const first = { input_tokens: 3, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 }
    const last = {
      input_tokens: 10,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
      server_tool_use: null,
    }
    expect(told([start(first), ...end('end_turn', {}, last)]).completion?.usage).toEqual({
      input: 130,
      output: 9,
      cached: 100,
      cacheWrite: 20,
      reasoning: 4,
    })
  })
})

describe('a whole reply', () => {
  const content = [
    { type: 'thinking', thinking: 'Need weather.', signature: 'Uw==' },
    { type: 'text', text: 'Checking.' },
    { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} },
    { type: 'tool_use', id: 'toolu_2', name: 'w', input: { c: 'Paris' } },
  ]
  const usage = {
    input_tokens: 10,
    output_tokens: 40,
    service_tier: 'standard',
    server_tool_use: { web_search_requests: 1 },
  }
  const whole = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content,
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage,
  }

  test('tells what its stream tells', () => {
    const { server_tool_use, ...first } = usage
    const streamed = told([
      start({ ...first, output_tokens: 1 }),
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Need weather.' }),
      delta(0, { type: 'signature_delta', signature: 'Uw==' }),
      close(0),
      { type: 'ping' },
      { type: 'foo_bar' },
      ...words(1, 'Checking.'),
      open(2, { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }),
      close(2),
      open(3, { type: 'tool_use', id: 'toolu_2', name: 'w', input: {} }),
      json(3, '{"c":"Paris"}'),
      close(3),
      ...end('tool_use', {}, { output_tokens: 40, server_tool_use }),
    ])
    const { completion: same } = told(unfolded(whole))
    expect(same).toEqual(streamed.completion)
    expect(same).toMatchObject({ serviceTier: 'default', choices: [{ reason: 'tool_calls' }] })
  })

  test('keeps what was read of a call that was cut', () => {
    const cut = (input: object) =>
      told(
        unfolded({ ...whole, content: [{ type: 'tool_use', id: 't', name: 'f', input }], stop_reason: 'max_tokens' }),
      )
    expect(cut({ path: 'a' }).completion?.choices[0]).toMatchObject({
      reason: 'length',
      blocks: [{ text: '{"path":"a"}' }],
    })
    expect(cut({}).completion?.choices[0]?.blocks[0]?.text).toBe('')
  })

  test('notes facts that OpenAI has no place for', () => {
    const container = { id: 'container_1', expires_at: '2026-11-21T00:00:00Z' }
    expect(told(unfolded({ ...whole, container })).completion?.extra).toEqual({ container })
  })

  test('tells an answer asked for through a tool as text', () => {
    const answer = [{ type: 'tool_use', id: 't', name: 'json_output', input: { a: 1 } }]
    const { completion } = told(unfolded({ ...whole, content: answer }), { answer: 'json_output' })
    expect(completion?.choices[0]).toMatchObject({ reason: 'stop', blocks: [{ type: 'text', text: '{"a":1}' }] })
  })
})
