import { describe, expect, test } from 'vitest'
import { failure } from '../../adapters/google/failure.ts'
import { G3, codec, said, told, unfolded } from './google-rig.ts'

const text = (words: string) => ({ text: words })
const fc = (name: string, args?: unknown, more = {}) => ({
  functionCall: { name, ...(args !== undefined && { args }) },
  ...more,
})
const stop = { finishReason: 'STOP' }
const one = (...frames: unknown[]) => told(frames).completion?.choices[0]

describe('a reply', () => {
  test('has the name, the model and the time of the provider', () => {
    const { completion } = told([
      {
        ...said([text('a')], stop),
        responseId: 'r1',
        modelVersion: 'models/gemini-2.5-pro',
        createTime: '2026-01-01T00:00:00.5Z',
      },
    ])
    expect(completion).toMatchObject({ id: 'r1', model: 'gemini-2.5-pro', created: 1_767_225_600 })
  })

  test('in several candidates is several choices, by their numbers or their places', () => {
    const candidates = [
      { content: { parts: [text('a')] }, ...stop },
      { content: { parts: [text('b')] }, ...stop },
    ]
    expect(told([{ candidates }]).completion?.choices.map(({ blocks }) => blocks[0]?.text)).toEqual(['a', 'b'])
    const apart = [said([text('b')], { index: 1, ...stop }), said([text('a')], stop)]
    expect(told(apart).completion?.choices.map(({ blocks }) => blocks[0]?.text)).toEqual(['a', 'b'])
  })

  test('as a list of frames is the same as a stream', () => {
    const frames = [said([text('a')]), said([text('b')], stop)]
    expect(told(unfolded(frames)).completion).toEqual(told(frames).completion)
  })

  test('of nothing at all is an error', () => {
    expect(told(unfolded({ usageMetadata: { trafficType: 'ON_DEMAND' } })).failure).toMatchObject({
      status: 502,
      code: 'upstream_empty_response',
    })
  })

  test('that just stops is an error', () => {
    expect(told([said([text('a')])]).failure).toMatchObject({ status: 502, code: 'upstream_stream_truncated' })
  })
})

describe('the end of a reply', () => {
  test.for([
    ['STOP', [text('a')], 'stop'],
    ['STOP', [fc('f', {})], 'tool_calls'],
    ['MAX_TOKENS', [fc('f', {})], 'length'],
    ['MAX_TOKENS', undefined, 'length'],
    ['SAFETY', [text('a')], 'content_filter'],
    ['MODEL_ARMOR', undefined, 'content_filter'],
    ['LANGUAGE', undefined, 'content_filter'],
    ['UNEXPECTED_TOOL_CALL', [fc('undeclared', {})], 'tool_calls'],
    ['MALFORMED_FUNCTION_CALL', [text('a')], 'stop'],
    ['FOO', [text('a')], 'stop'],
  ] as const)('%s after %j is %s', ([raw, parts, reason]) => {
    const content = parts && { content: { role: 'model', parts } }
    expect(one({ candidates: [{ ...content, finishReason: raw }] })).toMatchObject({ reason, raw })
  })

  test('in a frame of its own counts the calls before', () => {
    expect(one(said([fc('f', {})]), { candidates: [stop] })?.reason).toBe('tool_calls')
  })

  test.for([
    ['MALFORMED_FUNCTION_CALL', 502, 'upstream_malformed_function_call'],
    ['NO_IMAGE', 502, 'upstream_no_image'],
    ['OTHER', 502, 'upstream_empty_response'],
    ['MISSING_THOUGHT_SIGNATURE', 400, null],
  ] as const)('%s after nothing is an error', ([finishReason, status, code]) => {
    const { failure } = told([{ candidates: [{ finishReason, finishMessage: 'print(f())' }] }])
    expect(failure).toMatchObject({ status, code, message: expect.stringContaining('print(f())') })
  })

  test('that is unknown is reported', () => {
    expect(told([said([text('a')], { finishReason: 'FOO' })]).reply.warnings).toEqual([
      ['finish_reason', 'unknown: FOO'],
    ])
  })

  test('is a refusal where the prompt was blocked, or nothing was said', () => {
    const blocked = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
    }
    expect(told(unfolded(blocked)).completion).toMatchObject({
      choices: [
        {
          blocks: [{ type: 'refusal', text: 'The prompt was blocked by the provider (PROHIBITED_CONTENT).' }],
          reason: 'content_filter',
          raw: 'PROHIBITED_CONTENT',
        },
      ],
      usage: { input: 7, output: 0 },
    })
    expect(one({ candidates: [{ content: {}, finishReason: 'SAFETY' }] })?.blocks).toEqual([
      { type: 'refusal', text: 'The reply was blocked by the provider (SAFETY).' },
    ])
  })
})

