import { describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import type { ChatRequest } from '../../src/canonical.ts'
import { describe as named } from '../../src/errors.ts'
import { codec, encoded, quiet } from './anthropic-rig.ts'

const explain = (status: number, type: string, message: string, details?: object) =>
  quiet.failure?.(status, { type: 'error', error: { type, message, details } }, new Headers())

describe('failures', () => {
  test.for([
    [
      400,
      'prompt is too long: 210000 tokens > 200000 maximum',
      { status: 400, code: 'context_length_exceeded', param: 'messages' },
    ],
    [
      400,
      'Your credit balance is too low to access the API.',
      { status: 429, code: 'insufficient_quota', retry: false },
    ],
    [
      400,
      'You have reached your specified API usage limits.',
      { status: 429, code: 'insufficient_quota', retry: false },
    ],
    [402, 'Pay', { status: 429, type: 'insufficient_quota', retry: false }],
    [404, 'model: claude-x', { status: 404, code: 'model_not_found', param: 'model' }],
    [404, 'No such file', { status: 404, message: 'No such file' }],
    [422, 'No', { status: 400 }],
    [401, 'invalid x-api-key', { status: 401 }],
    [500, 'Internal', { status: 500 }],
    [502, 'Bad gateway', { status: 503 }],
    [529, 'Overloaded', { status: 503, type: 'server_error', code: 'overloaded_error' }],
  ] as const)('%i "%s"', ([status, message, expected]) => {
    expect(explain(status, 'any_error', message)).toMatchObject(expected)
  })

  test('a spend limit is told by its code', () => {
    const failure = explain(429, 'rate_limit_error', 'Limit', { error_code: 'contract_spend_limit_reached' })
    expect(failure).toMatchObject({ code: 'insufficient_quota', retry: false })
  })

  test('a page instead of an error says nothing but its status', () => {
    expect(quiet.failure?.(529, '<html>', new Headers())).toEqual({
      status: 503,
      type: 'server_error',
      code: 'overloaded_error',
    })
    expect(named(429).code).toBe('rate_limit_exceeded')
  })
})

describe('rate limits', () => {
  test('are those of the tighter direction', () => {
    const headers = new Headers({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-21T00:00:59.2Z',
      'anthropic-ratelimit-input-tokens-limit': '1000',
      'anthropic-ratelimit-input-tokens-remaining': '900',
      'anthropic-ratelimit-output-tokens-limit': '500',
      'anthropic-ratelimit-output-tokens-remaining': '100',
      'anthropic-ratelimit-output-tokens-reset': '2026-11-21T00:06:00Z',
    })
    expect(quiet.rateLimits?.(headers, Date.parse('2026-11-21T00:00:00Z'))).toEqual({
      'x-ratelimit-limit-requests': '50',
      'x-ratelimit-remaining-requests': '49',
      'x-ratelimit-reset-requests': '59.2s',
      'x-ratelimit-limit-tokens': '500',
      'x-ratelimit-remaining-tokens': '100',
      'x-ratelimit-reset-tokens': '6m0s',
    })
  })
})

describe('credentials', () => {
  test('are ours, or the client’s own', async () => {
    const call = { method: 'POST' as const, url: new URL(quiet.baseURL), headers: new Headers(), body: undefined }
    await quiet.authorize(call)
    expect(Object.fromEntries(call.headers)).toEqual({ 'x-api-key': 'test-key', 'anthropic-version': '2023-06-01' })
    await quiet.authorize(call, 'client-key')
    expect(call.headers.get('x-api-key')).toBe('client-key')
  })

  test('a version without sampling parameters is known to be one', () => {
    expect(anthropic({ apiKey: 'k', version: '2026-10-21' }).supports.temperature).toBe(false)
  })
})

describe('the list of models', () => {
  const page = {
    data: [
      {
        type: 'model',
        id: 'claude-a',
        created_at: '2026-01-01T00:00:00Z',
        display_name: 'A',
        max_input_tokens: 1000,
        max_tokens: 100,
        lifecycle: 'active',
        retires_at: null,
      },
      { type: 'model', id: 'claude-b', created_at: '2020-01-01T00:00:00Z', display_name: 'B', lifecycle: 'retired' },
    ],
    has_more: true,
    last_id: 'claude-b',
    first_id: 'claude-a',
  }

  test('has what can be asked, and leads to the next page', () => {
    const parsed = quiet.models?.body.safeParse(page)
    if (!parsed?.success) throw new Error('The page does not parse.')
    expect(quiet.models?.decode(parsed.data)).toEqual([
      {
        id: 'claude-a',
        created: 1767225600,
        extra: { display_name: 'A', context_length: 1000, max_output_tokens: 100, lifecycle: 'active' },
      },
    ])
    expect(quiet.models?.next?.(parsed.data)).toBe('/v1/models?limit=1000&after_id=claude-b')
  })
})

describe('amendments', () => {
  const question: ChatRequest = {
    model: 'claude-zeta-9',
    stream: false,
    maxTokens: 9000,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const f = { type: 'function', name: 'f' } as const
  const called: ChatRequest['messages'] = [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      blocks: [
        { type: 'reasoning', text: 'T', signature: 'Uw==', origin: { format: 'anthropic-claude-v1' } },
        { type: 'tool', id: 't1', name: 'f', text: '{}' },
      ],
    },
    { role: 'system', content: 'Be brief' },
    { role: 'tool', id: 't1', content: '1' },
  ]
  const amended = (request: ChatRequest, message: string) => {
    const amendment = codec().amend?.(request, { ...named(400), message })
    if (!amendment) throw new Error('Nothing is known of this refusal.')
    return { ...amendment, request: amendment.apply(request), body: encoded(amendment.apply(request)).body }
  }

  const table: readonly (readonly [string, Partial<ChatRequest>, object])[] = [
    ['`temperature` is deprecated for this model.', { temperature: 0.5 }, { temperature: undefined }],
    [
      '`temperature` and `top_p` cannot both be specified for this model.',
      { temperature: 0.5, topP: 0.5 },
      { temperature: 0.5, top_p: undefined },
    ],
    [
      '"thinking.type.enabled" is not supported for this model.',
      { extra: { thinking: { type: 'enabled', budget_tokens: 2000 } } },
      { thinking: { type: 'adaptive' } },
    ],
    [
      'adaptive thinking is not supported on this model',
      { reasoning: { effort: 'high' } },
      { thinking: { type: 'enabled' }, output_config: undefined },
    ],
    [
      '"thinking.type.disabled" is not supported for this model.',
      { extra: { thinking: { type: 'disabled' } } },
      { thinking: undefined },
    ],
    [
      "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
      { reasoning: { effort: 'xhigh' } },
      { output_config: { effort: 'high' } },
    ],
    [
      'This model does not support the effort parameter.',
      { reasoning: { effort: 'low' } },
      { output_config: undefined },
    ],
    [
      'tool_choice: type "tool" and "any" are not supported for this model',
      { tools: [f], toolChoice: { type: 'required' } },
      { tool_choice: undefined, system: [{ type: 'text', text: 'You must call one of the tools now.' }] },
    ],
    [
      'This model does not support assistant message prefill.',
      { messages: [...question.messages, { role: 'assistant', blocks: [{ type: 'text', text: 'a' }] }] },
      { messages: [{}, {}, { role: 'user', content: [{ text: 'Continue.' }] }] },
    ],
    [
      "role 'system' is not supported on this model",
      { tools: [f], messages: called },
      {
        messages: [
          {},
          {},
          {
            role: 'user',
            content: [{ type: 'tool_result' }, { text: '<system_message>\nBe brief\n</system_message>' }],
          },
        ],
      },
    ],
    [
      'messages.1.content.0: Invalid `signature` in `thinking` block.',
      { tools: [f], messages: called },
      { messages: [{}, { content: [{ type: 'tool_use' }] }, {}] },
    ],
    [
      'Schema is too complex for compilation.',
      { format: { type: 'schema', name: 'a', schema: { type: 'object', properties: {} } } },
      { output_config: undefined, system: [{ text: expect.stringContaining('JSON Schema') }] },
    ],
  ]

  test.for(table)('%s', ([message, asked, expected]) => {
    const { body, lasting, apply } = amended({ ...question, ...asked }, message)
    const said = Object.fromEntries(Object.keys(expected).map((key) => [key, body[key]]))
    expect(said).toMatchObject(expected)
    // A lasting one says nothing about requests it does not touch.
    expect(lasting ? apply(question) : question).toBe(question)
  })

  test('no breakpoints where there are too many', () => {
    expect(
      amended(question, 'A maximum of 4 blocks with cache_control may be provided. Found 5.').request.cache,
    ).toEqual({ mode: 'explicit' })
  })

  test('nothing is known to help against other refusals', () => {
    expect(
      codec().amend?.(question, { ...named(400), message: 'messages: at least one message is required' }),
    ).toBeUndefined()
  })
})
