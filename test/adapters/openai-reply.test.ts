import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { dialect } from '../../adapters/openai/dialect.ts'
import { chunk } from '../../adapters/openai/wire.ts'
import type { ChatCodec, Undo } from '../../src/adapter.ts'
import type { Choice, Completion } from '../../src/canonical.ts'
import { Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'

const codec = openai({ apiKey: 'test' }).chat!

interface Told {
  readonly fold: Fold
  readonly reply: Reply
  readonly completion: Completion
  readonly choice: Choice
}

function pen(fold: Fold, format: string, undo?: Undo): Reply {
  const write = fold.write.bind(fold)
  return new Reply({ write, now: () => 7, newId: (prefix) => `${prefix}new`, origin: { format }, model: 'asked', undo })
}

function read(write: (reply: Reply) => void, format: string, undo?: Undo): Told {
  const fold = new Fold()
  const reply = pen(fold, format, undo)
  write(reply)
  reply.end()
  const completion = fold.completion!
  return { fold, reply, completion, choice: completion && completion.choices[0]! }
}

function streamed(frames: readonly unknown[], by: ChatCodec = codec): Told {
  return read((reply) => {
    for (const frame of frames) {
      const known = by.frame.safeParse(frame)
      if (!known.success) throw known.error
      by.decode(known.data, reply)
    }
  }, by.format)
}

function whole(body: unknown, by: ChatCodec = codec, undo?: Undo): Told {
  return read(
    (reply) => {
      const known = by.body.safeParse(body)
      if (!known.success) throw known.error
      for (const frame of by.frames(known.data)) by.decode(frame, reply)
    },
    by.format,
    undo,
  )
}

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'gpt-5' }

function piece(delta: object, rest: object = {}): object {
  return { ...head, choices: [{ index: 0, delta, finish_reason: null, ...rest }] }
}

function ending(finish_reason: string, rest: object = {}): object {
  return piece({}, { finish_reason, ...rest })
}

function complete(message: object, rest: object = {}, envelope: object = {}): object {
  return {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...rest }],
    ...envelope,
  }
}

const call = (id: string, name: string, input: string) => ({
  id,
  type: 'function',
  function: { name, arguments: input },
})