describe('calls', () => {
  const calls = (...frames: unknown[]) =>
    one(...frames)?.blocks.flatMap((block) =>
      block.type === 'tool' ? [[block.id, block.name, block.text, block.extra]] : [],
    )

  test('have the ids of the provider, or new ones, and the signature beside them', () => {
    expect(
      calls(
        said(
          [fc('a', { c: 'Paris' }, { thoughtSignature: 'U0lH' }), { functionCall: { id: 'zi06', name: 'b' } }],
          stop,
        ),
      ),
    ).toEqual([
      ['call_1', 'a', '{"c":"Paris"}', { google: { thought_signature: 'U0lH', model: G3 } }],
      ['zi06', 'b', '{}', undefined],
    ])
  })

  test('in several frames are several calls, of one name too', () => {
    expect(calls(said([fc('a', { c: 1 })]), said([fc('a', { c: 2 })]), said([fc('a', { c: 3 })], stop))).toHaveLength(3)
  })

  test('in a frame with text come after it', () => {
    expect(one(said([text('Wait.'), fc('a', {})], stop))?.blocks.map(({ type }) => type)).toEqual(['text', 'tool'])
  })

  test('go by the names of the client', () => {
    const undo = {
      names: new Map([
        ['_2fast', '2fast'],
        ['default_api.f', 'f'],
      ]),
    }
    const { completion } = told([said([fc('_2fast', {}), fc('default_api.f', {})], stop)], undo)
    expect(completion?.choices[0]?.blocks).toMatchObject([{ name: '2fast' }, { name: 'f' }])
  })

  test('after the first are left out where one was asked for', () => {
    const { completion, reply } = told([said([fc('a', { c: 1 }), fc('b', {})], stop)], { single: true })
    expect(completion?.choices[0]).toMatchObject({ blocks: [{ name: 'a', text: '{"c":1}' }], reason: 'tool_calls' })
    expect(reply.warnings).toEqual([['parallel_tool_calls', 'further calls were left out']])
  })

  const piece = (functionCall: unknown, more = {}) => said([{ functionCall, ...more }])

  test('whose arguments stream are told whole', () => {
    const args = (jsonPath: string, value: unknown, willContinue?: boolean) => ({
      jsonPath,
      ...(value as object),
      willContinue,
    })
    expect(
      calls(
        piece({ name: 'w', willContinue: true }, { thoughtSignature: 'U0lH' }),
        piece({ partialArgs: [args('$.location', { stringValue: 'Bos' }, true)], willContinue: true }),
        piece({ willContinue: true }),
        piece({ partialArgs: [args('$.location', { stringValue: 'ton' })], willContinue: true }),
        piece({
          partialArgs: [args('$.days[0].n', { numberValue: 0 }), args("$['a b']", { boolValue: false })],
          willContinue: true,
        }),
        piece({ partialArgs: [args('$.__proto__.x', { nullValue: 'NULL_VALUE' })], willContinue: true }),
        piece({}),
        piece({ name: 'none' }),
        piece({ name: 'w', willContinue: true }),
        piece({ partialArgs: [args('$.location', { stringValue: 'Rome' })] }),
        { candidates: [stop] },
      ),
    ).toEqual([
      [
        'call_1',
        'w',
        '{"location":"Boston","days":[{"n":0}],"a b":false,"__proto__":{"x":null}}',
        { google: { thought_signature: 'U0lH', model: G3 } },
      ],
      ['call_2', 'none', '{}', undefined],
      ['call_3', 'w', '{"location":"Rome"}', undefined],
    ])
    expect(Reflect.get({}, 'x')).toBeUndefined()
  })
})

