import * as fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Block, ReplyEvent } from '../../src/canonical.ts'
import { failure } from '../../src/errors.ts'
import { fold } from '../../src/fold.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import type { Asked } from '../../src/surfaces/surface.ts'
import { renderer } from './renderer.ts'
import { endings, events, replies, type Piecemeal } from './replies.ts'

const user = { role: 'user', content: 'Hi' }
const quiet = (): void => undefined

function ask(members: object = {}): Asked {
  return chat.parse({ model: 'm', messages: [user], ...members }, quiet)
}

const counted = { stream: true, stream_options: { include_usage: true } }

function sse(told: readonly ReplyEvent[], asked = ask(counted)): string {
  return told.map(renderer(asked)).join('')
}

/** A completion as JSON, of which only this is looked into. */
interface Told {
  readonly id: string
  readonly choices: readonly ToldChoice[]
  usage?: unknown
}

interface ToldChoice {
  readonly index: number
  readonly message: {
    readonly content: string | null
    readonly audio?: { readonly id?: string }
    readonly tool_calls?: readonly { readonly id: string; readonly function?: { parsed_arguments?: unknown } }[]
    readonly annotations?: unknown
    readonly citations?: unknown
    reasoning_content?: string | undefined
    parsed?: unknown
  }
}

function choice({ choices }: Told): ToldChoice {
  const [first] = choices
  if (!first) throw new Error('no choice')
  return first
}

/** The data of a stream. */
function chunks(text: string): OpenAI.Chat.Completions.ChatCompletionChunk[] {
  const lines = text.split('\n\n').filter(Boolean)
  expect(lines.every((line) => /^data: [^\n]*$/u.test(line))).toBe(true)
  return lines.filter((line) => line !== 'data: [DONE]').map((line) => JSON.parse(line.slice('data: '.length)))
}

function whole(told: readonly ReplyEvent[], asked = ask(counted)): Told {
  const { completion } = fold(told)
  if (!completion) throw new Error('no completion')
  return JSON.parse(JSON.stringify(asked.body(completion)))
}

/** What OpenAI's SDK makes of a stream. It keeps only the last piece of members it does not know, so thoughts are joined here. */
async function collected(text: string): Promise<Told> {
  const client = new OpenAI({
    apiKey: '-',
    maxRetries: 0,
    fetch: async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } }),
  })
  const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
  const thoughts: string[] = []
  stream.on('chunk', ({ choices }) => {
    for (const { index, delta } of choices) {
      if ('reasoning_content' in delta) thoughts[index] = (thoughts[index] ?? '') + String(delta.reasoning_content)
    }
  })
  const completion: Told = JSON.parse(JSON.stringify(await stream.finalChatCompletion()))
  for (const { index, message } of completion.choices) {
    delete message.parsed
    for (const { function: called } of message.tool_calls ?? []) delete called?.parsed_arguments
    if (message.reasoning_content !== undefined) message.reasoning_content = thoughts[index]
  }
  if (completion.usage === null) delete completion.usage
  return completion
}

const origin = { format: 'one-v1' }
const call = (id: string, text = ''): Block => ({ type: 'tool', id, name: 'now', text })

