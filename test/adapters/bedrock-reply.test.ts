import { describe, expect, test } from 'vitest'
import { sealFrame } from '../../src/wire/eventstream.ts'
import { splitter } from '../../src/wire/framing.ts'
import { codec, CLAUDE, told, toldWhole } from './bedrock-rig.ts'

const start = (contentBlockIndex: number, block: object) => ({ contentBlockStart: { contentBlockIndex, start: block } })
const delta = (contentBlockIndex: number, piece: object) => ({ contentBlockDelta: { contentBlockIndex, delta: piece } })
const stop = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } })
const end = (stopReason: string, rest = {}) => ({ messageStop: { stopReason, ...rest } })
const begun = { messageStart: { role: 'assistant' } }
const spent = { metadata: { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 } } }
const whole = (content: readonly object[], stopReason = 'end_turn', rest = {}) => ({
  output: { message: { role: 'assistant', content } },
  stopReason,
  usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  metrics: { latencyMs: 1 },
  ...rest,
})
const choiceOf = ({ completion }: ReturnType<typeof told>) => completion!.choices[0]!

describe('a reply is told the same whole and streamed', () => {
  const use = { toolUseId: 'tooluse_x', name: 'now' }
  const cases: Readonly<
    Record<string, readonly [content: readonly object[], frames: readonly object[], reason: string]>
  > = {
    text: [[{ text: 'Hi.' }], [delta(0, { text: 'H' }), delta(0, { text: 'i.' }), stop(0)], 'end_turn'],
    'thoughts with a signature, then a call without arguments': [
      [
        { reasoningContent: { reasoningText: { text: 'Need tool.', signature: 'EqoB' } } },
        { toolUse: { ...use, input: {} } },
      ],
      [
        delta(0, { reasoningContent: { text: 'Need tool.' } }),
        delta(0, { reasoningContent: { signature: 'EqoB' } }),
        stop(0),
        start(1, { toolUse: use }),
        delta(1, { toolUse: { input: '' } }),
        stop(1),
      ],
      'tool_use',
    ],
    'hidden thoughts': [
      [{ reasoningContent: { redactedContent: 'UmVk' } }, { text: 'No.' }],
      [delta(0, { reasoningContent: { redactedContent: 'UmVk' } }), stop(0), delta(1, { text: 'No.' }), stop(1)],
      'end_turn',
    ],
    'two calls, one of them between the pieces of the other': [
      [{ toolUse: { ...use, input: { a: 1 } } }, { toolUse: { toolUseId: 'tooluse_y', name: 'now', input: { b: 2 } } }],
      [
        start(0, { toolUse: { ...use, type: 'tool_use' } }),
        start(1, { toolUse: { toolUseId: 'tooluse_y', name: 'now' } }),
        delta(0, { toolUse: { input: '{"a"' } }),
        delta(1, { toolUse: { input: '{"b":2}' } }),
        delta(0, { toolUse: { input: ':1}' } }),
        stop(0),
        stop(1),
      ],
      'tool_use',
    ],
    'a picture': [
      [{ image: { format: 'png', source: { bytes: 'YWJj' } } }],
      [start(0, { image: { format: 'png' } }), delta(0, { image: { source: { bytes: 'YWJj' } } }), stop(0)],
      'end_turn',
    ],
    'words with their sources': [
      [
        { text: 'A, ' },
        {
          citationsContent: {
            content: [{ text: 'b' }],
            citations: [{ title: 'facts', location: { documentChar: { start: 0, end: 1 } } }],
          },
        },
      ],
      [
        delta(0, { text: 'A, ' }),
        stop(0),
        delta(1, { citation: { title: 'facts', location: { documentChar: { start: 0, end: 1 } } } }),
        delta(1, { text: 'b' }),
        stop(1),
      ],
      'end_turn',
    ],
  }
  test.for(Object.entries(cases))('%s', ([, [content, frames, reason]]) => {
    const one = choiceOf(toldWhole(whole(content, reason)))
    const other = choiceOf(told([begun, ...frames, end(reason), spent]))
    expect(other).toEqual(one)
    expect(one.blocks.length).toBeGreaterThan(0)
  })
})