describe('thoughts, words and signatures', () => {
  const origin = { format: 'google-gemini-v1', model: 'gemini-3-pro-preview' }

  test('keep their order', () => {
    const choice = one(
      said([{ text: 'I should ', thought: true }]),
      said([{ text: 'add.', thought: true }, text('The sum ')]),
      said([{ text: 'is 4.', thoughtSignature: 'VFhU' }], stop),
    )
    expect(choice?.blocks).toEqual([
      { type: 'reasoning', text: 'I should add.', origin },
      { type: 'text', text: 'The sum is 4.' },
      { type: 'reasoning', text: '', signature: 'VFhU', origin },
    ])
  })

  test('on an empty text stay on one', () => {
    const choice = one(said([text('a')]), said([{ text: '', thoughtSignature: 'VFhU' }], stop))
    expect(choice?.blocks[1]).toEqual({ type: 'reasoning', text: '', signature: 'VFhU', extra: { text: '' }, origin })
  })

  test('of tools that are the provider’s own are for nobody else', () => {
    const part = { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'VFhU' }
    const choice = one(
      said([part, { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }, text('One.')], stop),
    )
    expect(choice).toMatchObject({ reason: 'stop', blocks: [{ type: 'opaque' }, { type: 'opaque' }, { text: 'One.' }] })
    expect(JSON.parse(choice?.blocks[0]?.text ?? '')).toEqual(part)
  })

  test('become pictures and sound', () => {
    const media = (mimeType: string) => ({ inlineData: { mimeType, data: 'AAAA' } })
    expect(
      one(said([media('image/png'), { ...media('image/png'), thought: true }, media('audio/L16;rate=24000')], stop))
        ?.blocks,
    ).toEqual([
      { type: 'media', kind: 'image', mime: 'image/png', text: 'AAAA' },
      { type: 'media', kind: 'audio', mime: 'audio/L16;rate=24000', text: 'AAAA' },
    ])
  })
})

describe('sources', () => {
  const words = 'Café in Köln opens 🙂. Paris is big.'
  const chunks = [
    { web: { uri: 'https://e.x/p', title: 'p' } },
    { web: { uri: 'https://e.x/q', domain: 'e.x', title: '' } },
  ]
  const support = (startIndex: number, endIndex: number, segment: string, groundingChunkIndices: number[]) => ({
    segment: { startIndex, endIndex, text: segment },
    groundingChunkIndices,
  })
  const cited = (...frames: unknown[]) =>
    one(...frames)?.blocks.map((block) => (block.type === 'text' ? block.citations : block.type))

  test('are where bytes of UTF-8 say, in code points', () => {
    const groundingMetadata = { groundingChunks: chunks, groundingSupports: [support(27, 40, 'Paris is big.', [0, 1])] }
    expect(cited(said([text(words)], { ...stop, groundingMetadata }))).toEqual([
      [
        { type: 'url', start: 22, end: 35, url: 'https://e.x/p', title: 'p' },
        { type: 'url', start: 22, end: 35, url: 'https://e.x/q', title: 'e.x' },
      ],
    ])
  })

  test('count over all frames, and over all texts', () => {
    const thought = { text: 'Hm.', thought: true }
    expect(
      cited(
        said([text('Café. ')], { groundingMetadata: {} }),
        said([thought], { groundingMetadata: { groundingChunks: chunks.slice(0, 1) } }),
        said([text('Rome.')], { groundingMetadata: { groundingChunks: chunks.slice(1) } }),
        {
          candidates: [
            {
              ...stop,
              groundingMetadata: { groundingSupports: [support(7, 12, 'Rome.', [1]), support(0, 6, 'Café.', [0])] },
            },
          ],
        },
      ),
    ).toEqual([
      [{ type: 'url', start: 0, end: 5, url: 'https://e.x/p', title: 'p' }],
      'reasoning',
      [{ type: 'url', start: 0, end: 5, url: 'https://e.x/q', title: 'e.x' }],
    ])
  })

  test('are looked for where the words are elsewhere, and dropped where they are nowhere', () => {
    const groundingMetadata = {
      groundingChunks: chunks,
      groundingSupports: [support(0, 5, 'Paris is big.', [0]), support(0, 5, 'London', [0])],
    }
    expect(cited(said([text(words)], { ...stop, groundingMetadata }))).toEqual([
      [{ type: 'url', start: 22, end: 35, url: 'https://e.x/p', title: 'p' }],
    ])
  })

  test.for(['citationSources', 'citations'])('are listed as %s as well', (name) => {
    const citationMetadata = {
      [name]: [
        { endIndex: 5, uri: 'https://e.x/c' },
        { startIndex: 1, endIndex: 2 },
      ],
    }
    expect(cited(said([text(words)], { ...stop, citationMetadata }))).toEqual([
      [{ type: 'url', start: 0, end: 4, url: 'https://e.x/c' }],
    ])
  })
})