const cases: Readonly<Record<string, readonly ReplyEvent[]>> = {
  'nothing at all': events([]),
  'an empty text': events([{ block: { type: 'text', text: '' } }]),
  'text in pieces, some of them empty': events([
    { block: { type: 'text', text: 'He' }, appends: ['', 'llo', ' "é"\n\u2028😀'] },
  ]),
  'half a character at a time': events([
    {
      block: { type: 'text', text: '\ud83d' },
      appends: ['\ude00'],
      patches: [{ citation: { type: 'url', start: 0, end: 1, url: 'u' } }],
    },
  ]),
  'two thoughts, one of them empty, then a third': events([
    { block: { type: 'reasoning', text: '', origin }, appends: ['A', 'B'] },
    { block: { type: 'reasoning', text: '', origin, encrypted: 'x' } },
    { block: { type: 'reasoning', text: 'C', origin }, patches: [{ signature: 's' }] },
  ]),
  'two texts with sources': events([
    {
      block: { type: 'text', text: '😀é' },
      patches: [{ citation: { type: 'url', start: 0, end: 2, url: 'https://a', title: 'A' } }],
    },
    {
      block: { type: 'text', text: 'bc' },
      patches: [
        { citation: { type: 'url', start: 1, end: 2, url: 'https://b' } },
        { citation: { type: 'document', start: 0, end: 1, document: { page: 3 } } },
      ],
    },
  ]),
  'calls side by side': [
    { type: 'start', id: '1', model: 'm', created: 1 },
    { type: 'open', index: 0, choice: 0, block: call('a') },
    { type: 'open', index: 1, choice: 0, block: { ...call('b', 'sel'), custom: true } as Block },
    { type: 'append', index: 0, text: '{"a"' },
    { type: 'append', index: 1, text: 'ect' },
    { type: 'append', index: 0, text: ':1}' },
    { type: 'patch', index: 0, fields: { extra: { one: 1 } } },
    { type: 'patch', index: 0, fields: { extra: { two: 2 } } },
    { type: 'close', index: 1 },
    { type: 'close', index: 0 },
    { type: 'finish', choice: 0, reason: 'tool_calls', raw: 'tool_use', extra: { stop_sequence: null, index: 9 } },
    {
      type: 'end',
      usage: { input: 5, output: 3, cached: 0, reasoning: 1, extra: { cost: 0.1 } },
      serviceTier: 'default',
      extra: { system_fingerprint: 'fp', id: 'x' },
    },
  ],
  'several choices, interleaved': [
    { type: 'start', id: '1', model: 'm', created: 1 },
    { type: 'open', index: 0, choice: 0, block: { type: 'text', text: 'A' } },
    { type: 'open', index: 1, choice: 1, block: { type: 'reasoning', text: 'R', origin } },
    { type: 'append', index: 0, text: 'a' },
    { type: 'close', index: 1 },
    { type: 'open', index: 2, choice: 1, block: { type: 'refusal', text: 'No' } },
    { type: 'append', index: 2, text: '.' },
    { type: 'open', index: 3, choice: 1, block: call('c') },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'finish', choice: 1, reason: 'length' },
    { type: 'end' },
  ],
  'how likely it was': [
    { type: 'start', id: '1', model: 'm', created: 1 },
    { type: 'open', index: 0, choice: 0, block: { type: 'text', text: 'A' } },
    { type: 'logprobs', choice: 0, of: 'text', tokens: [{ token: 'A', logprob: -1, bytes: null, top_logprobs: [] }] },
    { type: 'logprobs', choice: 0, of: 'refusal', tokens: [] },
    { type: 'logprobs', choice: 0, of: 'text', tokens: [{ token: 'B', logprob: -2, bytes: null, top_logprobs: [] }] },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'end' },
  ],
}