describe('the end', () => {
  test.for([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['content_filtered', 'content_filter'],
    ['guardrail_intervened', 'content_filter'],
  ] as const)('%s is %s', ([raw, reason]) => {
    const { reply, completion } = told([begun, delta(0, { text: 'a' }), stop(0), end(raw), spent])
    expect(completion?.choices[0]).toMatchObject({ reason, raw })
    expect(reply.warnings).toEqual([])
  })

  test('nobody knows is a stop, reported', () => {
    const { completion, reply } = told([begun, delta(0, { text: 'a' }), end('tired'), spent])
    expect(completion?.choices[0]?.reason).toBe('stop')
    expect(reply.warnings).toEqual([['finish_reason', 'unknown: tired']])
  })

  test.for(['malformed_tool_use', 'malformed_model_output'])('%s is an error', (raw) => {
    expect(told([begun, delta(0, { text: 'a' }), end(raw), spent]).failure).toMatchObject({
      status: 502,
      code: 'malformed_model_output',
    })
    expect(toldWhole(whole([{ text: 'a' }], raw)).failure?.status).toBe(502)
  })

  test.for([[[end('end_turn'), spent]], [[spent, end('end_turn')]]])(
    'may come before or after the usage',
    ([frames]) => {
      const { events } = told([begun, delta(0, { text: 'a' }), stop(0), ...frames!])
      expect(events.slice(-2).map(({ type }) => type)).toEqual(['finish', 'end'])
      expect(events.at(-1)).toMatchObject({ usage: { input: 10, output: 5 } })
    },
  )

  test('that never comes is an error', () => {
    expect(told([begun, delta(0, { text: 'a' }), stop(0)]).failure?.code).toBe('upstream_stream_truncated')
  })

  test('of a call cut by the limit leaves it as it is', () => {
    const frames = [start(0, { toolUse: { toolUseId: 'x', name: 'f' } }), delta(0, { toolUse: { input: '{"a' } })]
    expect(choiceOf(told([begun, ...frames, end('max_tokens'), spent])).blocks).toMatchObject([{ text: '{"a' }])
    const cut = whole([{ toolUse: { toolUseId: 'x', name: 'f', input: {} } }], 'max_tokens')
    expect(choiceOf(toldWhole(cut)).blocks).toMatchObject([{ text: '' }])
  })

  test('tells the stop sequence that fired', () => {
    const further = { additionalModelResponseFields: { delta: { stop_sequence: 'END' } } }
    expect(choiceOf(told([begun, delta(0, { text: 'a' }), end('stop_sequence', further), spent])).extra).toEqual({
      stop_sequence: 'END',
    })
  })
})

