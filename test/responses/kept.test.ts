import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import { MemoryStore, type ResponseStore } from '../../src/response-store.ts'
import { anthropic } from '../../adapters/anthropic.ts'
import { type Rig, rig as rigOf, type Upstream } from './rig.ts'

const claude: Upstream = () =>
  Response.json({
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [{ type: 'text', text: 'Yes.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 2 },
  })

/** A gateway none of whose providers keeps replies itself. */
const rig = (upstream: Upstream, options: Parameters<typeof rigOf>[1] = {}): Rig =>
  rigOf(upstream, { providers: { anthropic: anthropic({ apiKey: 'x' }) }, ...options })

const asked = { model: 'anthropic/claude-opus-5', input: 'Hi.' }
const message = (text: string): object => ({ type: 'message', role: 'user', content: text })
const turns = (call: { body: JsonObject } | undefined): unknown =>
  JSON.parse(
    JSON.stringify(call?.body['messages'], (key, value: unknown) => (key === 'cache_control' ? undefined : value)),
  )
const said = (role: string, ...texts: string[]): object => ({
  role,
  content: texts.map((text) => ({ type: 'text', text })),
})
const errorOf = async (response: Response): Promise<unknown> => [
  response.status,
  ((await response.json()) as JsonObject)['error'],
]

const missing = (id: unknown): object => ({
  message: `Previous response with id '${String(id)}' not found.`,
  type: 'invalid_request_error',
  param: 'previous_response_id',
  code: 'previous_response_not_found',
})

describe('a reply that is kept', () => {
  test('is shown as it was told, and forgotten when it is told to be', async () => {
    const { ask, fetch } = rig(claude)
    const told = await ask(asked)
    const path = `/responses/${String(told['id'])}`
    expect(told['store']).toBe(true)
    expect(await (await fetch(path)).json()).toEqual(told)
    expect(await (await fetch(path, { method: 'DELETE' })).json()).toEqual({
      id: told['id'],
      object: 'response',
      deleted: true,
    })
    for (const method of ['GET', 'DELETE']) {
      expect(await errorOf(await fetch(path, { method }))).toEqual([
        404,
        {
          message: `Response with id '${String(told['id'])}' not found.`,
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      ])
    }
  })

  test('is kept when it was streamed as well, and not when it broke', async () => {
    const frames = [
      {
        type: 'message_start',
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Yes.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ]
    for (const whole of [true, false]) {
      const sse = frames
        .slice(0, whole ? 6 : 3)
        .map((frame) => `data: ${JSON.stringify(frame)}\n\n`)
        .join('')
      const { post, fetch } = rig(() => new Response(sse, { headers: { 'content-type': 'text/event-stream' } }))
      const text = await (await post({ ...asked, stream: true })).text()
      const id = /"id":"(resp_\w+)"/u.exec(text)?.[1] ?? ''
      expect((await fetch(`/responses/${id}`)).status).toBe(whole ? 200 : 404)
    }
  })

  test('tells what it answered, page by page, newest first unless asked otherwise', async () => {
    const { ask, fetch } = rig(claude)
    const { id } = await ask({ ...asked, input: ['1', '2', '3', '4'].map(message) })
    const page = async (query: string): Promise<JsonObject> => {
      const told = await (await fetch(`/responses/${String(id)}/input_items${query}`)).json()
      const data = told.data.map((item: JsonObject) => item['content'])
      expect([told.object, told.first_id, told.last_id]).toEqual([
        'list',
        told.data[0]?.id ?? null,
        told.data.at(-1)?.id ?? null,
      ])
      return { data, more: told.has_more, last: told.last_id }
    }
    expect(await page('')).toMatchObject({ data: ['4', '3', '2', '1'], more: false })
    const first = await page('?order=asc&limit=3')
    expect(first).toMatchObject({ data: ['1', '2', '3'], more: true })
    const next = await page(`?order=asc&limit=3&after=${String(first['last'])}`)
    expect(next).toMatchObject({ data: ['4'], more: false })
    expect(await page(`?order=asc&after=${String(next['last'])}`)).toMatchObject({ data: [], more: false })
  })

  test.each([
    ['input_items?limit=0', 'limit', 'invalid_value'],
    ['input_items?limit=101', 'limit', 'invalid_value'],
    ['input_items?limit=many', 'limit', 'invalid_value'],
    ['input_items?order=odd', 'order', 'invalid_value'],
    ['input_items?after=msg_x', 'after', 'invalid_value'],
    ['?stream=true', 'stream', 'unsupported_value'],
  ])('is not told %s', async (rest, param, code) => {
    const { ask, fetch } = rig(claude)
    const { id } = await ask(asked)
    const path = `/responses/${String(id)}${rest.startsWith('?') ? '' : '/'}${rest}`
    expect(await errorOf(await fetch(path))).toMatchObject([400, { param, code }])
  })

  test('cannot be cancelled, as it is over', async () => {
    const { ask, fetch } = rig(claude)
    const { id } = await ask(asked)
    const cancel = (id: unknown): Promise<Response> => fetch(`/responses/${String(id)}/cancel`, { method: 'POST' })
    expect((await cancel(id)).status).toBe(400)
    expect((await cancel('resp_x')).status).toBe(404)
  })

  test('is nobody’s but its owner’s', async () => {
    const { ask, post, fetch } = rig(claude, { keys: ['one', 'other'] })
    const me = { authorization: 'Bearer one' }
    const you = { authorization: 'Bearer other' }
    const { id, output } = await ask(asked, me)
    const [item] = Array.isArray(output) ? output : []
    expect((await fetch(`/responses/${String(id)}`, { headers: me })).status).toBe(200)
    expect((await fetch(`/responses/${String(id)}`, { headers: you })).status).toBe(404)
    expect((await fetch(`/responses/${String(id)}`, { method: 'DELETE', headers: you })).status).toBe(404)
    expect(await errorOf(await post({ ...asked, previous_response_id: id }, you))).toEqual([400, missing(id)])
    const reference = { ...asked, input: [{ type: 'item_reference', id: item.id }] }
    expect(await errorOf(await post(reference, you))).toMatchObject([404, { param: 'input' }])
    expect((await post(reference, me)).status).toBe(200)
  })
})

describe('a conversation that is kept', () => {
  test('goes on from any of its replies, without their instructions', async () => {
    const { ask, calls } = rig(claude)
    const first = await ask({ ...asked, instructions: 'Be brief.' })
    const second = await ask({ ...asked, input: [message('2')], previous_response_id: first['id'] })
    await ask({ ...asked, input: '3', previous_response_id: second['id'], instructions: 'Be long.' })
    await ask({ ...asked, input: 'other', previous_response_id: first['id'] })
    expect(second['previous_response_id']).toBe(first['id'])
    expect(turns(calls[2])).toEqual([
      said('user', 'Hi.'),
      said('assistant', 'Yes.'),
      said('user', '2'),
      said('assistant', 'Yes.'),
      said('user', '3'),
    ])
    expect(JSON.stringify(calls[2]?.body['system'])).toContain('Be long.')
    expect(JSON.stringify(calls[1]?.body)).not.toContain('Be brief.')
    expect(turns(calls[3])).toEqual([said('user', 'Hi.'), said('assistant', 'Yes.'), said('user', 'other')])
  })

  test('lives as long as it is used, and then breaks off at once', async () => {
    let time = Date.UTC(2026, 0, 1)
    const { ask, post } = rig(claude, { now: () => time, responses: { seconds: 60 } })
    const first = await ask(asked)
    time += 50_000
    const second = await ask({ ...asked, previous_response_id: first['id'] })
    time += 50_000
    const third = await ask({ ...asked, previous_response_id: second['id'] })
    time += 61_000
    expect(await errorOf(await post({ ...asked, previous_response_id: third['id'] }))).toEqual([
      400,
      missing(third['id']),
    ])
  })

  test('breaks off where one of its replies was deleted', async () => {
    const { ask, post, fetch } = rig(claude)
    const first = await ask(asked)
    const second = await ask({ ...asked, previous_response_id: first['id'] })
    await fetch(`/responses/${String(first['id'])}`, { method: 'DELETE' })
    expect(await errorOf(await post({ ...asked, previous_response_id: second['id'] }))).toEqual([
      400,
      missing(second['id']),
    ])
  })

  test('is refused where it goes round in circles', async () => {
    const store = new MemoryStore({ bytes: 1e6, seconds: 60, now: Date.now })
    store.put('', { id: 'resp_a', response: { output: [] }, input: [], previous: 'resp_b' })
    store.put('', { id: 'resp_b', response: { output: [] }, input: [], previous: 'resp_a' })
    const { post } = rig(claude, { responses: store })
    expect(await errorOf(await post({ ...asked, previous_response_id: 'resp_a' }))).toEqual([400, missing('resp_a')])
  })

  test('is nothing to one who keeps nothing', async () => {
    const { ask, post, fetch, calls } = rig(claude, { responses: false })
    const told = await ask(asked)
    expect(told['store']).toBe(false)
    expect((await fetch(`/responses/${String(told['id'])}`)).status).toBe(404)
    expect(await errorOf(await post({ ...asked, previous_response_id: told['id'] }))).toEqual([
      400,
      missing(told['id']),
    ])
    expect(await errorOf(await post({ ...asked, input: [{ type: 'item_reference', id: 'msg_x' }] }))).toEqual([
      404,
      {
        message: "Item with id 'msg_x' not found. Items are not persisted when `store` is set to false.",
        type: 'invalid_request_error',
        param: 'input',
        code: null,
      },
    ])
    expect(calls).toHaveLength(1)
  })

  test('is not kept where the client says so', async () => {
    const { ask, fetch, post } = rig(claude)
    const { id, store } = await ask({ ...asked, store: false })
    expect(store).toBe(false)
    expect((await fetch(`/responses/${String(id)}`)).status).toBe(404)
    expect(await errorOf(await post({ ...asked, previous_response_id: id }))).toEqual([400, missing(id)])
  })

  test('can be kept elsewhere, by a store that takes its time', async () => {
    const memory = new MemoryStore({ bytes: 1e6, seconds: 60, now: Date.now })
    const later = async <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 1))
    const store: ResponseStore = {
      put: async (owner, stored) => memory.put(owner, await later(stored)),
      get: async (owner, id) => later(memory.get(owner, id)),
      item: async (owner, id) => later(memory.item(owner, id)),
      delete: async (owner, id) => later(memory.delete(owner, id)),
    }
    const { ask, fetch, calls } = rig(claude, { responses: store })
    const first = await ask(asked)
    await later(undefined)
    await later(undefined)
    await ask({ ...asked, input: '2', previous_response_id: first['id'] })
    expect(turns(calls[1])).toEqual([said('user', 'Hi.'), said('assistant', 'Yes.'), said('user', '2')])
    expect((await fetch(`/responses/${String(first['id'])}`)).status).toBe(200)
  })

  test('costs only its memory where the store fails', async () => {
    const broken = (): never => {
      throw new Error('down')
    }
    const { ask } = rig(claude, { responses: { put: broken, get: broken, item: broken, delete: broken } })
    expect(await ask(asked)).toMatchObject({ status: 'completed' })
    const rejecting = async (): Promise<never> => broken()
    const { ask: again } = rig(claude, {
      responses: { put: rejecting, get: rejecting, item: rejecting, delete: rejecting },
    })
    expect(await again(asked)).toMatchObject({ status: 'completed' })
  })
})
