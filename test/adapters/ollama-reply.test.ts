import { describe, expect, test } from 'vitest'
import { chatRequest } from '../../adapters/ollama/strict.ts'
import { ollama } from '../../adapters/ollama.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { splitter } from '../../src/wire/framing.ts'
import { rig } from './rig.ts'

const MODEL = 'qwen3:8b'
const adapter = ollama({})
const { told, toldWhole } = rig(adapter, chatRequest, MODEL)

const origin = { format: 'ollama-v1', model: MODEL }
const head = { model: MODEL, created_at: '2026-08-01T10:00:00.123456789Z' }
const line = (message: JsonObject) => ({
  ...head,
  message: { role: 'assistant', content: '', ...message },
  done: false,
})
const end = (rest: JsonObject = {}) => ({ ...head, message: { role: 'assistant', content: '' }, done: true, ...rest })
const stop = { done_reason: 'stop', prompt_eval_count: 9, eval_count: 4 }
const f = (args: JsonObject, id?: string) => ({ ...(id && { id }), function: { name: 'f', arguments: args } })

describe('what is said', () => {
  test('comes as thoughts, text and calls, whichever share a line', () => {
    const { completion } = told([
      line({ thinking: 'h' }),
      line({ thinking: 'm', tool_calls: [f({ a: 1 }, 'call_x')] }),
      line({ content: 'Hi', tool_calls: [f({})] }),
      end(stop),
    ])
    expect(completion).toMatchObject({ model: MODEL, created: 1785578400 })
    expect(completion?.choices[0]).toEqual({
      reason: 'tool_calls',
      raw: 'stop',
      blocks: [
        { type: 'reasoning', text: 'hm', origin },
        { type: 'tool', id: 'call_x', name: 'f', text: '{"a":1}' },
        { type: 'text', text: 'Hi' },
        { type: 'tool', id: 'call_2', name: 'f', text: '{}' },
      ],
    })
  })

  test('keeps its characters, wherever a line is cut', () => {
    const bytes = new TextEncoder().encode(
      `${JSON.stringify(line({ content: '你好 🌍' }))}\n${JSON.stringify(end(stop))}`,
    )
    const frames: unknown[] = []
    const reader = splitter('ndjson', { frame: (text) => frames.push(JSON.parse(text)), done() {} })
    for (const byte of bytes) reader.feed(Uint8Array.of(byte))
    reader.end()
    expect(told(frames).completion?.choices[0]?.blocks).toEqual([{ type: 'text', text: '你好 🌍' }])
  })

  test('is the same in a whole reply', () => {
    const { completion } = toldWhole({ ...end(stop), message: { role: 'assistant', content: 'Hi', thinking: 'hm' } })
    expect(completion?.choices[0]?.blocks).toEqual([
      { type: 'reasoning', text: 'hm', origin },
      { type: 'text', text: 'Hi' },
    ])
  })

  test('may be how likely its tokens were', () => {
    const token = { token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }
    const { completion } = told([{ ...line({ content: 'Hi' }), logprobs: [token] }, end(stop)])
    expect(completion?.choices[0]?.logprobs?.text).toEqual([token])
  })
})

describe('calls', () => {
  test('of one id are two, if there are two', () => {
    const { completion } = told([
      line({ tool_calls: [f({ a: 1 }, 'c')] }),
      line({ tool_calls: [f({ a: 2 }, 'c')] }),
      end(stop),
    ])
    expect(completion?.choices[0]?.blocks.map(({ text }) => text)).toEqual(['{"a":1}', '{"a":2}'])
  })

  test('keep ids of their own where they get none', () => {
    const { completion } = told([line({ tool_calls: [f({ a: 1 }), f({ a: 1 })] }), end(stop)])
    expect(completion?.choices[0]?.blocks).toMatchObject([{ id: 'call_1' }, { id: 'call_3' }])
  })
})