describe('a whole reply and its stream tell the same', () => {
  test.each<[string, object, readonly object[]]>([
    [
      'a text',
      complete({ content: 'Hello' }),
      [piece({ role: 'assistant', content: '' }), piece({ content: 'Hel' }), piece({ content: 'lo' }), ending('stop')],
    ],
    ['an empty text', complete({ content: '' }), [piece({ role: 'assistant', content: '' }), ending('stop')]],
    [
      'no text',
      complete({ content: null, refusal: 'No.' }),
      [piece({ role: 'assistant', content: null }), piece({ refusal: 'No' }), piece({ refusal: '.' }), ending('stop')],
    ],
    [
      'parallel calls',
      complete(
        { content: null, tool_calls: [call('a', 'f', '{"x":1}'), call('b', 'f', '{}')] },
        { finish_reason: 'tool_calls' },
      ),
      [
        piece({ role: 'assistant', content: null, tool_calls: [{ index: 0, ...call('a', 'f', '') }] }),
        piece({ tool_calls: [{ index: 0, function: { arguments: '{"x":' } }] }),
        piece({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
        piece({ tool_calls: [{ index: 1, ...call('b', 'f', '') }] }),
        piece({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
        ending('tool_calls'),
      ],
    ],
    [
      'a custom call',
      complete(
        { content: null, tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'shell', input: 'ls -l' } }] },
        { finish_reason: 'tool_calls' },
      ),
      [
        piece({
          role: 'assistant',
          content: null,
          tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'shell', input: '' } }],
        }),
        piece({ tool_calls: [{ index: 0, custom: { input: 'ls' } }] }),
        piece({ tool_calls: [{ index: 0, custom: { input: ' -l' } }] }),
        ending('tool_calls'),
      ],
    ],
    [
      'a legacy call',
      complete(
        { content: null, function_call: { name: 'f', arguments: '{"x":1}' } },
        { finish_reason: 'function_call' },
      ),
      [
        piece({ content: null, function_call: { name: 'f', arguments: '' } }),
        piece({ function_call: { arguments: '{"x":1}' } }),
        ending('function_call'),
      ],
    ],
    [
      'a forced call that ends in stop',
      complete({ content: null, tool_calls: [call('a', 'f', '{}')] }),
      [piece({ content: null, tool_calls: [{ index: 0, ...call('a', 'f', '{}') }] }), ending('stop')],
    ],
    [
      'citations',
      complete({
        content: 'See',
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 3 } },
        ],
      }),
      [
        piece({ content: 'See' }),
        piece({
          annotations: [
            { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 3 } },
          ],
        }),
        ending('stop'),
      ],
    ],
    [
      'log probabilities',
      complete(
        { content: 'ab' },
        {
          logprobs: {
            content: [
              { token: 'a', logprob: -1, bytes: null, top_logprobs: [] },
              { token: 'b', logprob: -2, bytes: [98], top_logprobs: [] },
            ],
            refusal: null,
          },
        },
      ),
      [
        piece(
          { content: 'a' },
          { logprobs: { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null } },
        ),
        piece(
          { content: 'b' },
          { logprobs: { content: [{ token: 'b', logprob: -2, bytes: [98], top_logprobs: [] }], refusal: null } },
        ),
        ending('stop'),
      ],
    ],
    [
      'thoughts',
      complete({ reasoning_content: 'Hm.', content: 'a' }),
      [
        piece({ reasoning_content: 'H', content: '' }),
        piece({ reasoning_content: 'm.', content: '' }),
        piece({ content: 'a' }),
        ending('stop'),
      ],
    ],
    [
      'thoughts by their other name',
      complete({ reasoning: 'Hm.', content: 'a' }),
      [piece({ reasoning: 'Hm.' }), piece({ content: 'a' }), ending('stop')],
    ],
    [
      'usage, tier, fingerprint and members nobody knows',
      complete(
        { content: 'a' },
        { matched_stop: 1, stop_reason: null },
        {
          system_fingerprint: 'fp',
          service_tier: 'default',
          moderation: { input: {} },
          usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        },
      ),
      [
        { ...piece({ content: 'a' }), system_fingerprint: 'fp', service_tier: 'default', obfuscation: 'xyz' },
        ending('stop', { matched_stop: 1 }),
        { ...head, choices: [], moderation: { input: {} } },
        { ...head, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
      ],
    ],
    [
      'several choices',
      {
        ...head,
        choices: [0, 1].map((index) => ({
          index,
          message: { role: 'assistant', content: `${index}` },
          finish_reason: 'stop',
        })),
      },
      [0, 1].flatMap((index) => [
        { ...head, choices: [{ index, delta: { content: `${index}` } }] },
        { ...head, choices: [{ index, delta: {}, finish_reason: 'stop' }] },
      ]),
    ],
  ])('%s', (_, body, frames) => {
    expect(streamed(frames).completion).toEqual(whole(body).completion)
    expect(whole(body).reply.warnings).toEqual([])
  })
})

