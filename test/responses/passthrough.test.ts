import { describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { xai } from '../../adapters/xai.ts'
import { createSeal } from '../../src/seal.ts'
import { rig, type Upstream } from './rig.ts'

const usage = {
  input_tokens: 5,
  input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
  output_tokens: 3,
  output_tokens_details: { reasoning_tokens: 1 },
  total_tokens: 8,
}
const response = {
  id: 'resp_up',
  object: 'response',
  status: 'completed',
  model: 'gpt-5',
  output: [],
  usage,
  odd: { a: [1.0] },
}
const whole: Upstream = () => kept()
const kept = (): Response =>
  new Response(JSON.stringify(response, null, 1), {
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'req_up' },
  })

const event = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
const EVENTS = [
  event('response.created', { sequence_number: 0, response: { ...response, status: 'in_progress', usage: null } }),
  ': still here\r\n\r\n',
  event('response.hologram.delta', { sequence_number: 1, delta: '"type":"error" 👋' }),
  event('response.completed', { sequence_number: 2, response }),
]
const BYTES = new TextEncoder().encode(EVENTS.join(''))

/** Streams pieces, then ends, breaks, or says nothing more. */
function streaming(pieces: readonly Uint8Array[], then: 'end' | 'break' | 'silence' = 'end'): Upstream {
  return () => {
    const left = pieces.values()
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const { value } = left.next()
          if (value) return controller.enqueue(value)
          if (then === 'end') return controller.close()
          if (then === 'break') return controller.error(new Error('reset'))
          return new Promise(() => {})
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}

const asked = { model: 'openai/gpt-5', input: 'Hi.' }
const streamed = { ...asked, stream: true }

async function bytesOf(told: Response): Promise<Uint8Array> {
  return new Uint8Array(await told.arrayBuffer())
}

describe('a provider that serves responses itself', () => {
  test('is asked as the client asked, but for the name of the model, and its reply comes as it is', async () => {
    const { post, calls, log } = rig(whole)
    const odd = {
      input: [{ type: 'computer_call_output', odd: null }],
      tools: [{ type: 'mcp', server_label: 'x' }],
      odd: [0.1],
    }
    const told = await post({ ...asked, ...odd })
    expect(calls.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
      { method: 'POST', url: 'https://api.openai.com/v1/responses', body: { model: 'gpt-5', ...odd } },
    ])
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer sk-upstream-secret')
    expect(await told.text()).toBe(JSON.stringify(response, null, 1))
    expect(Object.fromEntries(told.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-upstream-request-id': 'req_up',
      'x-model-router-provider': 'openai',
      'x-model-router-model': 'gpt-5',
    })
    expect(log).toMatchObject([
      { status: 200, provider: 'openai', usage: { input: 5, output: 3, cached: 2, cacheWrite: 0, reasoning: 1 } },
    ])
  })

  test('is heard byte for byte in a stream, wherever it is cut, events nobody knows and comments too', async () => {
    for (let at = 0; at <= BYTES.length; at += 7) {
      const { post, log } = rig(streaming([BYTES.subarray(0, at), BYTES.subarray(at)]))
      const told = await post(streamed)
      expect(told.headers.get('content-type')).toBe('text/event-stream')
      expect(await bytesOf(told)).toEqual(BYTES)
      expect(log).toMatchObject([{ status: 200, usage: { input: 5, output: 3 } }])
      expect(log[0]?.failure).toBeUndefined()
    }
    const byByte = await rig(streaming(Array.from(BYTES, (byte) => Uint8Array.of(byte)))).post(streamed)
    expect(await bytesOf(byByte)).toEqual(BYTES)
  })

  test('is heard event by event, before it is over', async () => {
    const first = new TextEncoder().encode(EVENTS[0])
    const { post } = rig(streaming([first], 'silence'))
    const reader = (await post(streamed)).body!.getReader()
    expect((await reader.read()).value).toEqual(first)
    await reader.cancel()
  })

  test.each(['end', 'break'] as const)(
    'that stops before the end (%s) is told of as an error, wherever it stops',
    async (then) => {
      const end = BYTES.length - EVENTS[3]!.length
      for (const at of [EVENTS[0]!.length, end - 3, end, end + 20, BYTES.length - 5]) {
        const { post, log } = rig(streaming([BYTES.subarray(0, at)], then))
        const text = await (await post(streamed)).text()
        const events = [...text.matchAll(/^data: (.*)$/gmu)].map(([, data = '']) => JSON.parse(data))
        const number = events.length - 2
        const code = 'upstream_stream_truncated'
        expect(events.slice(-2)).toMatchObject([
          { type: 'error', sequence_number: number, code, error: { type: 'server_error', code } },
          {
            type: 'response.failed',
            sequence_number: number + 1,
            response: { id: 'resp_up', status: 'failed', error: { code } },
          },
        ])
        expect(log).toMatchObject([{ failure: { code } }])
      }
    },
  )

  test('that stops before it began is told of as an error', async () => {
    const text = await (await rig(streaming([])).post(streamed)).text()
    expect(JSON.parse(/^data: (.*)\n\n$/mu.exec(text)?.[1] ?? '')).toMatchObject({ type: 'error', sequence_number: 0 })
  })

  test('that ends without its last blank line is complete', async () => {
    const { post, log } = rig(streaming([BYTES.subarray(0, -1)]))
    expect(await bytesOf(await post(streamed))).toEqual(BYTES.subarray(0, -1))
    expect(log[0]?.failure).toBeUndefined()
  })

  test('that says itself that it failed is not told of twice', async () => {
    const failing = new TextEncoder().encode(
      EVENTS[0] + event('error', { sequence_number: 1, code: 'x', message: 'No.', param: null }),
    )
    const { post, log } = rig(streaming([failing]))
    expect(await bytesOf(await post(streamed))).toEqual(failing)
    expect(log[0]?.failure).toBeUndefined()
  })

  test('that falls silent is told of as an error', async () => {
    const { post, calls } = rig(streaming([BYTES.subarray(0, EVENTS[0]!.length)], 'silence'), {
      timeouts: { idle: 20 },
    })
    const text = await (await post(streamed)).text()
    expect(text).toContain('"code":"upstream_timeout"')
    expect(calls[0]?.signal?.aborted).toBe(true)
  })

  test('is let go of when the client leaves', async () => {
    const { post, calls, log } = rig(streaming([BYTES.subarray(0, EVENTS[0]!.length)], 'silence'))
    const reader = (await post(streamed)).body!.getReader()
    await reader.read()
    const left = performance.now()
    await reader.cancel()
    expect(calls[0]?.signal?.aborted).toBe(true)
    expect(performance.now() - left).toBeLessThan(100)
    expect(log).toMatchObject([{ status: 499 }])
  })

  test.each([
    [401, 502, 'upstream_authentication_failed'],
    [429, 429, 'rate_limit_exceeded'],
    [400, 400, 'unknown_parameter'],
    [500, 500, null],
  ])('that answers %d is told of as %d', async (status, told, code) => {
    const error = { message: 'No.', type: 'invalid_request_error', param: 'input', code }
    const { post } = rig(() => Response.json({ error }, { status, headers: { 'x-request-id': 'req_up' } }))
    const answer = await post(asked)
    expect(answer.status).toBe(told)
    expect(answer.headers.get('x-upstream-request-id')).toBe('req_up')
    expect(await answer.json()).toMatchObject({ error: { code } })
  })

  test('is shown what it would be sent, and is not sent it', async () => {
    const { post, calls } = rig(whole)
    const told = await (await post(asked, { 'x-dragoman-dry-run': 'true' })).json()
    expect(told).toMatchObject({
      call: { url: 'https://api.openai.com/v1/responses', body: { model: 'gpt-5', input: 'Hi.' } },
    })
    expect(JSON.stringify(told)).not.toContain('sk-upstream-secret')
    expect(calls).toEqual([])
  })

  test('is asked for the replies it keeps, and told to forget them', async () => {
    const answers: Upstream = ({ method }) =>
      method === 'DELETE' ? Response.json({ id: 'resp_up', object: 'response', deleted: true }) : kept()
    const { ask, fetch, calls } = rig(answers, {
      providers: { openai: openai({ apiKey: 'x' }), xai: xai({ apiKey: 'x' }) },
    })
    await ask(asked)
    expect((await fetch('/responses/resp_up?include[]=x')).status).toBe(200)
    expect((await fetch('/responses/resp_up/input_items?limit=2')).status).toBe(200)
    expect(await (await fetch('/responses/resp_up', { method: 'DELETE' })).json()).toMatchObject({ deleted: true })
    expect(calls.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET https://api.openai.com/v1/responses/resp_up?include[]=x',
      'GET https://api.openai.com/v1/responses/resp_up/input_items?limit=2',
      'DELETE https://api.openai.com/v1/responses/resp_up',
    ])
  })

  test('is asked natively where its address is another’s', async () => {
    const chat = {
      id: 'x',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }],
    }
    const { ask, calls } = rig(() => Response.json(chat), {
      providers: { openai: openai({ apiKey: 'x', baseURL: 'http://localhost:8000/v1' }) },
    })
    expect(await ask(asked)).toMatchObject({ output: [{ content: [{ text: 'Yes' }] }] })
    expect(calls[0]?.url).toBe('http://localhost:8000/v1/chat/completions')
  })
})