describe('the end', () => {
  test.each([
    [{ done_reason: 'stop' }, 'stop', 'stop'],
    [{ done_reason: 'length' }, 'length', 'length'],
    [{ done_reason: '' }, 'stop', 'stop'],
    [{}, 'stop', 'stop'],
  ])('for the reason %j', (ending, reason, raw) => {
    const { completion, reply } = told([line({ content: 'Hi' }), end(ending)])
    expect(completion?.choices[0]).toMatchObject({ reason, raw })
    expect(reply.warnings).toEqual([])
  })

  test('for the limit stays that, whatever was called', () => {
    const { completion } = told([line({ tool_calls: [f({})] }), end({ done_reason: 'length' })])
    expect(completion?.choices[0]?.reason).toBe('length')
  })

  test('for a reason nobody knows is told', () => {
    expect(told([end({ done_reason: 'bored' })]).reply.warnings).toEqual([['finish_reason', 'unknown: bored']])
  })

  test.each(['load', 'unload'])('with nothing done but to %s is an error', (done_reason) => {
    expect(told([end({ done_reason })]).failure).toMatchObject({ status: 400, param: 'messages' })
  })

  test('that does not come is an error', () => {
    expect(told([line({ content: 'Hi' })]).failure?.code).toBe('upstream_stream_truncated')
  })

  test('may be an error, under whatever status', () => {
    const { failure, completion } = told([line({ content: 'Hi' }), { error: 'model runner has unexpectedly stopped' }])
    expect(completion).toBeUndefined()
    expect(failure).toMatchObject({
      status: 502,
      code: 'upstream_error',
      message: 'model runner has unexpectedly stopped',
    })
  })
})

describe('usage', () => {
  test('counts a prompt that was all in the cache as nothing', () => {
    expect(told([end({ done_reason: 'stop', eval_count: 4 })]).completion?.usage).toEqual({ input: 0, output: 4 })
  })

  test('comes with the time it took, in milliseconds', () => {
    const { completion } = told([end({ ...stop, total_duration: 2_500_000, eval_duration: 1_000_000 })])
    expect(completion?.usage).toEqual({ input: 9, output: 4 })
    expect(completion?.extra).toEqual({ timings: { total_ms: 2.5, eval_ms: 1 } })
  })
})

describe('failures', () => {
  test.each([
    [400, 'invalid options: temperature', { status: 400 }],
    [
      400,
      'prompt too long; exceeded max context length by 17 tokens',
      { status: 400, code: 'context_length_exceeded' },
    ],
    [400, 'the input length exceeds the context length', { status: 400, code: 'context_length_exceeded' }],
    [401, 'unauthorized', { status: 401 }],
    [402, 'this model requires a subscription', { status: 429, code: 'insufficient_quota', retry: false }],
    [404, "model 'x' not found", { status: 404, code: 'model_not_found' }],
    [499, 'client closed request', { status: 503 }],
    [500, 'llama runner process has terminated', { status: 502, code: 'upstream_error' }],
    [503, 'server busy, please try again. maximum pending requests exceeded', { status: 503 }],
  ])('%d %s', (status, error, expected) => {
    const { param: _, type: __, ...explained } = adapter.failure?.(status, { error }, new Headers()) ?? {}
    expect(explained).toEqual({ ...expected, message: error })
  })
})

test('models are those on the disk', () => {
  const { models } = adapter
  const page = models?.body.safeParse({
    models: [
      {
        name: 'qwen3:8b',
        model: 'qwen3:8b',
        modified_at: '2026-08-01T10:00:00.5+02:00',
        size: 5,
        details: { family: 'qwen3' },
      },
      { name: 'old', modified_at: '' },
    ],
  })
  if (!page?.success || !models) throw new Error('The list is not understood.')
  expect(models.decode(page.data)).toEqual([
    { id: 'qwen3:8b', created: 1785571200, extra: { size: 5, details: { family: 'qwen3' } } },
    { id: 'old', extra: {} },
  ])
})