describe('what was said is told', () => {
  const call1 = { type: 'tool', id: 'a', name: 'f', text: '{"x":1}' }
  test.each<[string, readonly object[], readonly object[]]>([
    [
      'calls that share an index',
      [
        piece({ tool_calls: [{ index: 0, ...call('a', 'f', '{"x":1}') }] }),
        piece({ tool_calls: [{ index: 0, ...call('b', 'g', '{}') }] }),
      ],
      [call1, { type: 'tool', id: 'b', name: 'g', text: '{}' }],
    ],
    [
      'calls without an index',
      [piece({ tool_calls: [call('a', 'f', '{"x":1}'), call('b', 'g', '{}')] })],
      [call1, { type: 'tool', id: 'b', name: 'g', text: '{}' }],
    ],
    [
      'a call whose later pieces have an empty id',
      [
        piece({ tool_calls: [{ index: 0, ...call('a', 'f', '{"x"') }] }),
        piece({ tool_calls: [{ index: 0, id: '', function: { name: '', arguments: ':1}' } }] }),
      ],
      [call1],
    ],
    [
      'a call without an id',
      [piece({ tool_calls: [{ function: { name: 'f', arguments: '{"x":1}' } }] })],
      [{ ...call1, id: 'call_new' }],
    ],
    [
      'a call without arguments',
      [piece({ tool_calls: [{ index: 0, ...call('a', 'f', '') }] })],
      [{ ...call1, text: '{}' }],
    ],
    [
      'arguments sent as an object',
      [piece({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }] })],
      [call1],
    ],
    [
      'what a server adds to a call',
      [piece({ tool_calls: [{ index: 0, ...call('a', 'f', '{"x":1}'), extra_content: { k: 1 } }] })],
      [{ ...call1, extra: { openai: { extra_content: { k: 1 } } } }],
    ],
    [
      'content in parts',
      [
        piece({
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
            { type: 'text', text: 'a' },
            { type: 'x', n: 1 },
          ],
        }),
      ],
      [
        { type: 'reasoning', text: 'Hm.', origin: { format: 'openai' } },
        { type: 'text', text: 'a' },
        { type: 'opaque', text: '{"type":"x","n":1}', origin: { format: 'openai' } },
      ],
    ],
    [
      'thoughts in detail',
      [
        piece({
          reasoning: 'ab',
          reasoning_details: [
            { type: 'reasoning.text', text: 'ab', signature: 's', format: 'f', index: 0 },
            { type: 'reasoning.encrypted', data: 'd', id: 'r', index: 1 },
          ],
        }),
      ],
      [
        { type: 'reasoning', text: 'ab', signature: 's', extra: { format: 'f' }, origin: { format: 'openai' } },
        { type: 'reasoning', text: '', encrypted: 'd', extra: { id: 'r' }, origin: { format: 'openai' } },
      ],
    ],
    [
      'thoughts whose details only hide them',
      [piece({ reasoning: 'ab', reasoning_details: [{ type: 'reasoning.encrypted', data: 'd' }] })],
      [
        { type: 'reasoning', text: 'ab', origin: { format: 'openai' } },
        { type: 'reasoning', text: '', encrypted: 'd', origin: { format: 'openai' } },
      ],
    ],
    [
      'sound and its words',
      [
        piece({ audio: { id: 'audio_1', transcript: 'Hi' } }),
        piece({ audio: { data: 'aGk=' } }),
        piece({ audio: { expires_at: 9 } }),
      ],
      [
        { type: 'media', kind: 'audio', id: 'audio_1', text: 'aGk=', expires: 9 },
        { type: 'transcript', text: 'Hi' },
      ],
    ],
    [
      'empty stand-ins are nothing',
      [
        piece({
          content: 'a',
          refusal: '',
          tool_calls: null,
          function_call: { name: '', arguments: '' },
          audio: { id: '', data: '', transcript: '', expires_at: 0 },
        }),
      ],
      [{ type: 'text', text: 'a' }],
    ],
    [
      'filler beside a call is nothing',
      [
        piece({ content: '', tool_calls: [{ index: 0, ...call('a', 'f', '{"x":1}') }] }),
        piece({ content: '' }, { finish_reason: 'tool_calls' }),
      ],
      [call1],
    ],
    [
      'filler beside an empty list of calls is a text',
      [piece({ content: '', tool_calls: [] })],
      [{ type: 'text', text: '' }],
    ],
    [
      'chunks without a delta, or a choice',
      [
        { ...head, id: '', created: 0, model: '', choices: [], prompt_filter_results: [] },
        { ...head, choices: [{ index: 0, finish_reason: null }] },
        { ...head, choices: null },
        piece({ content: 'a' }),
      ],
      [{ type: 'text', text: 'a' }],
    ],
    [
      'words beside members of a wrong form',
      [{ ...piece({ content: 'a', reasoning_details: 'x' }), created: 'now', usage: 'much', id: 3 }],
      [{ type: 'text', text: 'a' }],
    ],
  ])('%s', (_, frames, blocks) => {
    expect(streamed([...frames, ending('stop')]).choice.blocks).toEqual(blocks)
  })

  test('a call cut by the length limit is not completed', () => {
    const cut = whole(complete({ content: null, tool_calls: [call('a', 'f', '{"x"')] }, { finish_reason: 'length' }))
    expect(cut.choice).toMatchObject({ reason: 'length', blocks: [{ text: '{"x"' }] })
  })

  test('names and wrapped inputs come back as the client knows them', () => {
    const undo = { names: new Map([['f_1', 'f/1']]) }
    const { choice } = whole(
      complete({ tool_calls: [call('a', 'f_1', '{}')] }, { finish_reason: 'tool_calls' }),
      codec,
      undo,
    )
    expect(choice.blocks).toMatchObject([{ name: 'f/1' }])
  })

  test('annotations of unknown kinds and members nobody knows are kept', () => {
    const file = { type: 'file', file: { hash: 'h' } }
    const { completion } = whole(complete({ content: 'a', annotations: [file], channel: 'final' }, { seed: 4 }))
    expect(completion).toMatchObject({
      extra: { annotations: [file] },
      choices: [{ extra: { channel: 'final', seed: 4 } }],
    })
  })

  test('members nobody knows survive in the middle of a stream', () => {
    expect(streamed([piece({ content: 'a', channel: 'final' }), ending('stop')]).completion.choices[0]?.extra).toEqual({
      channel: 'final',
    })
  })
})