describe('a stream, collected by the SDK, is the whole reply', () => {
  test.each(Object.entries(cases))('%s', async (_, told) => {
    expect(await collected(sse(told))).toEqual(whole(told))
    expect(await collected(sse(told, ask({ stream: true })))).toMatchObject({ choices: whole(told).choices })
  })

  test('whatever the reply', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(replies, { minLength: 1, maxLength: 2 }),
        endings,
        async (choices, { reasons = [], ...end }) => {
          const blocks = choices.flatMap((list, choice) => list.map((piece): Piecemeal => ({ ...piece, choice })))
          const told = events(blocks, { ...end, reasons: choices.flatMap(() => reasons) })
          expect(await collected(sse(told))).toEqual(whole(told))
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('a reply posted again is read as the blocks it was', () => {
  fc.assert(
    fc.property(replies, (pieces) => {
      const told = events(pieces)
      const { message } = choice(whole(told))
      const answers = (message.tool_calls ?? []).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'x' }))
      const warnings: string[] = []
      const { request } = chat.parse({ model: 'm', messages: [user, message, ...answers] }, (param, reason) =>
        warnings.push(`${param}: ${reason}`),
      )
      expect(warnings).toEqual([])
      expect(request.messages[1]).toEqual({
        role: 'assistant',
        blocks: fold(told).completion?.choices[0]?.blocks,
        ...(message.audio?.id && { audio: 'audio_1' }),
      })
    }),
    { numRuns: 500 },
  )
})

describe('a stream', () => {
  test('says who speaks once, first and at once', () => {
    const render = renderer(ask({ stream: true }))
    const [start, ...rest] = cases['several choices, interleaved'] ?? []
    expect(start && chunks(render(start))).toMatchObject([
      { choices: [{ index: 0, delta: { role: 'assistant', content: null } }] },
    ])
    const roles = chunks(rest.map(render).join('')).flatMap(({ choices }) =>
      choices.filter(({ delta }) => delta.role).map(({ index }) => index),
    )
    expect(roles).toEqual([1])
  })

  test('names a call once, and numbers calls from 0', () => {
    const told = events([
      { block: { type: 'text', text: 'A' } },
      { block: call('a'), appends: ['{', '}'] },
      { block: call('b', '{}') },
    ])
    const calls = chunks(sse(told)).flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []))
    expect(calls).toEqual([
      { index: 0, id: 'a', type: 'function', function: { name: 'now', arguments: '' } },
      { index: 0, function: { arguments: '{' } },
      { index: 0, function: { arguments: '}' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'now', arguments: '{}' } },
    ])
  })

  test('has one identity', () => {
    for (const chunk of chunks(
      sse(events([{ block: { type: 'text', text: 'A' }, appends: ['B'] }], { usage: { input: 1, output: 1 } })),
    )) {
      expect(chunk).toMatchObject({
        id: 'chatcmpl-msg_1',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: 'model-1',
      })
    }
  })

  test('tells usage last, and only where it was asked for', () => {
    const told = events([{ block: { type: 'text', text: 'A' } }], { usage: { input: 3, output: 2 } })
    const asked = chunks(sse(told))
    expect(asked.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(asked.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
    const unasked = sse(told, ask({ stream: true }))
    expect(unasked).not.toContain('usage')
    expect(unasked.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('ends with an error and nothing after it', async () => {
    const render = renderer(ask({ stream: true }))
    const told = [...events([{ block: { type: 'text', text: 'A' } }]).slice(0, 2)].map(render).join('')
    const last = render({
      type: 'error',
      failure: failure({ message: 'Cut.', status: 502, code: 'upstream_stream_truncated' }),
    })
    expect(chunks(told)).toHaveLength(2)
    expect(last).toBe(
      'data: {"error":{"message":"Cut.","type":"server_error","param":null,"code":"upstream_stream_truncated"}}\n\n',
    )
    expect(render({ type: 'end' })).toBe('')
    await expect(collected(told + last)).rejects.toMatchObject({
      code: 'upstream_stream_truncated',
      type: 'server_error',
    })
  })
})

describe('clients of functions', () => {
  const legacy = ask({ ...counted, functions: [{ name: 'now' }] })

  test('get a function_call', async () => {
    const told = events([{ block: { type: 'text', text: 'A' } }, { block: call('a'), appends: ['{', '}'] }], {
      reasons: ['tool_calls'],
      raw: 'tool_use',
    })
    expect(await collected(sse(told, legacy))).toEqual(whole(told, legacy))
    expect(choice(whole(told, legacy))).toMatchObject({
      finish_reason: 'function_call',
      native_finish_reason: 'tool_use',
      message: { content: 'A', function_call: { name: 'now', arguments: '{}' } },
    })
  })

  test('find a further call, which they forbade, in tool_calls', () => {
    const told = events([{ block: call('a', '1') }, { block: call('b'), appends: ['2'] }], { reasons: ['tool_calls'] })
    const tool = { id: 'b', type: 'function', function: { name: 'now', arguments: '2' } }
    expect(choice(whole(told, legacy)).message).toMatchObject({
      function_call: { arguments: '1' },
      tool_calls: [tool],
    })
    expect(
      chunks(sse(told, legacy)).flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? [])),
    ).toEqual([
      { index: 0, ...tool, function: { name: 'now', arguments: '' } },
      { index: 0, function: { arguments: '2' } },
    ])
  })
})

test('thoughts that are to be hidden stay hidden, and what nobody can read stays', () => {
  const asked = ask({ ...counted, reasoning: { exclude: true } })
  const told = events([
    { block: { type: 'reasoning', text: 'secret', origin }, appends: [' thought'] },
    { block: { type: 'reasoning', text: '', origin, signature: 's' } },
    { block: { type: 'text', text: 'A' } },
  ])
  expect(sse(told, asked)).not.toContain('secret')
  expect(choice(whole(told, asked)).message).toEqual({
    role: 'assistant',
    content: 'A',
    refusal: null,
    reasoning_details: [{ type: 'reasoning.text', text: '', signature: 's', format: 'one-v1', index: 0 }],
  })
})

describe('a whole reply', () => {
  test('has what OpenAI requires and leaves out what is unknown', () => {
    expect(
      whole(
        events([], {
          usage: {
            input: 1,
            output: 2,
            cached: 0,
            cacheWrite: 4,
            audioInput: 1,
            reasoning: 0,
            audioOutput: 2,
            acceptedPrediction: 3,
            rejectedPrediction: 4,
          },
        }),
      ),
    ).toEqual({
      id: 'chatcmpl-msg_1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'model-1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 4, audio_tokens: 1 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 2,
          accepted_prediction_tokens: 3,
          rejected_prediction_tokens: 4,
        },
      },
    })
  })

  test('counts the offsets of sources over the whole text, in code points', () => {
    const { message } = choice(whole(cases['two texts with sources'] ?? []))
    expect(message.content).toBe('😀ébc')
    expect(message.annotations).toEqual([
      { type: 'url_citation', url_citation: { start_index: 0, end_index: 2, url: 'https://a', title: 'A' } },
      { type: 'url_citation', url_citation: { start_index: 3, end_index: 4, url: 'https://b', title: 'https://b' } },
    ])
    expect(message.citations).toEqual([{ type: 'document', start_index: 2, end_index: 3, document: { page: 3 } }])
  })

  test('ends a source that reaches beyond its text where the text ends', () => {
    const citation = { type: 'url', start: 0, end: Number.MAX_SAFE_INTEGER, url: 'https://a' } as const
    const told = events([
      { block: { type: 'text', text: '' }, patches: [{ citation }], appends: ['AB'] },
      { block: { type: 'text', text: 'C' } },
    ])
    expect(choice(whole(told)).message.annotations).toMatchObject([{ url_citation: { start_index: 0, end_index: 2 } }])
  })

  test('keeps an id that has the prefix already', () => {
    const renamed = events([]).map((event) => (event.type === 'start' ? { ...event, id: 'chatcmpl-9' } : event))
    expect(whole(renamed).id).toBe('chatcmpl-9')
  })
})