describe('what only this gateway knows', () => {
  const sealed = createSeal('a secret').close({ blocks: [{ type: 'reasoning', text: 'Hm.', origin: { format: 'x' } }] })
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Yes.' },
    ],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 2 },
  }
  const both: Upstream = (call) => (call.url.includes('anthropic') ? Response.json(message) : whole(call))

  test('stays here: thoughts that are sealed are left out, with a warning', async () => {
    const { post, calls } = rig(whole)
    const theirs = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABo' }
    const input = [
      { type: 'reasoning', summary: [], encrypted_content: sealed },
      theirs,
      { role: 'user', content: 'Hi.' },
    ]
    const told = await post({ ...asked, input })
    expect(calls[0]?.body['input']).toEqual([theirs, { role: 'user', content: 'Hi.' }])
    expect(told.headers.get('x-dragoman-warnings')).toContain('input[0]=')
    expect(calls[0]?.text).not.toContain('dragoman')
  })

  test('is sent along: a reply that is kept here, in place of its id', async () => {
    const { ask, calls } = rig(both)
    const { id } = await ask({ model: 'anthropic/claude-opus-5', input: 'Hi.' })
    await ask({ ...asked, input: 'Go on.', previous_response_id: id })
    expect(calls[1]?.body).toEqual({
      model: 'gpt-5',
      input: [
        { type: 'message', role: 'user', content: 'Hi.' },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Yes.' }],
        },
        { role: 'user', content: 'Go on.' },
      ],
    })
  })

  test('is sent along: an item that is kept here, in place of a reference to it', async () => {
    const { ask, calls } = rig(both)
    const { output } = await ask({ model: 'anthropic/claude-opus-5', input: 'Hi.' })
    const ids = Array.isArray(output) ? output.map((item: { id: string }) => item.id) : []
    await ask({
      ...asked,
      input: [...ids.map((id) => ({ type: 'item_reference', id })), { type: 'item_reference', id: 'rs_theirs' }],
    })
    expect(calls[1]?.body['input']).toMatchObject([
      { type: 'message', role: 'assistant' },
      { type: 'item_reference', id: 'rs_theirs' },
    ])
  })

  test('stays here: what is told of sources beyond OpenAI’s members', async () => {
    const { ask, calls } = rig(whole)
    const span = { start_index: 0, end_index: 3, title: 'A' }
    const page = { type: 'url_citation', ...span, url: 'https://a.test' }
    const theirs = { type: 'file_citation', file_id: 'file_1', filename: 'a.txt', index: 0 }
    const annotations = [
      { ...page, cited_text: 'x', block: true },
      theirs,
      { type: 'file_citation', ...span, file_id: '', filename: 'b.txt', index: 0, document: { page: 1 } },
    ]
    const message = (annotations: object[]): object => ({
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Yes', annotations }],
    })
    await ask({ ...asked, input: [message(annotations), { role: 'user', content: 'Hi.' }] })
    expect(calls[0]?.body['input']).toEqual([message([page, theirs]), { role: 'user', content: 'Hi.' }])
  })

  test('is not asked of it: the id of a reply that it keeps goes to it as it is', async () => {
    const { ask, calls } = rig(whole)
    await ask({ ...asked, previous_response_id: 'resp_theirs' })
    expect(calls[0]?.body).toEqual({ model: 'gpt-5', input: 'Hi.', previous_response_id: 'resp_theirs' })
  })
})