test('how likely tokens were', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'Hi', tokenId: 1, logProbability: -0.5 }, { token: '\uFFFD' }],
    topCandidates: [{ candidates: [{ token: 'Hi', logProbability: -0.5 }] }],
  }
  expect(one(said([text('Hi')], { ...stop, logprobsResult }))?.logprobs?.text).toEqual([
    { token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [{ token: 'Hi', logprob: -0.5, bytes: [72, 105] }] },
    { token: '\uFFFD', logprob: 0, bytes: null, top_logprobs: [] },
  ])
})

describe('usage', () => {
  const usage = (...all: unknown[]) =>
    told(
      all.map((usageMetadata, index) => ({
        ...said([text('a')], index === all.length - 1 ? stop : {}),
        usageMetadata,
      })),
    ).completion

  test('counts thoughts, tools and what was cached', () => {
    expect(
      usage({
        promptTokenCount: 10,
        toolUsePromptTokenCount: 3,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 7,
        cachedContentTokenCount: 4,
        totalTokenCount: 25,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 6 }],
        trafficType: 'ON_DEMAND_FLEX',
      }),
    ).toMatchObject({ usage: { input: 13, output: 12, reasoning: 7, cached: 4, audioInput: 6 }, serviceTier: 'flex' })
  })

  test('is that of the last frame with a total, as a whole', () => {
    const first = { promptTokenCount: 15, candidatesTokenCount: 9, cachedContentTokenCount: 4, totalTokenCount: 24 }
    expect(usage(first, { promptTokenCount: 13, totalTokenCount: 13 })?.usage).toEqual({
      input: 13,
      output: 0,
      cached: 4,
    })
    expect(usage(first, { promptTokenCount: 1 })?.usage).toMatchObject({ input: 15, output: 9 })
  })
})

describe('errors', () => {
  const error = (code: number, message: string, status: string, details: unknown[] = []) => ({
    error: { code, message, status, details },
  })
  const quota = (quotaId: string) => ({
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaId }],
  })
  const wait = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }
  const invalid = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }

  test.for([
    [400, [error(400, 'API key not valid.', 'INVALID_ARGUMENT', [invalid])], { status: 401 }],
    [400, error(400, 'API key expired. Renew it.', 'INVALID_ARGUMENT'), { status: 401 }],
    [
      400,
      error(400, 'The input token count (9) exceeds the maximum number of tokens allowed (8).', 'INVALID_ARGUMENT'),
      { code: 'context_length_exceeded', param: 'messages' },
    ],
    [400, error(400, 'User location is not supported for the API use.', 'FAILED_PRECONDITION'), { status: 403 }],
    [
      403,
      error(403, 'No.', 'PERMISSION_DENIED', [{ reason: 'SERVICE_DISABLED' }]),
      { status: 403, code: 'service_disabled' },
    ],
    [
      404,
      error(404, 'models/x is not found for API version v1beta', 'NOT_FOUND'),
      { code: 'model_not_found', param: 'model' },
    ],
    [
      429,
      error(429, 'You exceeded your current quota, please check your plan and billing details.', 'RESOURCE_EXHAUSTED', [
        quota('PerMinute'),
        wait,
      ]),
      { status: 429, retryAfter: 34.4 },
    ],
    [
      429,
      error(429, 'Quota.', 'RESOURCE_EXHAUSTED', [quota('RequestsPerDay'), wait]),
      { code: 'insufficient_quota', retry: false },
    ],
    [503, error(503, 'The model is overloaded.', 'UNAVAILABLE'), { status: 503, code: 'overloaded' }],
    [501, error(501, 'Operation is not implemented.', 'UNIMPLEMENTED'), { status: 400 }],
    [502, '<html>', { status: 502 }],
  ] as const)('%i %j is told as %j', ([status, body, expected]) => {
    expect(failure(status, body)).toMatchObject(expected)
  })

  test('inside a stream are told the same', () => {
    expect(told([said([text('a')]), error(503, 'Overloaded.', 'UNAVAILABLE')]).failure).toMatchObject({
      status: 503,
      code: 'overloaded',
      message: 'Overloaded.',
    })
  })
})

test('what is no piece of a reply is not taken for one', () => {
  expect(codec().frame.safeParse({ object: 'stranger' }).success).toBe(false)
})