test('log probabilities keep every member, nulls too', () => {
  const content = [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }]
  expect(whole(complete({ content: 'a' }, { logprobs: { content, refusal: null } })).choice.logprobs).toEqual({
    text: content,
  })
})

test('a chunk recognised at a glance is one the schema knows as well', () => {
  const value = fc.oneof(fc.constantFrom(null, undefined, 'stop', 0, {}, []), fc.string())
  const word = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', null) }, value)
  const delta = fc.record(
    {
      role: word,
      content: word,
      refusal: word,
      reasoning: word,
      tool_calls: fc.constantFrom(undefined, null, [], 'x'),
    },
    { requiredKeys: [] },
  )
  const choice = fc.record(
    { index: fc.constantFrom(0, 'x'), delta: fc.oneof(delta, value), logprobs: value, finish_reason: value },
    { requiredKeys: [] },
  )
  const any = fc.record(
    {
      id: word,
      model: word,
      created: value,
      service_tier: word,
      usage: value,
      choices: fc.oneof(fc.array(choice, { maxLength: 2 }), value),
    },
    { requiredKeys: [] },
  )
  const same = fc.property(any, (frame) => {
    expect(codec.frame.safeParse(frame).success).toBe(chunk.safeParse(frame).success)
  })
  fc.assert(same, { numRuns: 2000 })
})

describe('why it ended', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['eos', 'stop'],
  ])('%s is told as %s, for a text', (raw, reason) => {
    const { choice, reply } = streamed([piece({ content: 'a' }), ending(raw)])
    expect(choice).toMatchObject({ reason, raw })
    expect(reply.warnings).toEqual(raw === 'eos' ? [['finish_reason', 'unknown reason eos told as stop']] : [])
  })

  test('a stream that just stops has failed', () => {
    expect(streamed([piece({ content: 'a' })]).fold.failure).toMatchObject({
      status: 502,
      code: 'upstream_stream_truncated',
    })
  })

  test('an empty reason is none', () => {
    expect(streamed([piece({ content: 'a' }, { finish_reason: '' })]).fold.failure).toMatchObject({ status: 502 })
  })
})