test("the provider's own tools are no calls of the client", () => {
  const frames = [
    begun,
    start(0, { toolUse: { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use' } }),
    delta(0, { toolUse: { input: '{"query":"a"}' } }),
    stop(0),
    start(1, { toolResult: { toolUseId: 's', type: 'nova_grounding_result', status: 'success' } }),
    delta(1, { toolResult: [{ text: '[HIDDEN]' }] }),
    stop(1),
    start(2, { toolUse: { toolUseId: 'x', name: 'f' } }),
    stop(2),
    end('tool_use'),
    spent,
  ]
  const choice = choiceOf(told(frames))
  expect(choice.reason).toBe('tool_calls')
  expect(choice.blocks.map(({ type }) => type)).toEqual(['opaque', 'opaque', 'opaque', 'tool'])
  expect(choice.blocks.at(-1)).toMatchObject({ id: 'x', text: '{}' })
  const server = { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use', input: { query: 'a' } }
  const result = { toolUseId: 's', type: 'nova_grounding_result', status: 'success', content: [{ text: '[HIDDEN]' }] }
  const same = whole(
    [{ toolUse: server }, { toolResult: result }, { toolUse: { toolUseId: 'x', name: 'f', input: {} } }],
    'tool_use',
  )
  expect(choiceOf(toldWhole(same)).blocks).toEqual(choice.blocks)
})

test("Nova's sources belong to the words before them", () => {
  const citation = { location: { web: { url: 'https://a.example/', domain: 'a.example' } } }
  const { blocks } = choiceOf(
    told([
      begun,
      delta(0, { text: 'A' }),
      stop(0),
      delta(1, { citation }),
      stop(1),
      delta(2, { text: '.' }),
      stop(2),
      end('end_turn'),
      spent,
    ]),
  )
  expect(blocks).toMatchObject([
    { text: 'A', citations: [{ type: 'url', url: 'https://a.example/', title: 'https://a.example/' }] },
    { text: '.' },
  ])
})

describe('usage', () => {
  test.for([
    [
      { inputTokens: 2, cacheReadInputTokens: 1322, cacheWriteInputTokens: 0, outputTokens: 5, totalTokens: 1329 },
      { input: 1324, cached: 1322, cacheWrite: 0, output: 5 },
    ],
    [
      { inputTokens: 2, outputTokens: 5, totalTokens: 7, serverToolUsage: {} },
      { input: 2, output: 5 },
    ],
    [
      { inputTokens: 1, cacheWriteInputTokens: 9, outputTokens: 5, cacheDetails: [{ ttl: '5m', inputTokens: 9 }] },
      {
        input: 10,
        cacheWrite: 9,
        cacheWrite1h: 0,
        output: 5,
        extra: { cache_details: [{ ttl: '5m', inputTokens: 9 }] },
      },
    ],
  ])('%j is %j', ([usage, expected]) => {
    expect(toldWhole(whole([{ text: 'a' }], 'end_turn', { usage })).completion?.usage).toEqual(expected)
  })
})

test('what stands beside a reply is told under its own name', () => {
  const { completion } = told([
    begun,
    delta(0, { text: 'a' }),
    end('end_turn'),
    {
      metadata: {
        ...spent.metadata,
        metrics: { latencyMs: 7 },
        trace: { guardrail: {} },
        serviceTier: { type: 'flex' },
        p: 'abc',
      },
    },
  ])
  expect(completion).toMatchObject({
    serviceTier: 'flex',
    extra: { metrics: { latencyMs: 7 }, trace: { guardrail: {} } },
  })
})

test('a body without output is none', () => {
  expect(codec().body.safeParse({ stopReason: 'end_turn', usage: {} }).success).toBe(false)
})

describe('an exception in the stream', () => {
  test.for([
    [{ throttlingException: { message: 'Too many requests' } }, 429, 'rate_limit_exceeded', 'Too many requests'],
    [{ internalServerException: { message: 'Oops' } }, 502, 'upstream_error', 'Oops'],
    [{ serviceUnavailableException: { message: 'Busy' } }, 503, 'service_unavailable', 'Busy'],
    [{ validationException: { message: 'Bad' } }, 400, null, 'Bad'],
    [
      { validationException: { message: 'Input is too long for requested model.' } },
      400,
      'context_length_exceeded',
      'too long',
    ],
    [
      { modelStreamErrorException: { message: 'x', originalStatusCode: 503, originalMessage: 'The model is down' } },
      503,
      'upstream_error',
      'The model is down',
    ],
    [{ InternalFailure: { message: '' } }, 502, 'upstream_error', 'InternalFailure'],
  ] as const)('%j is told as %i', ([frame, status, code, message]) => {
    const { failure, events } = told([begun, delta(0, { text: 'a' }), frame, end('end_turn'), spent])
    expect(failure).toMatchObject({ status, code })
    expect(failure?.message).toContain(message)
    expect(events.at(-1)?.type).toBe('error')
  })
})

describe('frames', () => {
  // Written by @smithy/eventstream-codec 4.5.
  const TEXT =
    '0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d7d1f944657'
  const THROTTLED =
    '00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a22546f6f206d616e79207265717565737473227de67f8005'

  test.for([
    [TEXT, '{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}}'],
    [THROTTLED, '{"throttlingException":{"message":"Too many requests"}}'],
  ])('%# are sealed as AWS seals them', ([hex, json]) => {
    expect(Buffer.from(sealFrame(json!)).toString('hex')).toBe(hex)
  })

  test('are read a byte at a time, and never with a checksum that is wrong', () => {
    const found: string[] = []
    const read = splitter('eventstream', { frame: (text) => found.push(text), done() {} })
    const bytes = Buffer.from(TEXT, 'hex')
    for (const byte of bytes) read.feed(Uint8Array.of(byte))
    expect(found).toEqual(['{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}}'])
    bytes[30]! ^= 1
    expect(() => read.feed(bytes)).toThrow(SyntaxError)
    expect(found).toHaveLength(1)
  })

  test.for([{ stranger: { a: 1 } }, { contentBlockDelta: {} }])('%j nobody knows', (frame) => {
    expect(codec().frame.safeParse(frame).success).toBe(false)
  })

  test('are padded against listeners, which nobody sees', () => {
    const { events } = told([begun, { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'a' }, p: 'abcd' } }])
    expect(JSON.stringify(events)).not.toContain('abcd')
  })
})

test('thoughts name the model that had them', () => {
  const { blocks } = choiceOf(
    told([begun, delta(0, { reasoningContent: { text: 'a' } }), stop(0), end('end_turn'), spent]),
  )
  expect(blocks[0]).toMatchObject({ origin: { format: 'bedrock-converse', model: CLAUDE } })
})