test('a snapshot that does not fit its message is reported, and the rest is read', () => {
  const told = events([
    { block: { type: 'text', text: 'AB' } },
    { block: { type: 'opaque', text: '{}', origin } },
    { block: { type: 'text', text: 'CD' } },
  ])
  const { message } = choice(whole(told))
  const read = (changes: object): unknown => {
    const warnings: string[] = []
    const { request } = chat.parse({ model: 'm', messages: [{ ...message, ...changes }] }, (param, reason) =>
      warnings.push(`${param}: ${reason}`),
    )
    return [request.messages[0], warnings]
  }
  const unfit = ['messages[0].reasoning_details: does not fit the message']
  expect(read({ content: 'ABC' })).toEqual([{ role: 'assistant', blocks: [{ type: 'text', text: 'ABC' }] }, unfit])
  const marked = [{ type: 'text', text: 'ABCD', cache_control: { type: 'ephemeral' } }]
  expect(read({ content: marked })).toEqual([
    {
      role: 'assistant',
      blocks: [
        { type: 'text', text: 'AB' },
        { type: 'opaque', text: '{}', origin },
        { type: 'text', text: 'CD', cache: { field: 'cache_control' } },
      ],
    },
    [],
  ])
})

test('explains a failure in the form of OpenAI', () => {
  expect(chat.error(failure({ message: 'Slow down.', status: 429, retryAfter: 5 }))).toEqual({
    error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
  })
})