describe('an error in place of a reply, or in the middle of one', () => {
  test.each<[string, object, object]>([
    [
      'of OpenAI',
      { error: { message: 'Oops', type: 'server_error', code: null, param: null } },
      { status: 500, message: 'Oops', type: 'server_error', code: null },
    ],
    [
      'with a status',
      { error: { message: 'No', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 } },
      { status: 400, code: 'tool_use_failed' },
    ],
    ['with a number for a code', { error: { message: 'Slow', code: 429 } }, { status: 429, code: '429' }],
    [
      'as a text',
      { code: 'The service is currently unavailable', error: 'Down' },
      { status: 502, message: 'Down', code: 'The service is currently unavailable' },
    ],
    ['without a word', { error: {} }, { status: 502, message: 'The provider reported an error without a message.' }],
  ])('%s', (_, error, failure) => {
    expect(streamed([piece({ content: 'a' }), error]).fold.failure).toMatchObject(failure)
    expect(whole(error).fold.failure).toMatchObject(failure)
  })
})

describe('usage', () => {
  const spent = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  const details = {
    ...spent,
    prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1, audio_tokens: 0, image_tokens: 2 },
    completion_tokens_details: {
      reasoning_tokens: 3,
      audio_tokens: 0,
      accepted_prediction_tokens: 1,
      rejected_prediction_tokens: 2,
    },
    cost: 0.1,
  }

  test('is told in every detail', () => {
    expect(whole(complete({ content: 'a' }, {}, { usage: details })).completion.usage).toEqual({
      input: 10,
      output: 5,
      cached: 4,
      cacheWrite: 1,
      audioInput: 0,
      reasoning: 3,
      audioOutput: 0,
      acceptedPrediction: 1,
      rejectedPrediction: 2,
      extra: { cost: 0.1, prompt_tokens_details: details.prompt_tokens_details },
    })
  })

  test.each<[string, readonly object[]]>([
    ['after the end', [piece({ content: 'a' }), ending('stop'), { ...head, choices: [], usage: spent }]],
    ['with the end', [piece({ content: 'a' }), { ...ending('stop'), usage: spent }]],
    ['before the end', [piece({ content: 'a' }), { ...head, choices: [], usage: spent }, ending('stop')]],
    [
      'on every chunk, growing',
      [
        { ...piece({ content: 'a' }), usage: { ...spent, completion_tokens: 1 } },
        { ...ending('stop'), usage: spent },
      ],
    ],
  ])('counts once %s', (_, frames) => {
    expect(streamed(frames).completion.usage).toEqual({ input: 10, output: 5 })
  })
})

describe('a dialect differs where its table says so', () => {
  const other = dialect({
    name: 'other',
    baseURL: 'https://api.example.com',
    finish: { eos: 'stop', network_error: 'error' },
    usage: ({ usage, x_other }) => usage ?? chunk.shape.usage.parse(x_other),
  })({ apiKey: 'test' }).chat!

  test('its reasons to end', () => {
    expect(streamed([piece({ content: 'a' }), ending('eos')], other).reply.warnings).toEqual([])
    expect(streamed([piece({ content: 'a' }), ending('network_error')], other).fold.failure).toMatchObject({
      status: 502,
      code: 'network_error',
    })
  })

  test('a stop after a call means the call, unless the provider is to be taken at its word', () => {
    const frames = [piece({ tool_calls: [{ index: 0, ...call('a', 'f', '{}') }] }), ending('stop')]
    expect(streamed(frames, other).choice.reason).toBe('tool_calls')
    expect(streamed(frames).choice.reason).toBe('stop')
  })

  test('where it counts', () => {
    const x_other = { prompt_tokens: 1, completion_tokens: 2 }
    expect(streamed([piece({ content: 'a' }), { ...ending('stop'), x_other }], other).completion.usage).toEqual({
      input: 1,
      output: 2,
    })
  })
})
