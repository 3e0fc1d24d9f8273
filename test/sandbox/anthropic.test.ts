import Anthropic, { NotFoundError } from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/anthropic/sandbox.ts'

type Params = Anthropic.MessageCreateParamsNonStreaming

const HAIKU = 'claude-haiku-4-5'
const reach = async (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
  sandbox(new Request(url, init))
const client = new Anthropic({ apiKey: 'sk-sandbox', maxRetries: 0, fetch: reach })

function request(
  content: Anthropic.MessageParam['content'],
  more: Partial<Params> & { [key: string]: unknown } = {},
): Params {
  return { model: HAIKU, max_tokens: 2000, messages: [{ role: 'user', content }], ...more }
}

const ask = (...given: Parameters<typeof request>): Promise<Anthropic.Message> =>
  client.messages.create(request(...given))

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** Sent as any client could send it, whatever the SDK makes of it. */
function raw(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return sandbox(
    new Request('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
}

/** Everything a stream says, as the provider's bytes. */
const bytes = async (...given: Parameters<typeof request>): Promise<string> =>
  (await raw({ ...request(...given), stream: true })).text()

const PNG = 'iVBORw0KGgo='
const WEATHER: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
  },
}
const NOW: Anthropic.Tool = { name: 'now', input_schema: { type: 'object', properties: {} } }

describe('text', () => {
  test('says that it is a sandbox and what it was told', async () => {
    const message = await ask('Hello «Wörld» 🌍')
    expect(textOf(message)).toBe('This is the Dragoman sandbox, not a real model. You said: "Hello «Wörld» 🌍".')
    expect(message).toMatchObject({ role: 'assistant', model: HAIKU, stop_reason: 'end_turn', stop_sequence: null })
    expect(message.id).toMatch(/^msg_sandbox/u)
    expect(message.usage).toMatchObject({ input_tokens: 17, output_tokens: 20, cache_read_input_tokens: 0 })
  })

  test('answers the same prompt in the same way', async () => {
    expect((await ask('Again')).content).toEqual((await ask('Again')).content)
  })

  test('tells a streamed reply the same, in small pieces', async () => {
    const stream = client.messages.stream(request('One, two'))
    const deltas: string[] = []
    stream.on('text', (delta) => deltas.push(delta))
    const streamed = await stream.finalMessage()
    const whole = await ask('One, two')
    expect({ ...streamed, id: '' }).toEqual({ ...whole, id: '', parsed_output: null })
    expect(deltas.length).toBeGreaterThan(10)
  })

  test('streams events the way the provider frames them', async () => {
    const text = await bytes('Hi')
    const frames = text.split('\n\n').slice(0, -1)
    const types = frames.map((frame) => /^event: (\w+)\ndata: \{"type":"\1"/u.exec(frame)?.[1])
    expect(types.slice(0, 4)).toEqual(['message_start', 'content_block_start', 'ping', 'content_block_delta'])
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop'])
  })

  test('counts what was attached, and checks that it is what it claims to be', async () => {
    const image = (media_type: 'image/png' | 'image/jpeg'): Anthropic.ImageBlockParam => ({
      type: 'image',
      source: { type: 'base64', media_type, data: PNG },
    })
    expect(textOf(await ask([{ type: 'text', text: 'Look' }, image('image/png')]))).toContain(
      '1 attachment(s): image/png',
    )
    await expect(ask([image('image/jpeg')])).rejects.toThrow(
      'specified using the image/jpeg media type, but the image appears to be a image/png',
    )
  })

  test('ends at the limit', async () => {
    const message = await ask('A long answer, please', { max_tokens: 5 })
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } })
    expect(textOf(message)).toBe('This is the Dragoman')
  })

  test('ends before a stop sequence', async () => {
    const message = await ask('Hi', { stop_sequences: ['zzz', 'sandbox'] })
    expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'sandbox' })
    expect(textOf(message)).toBe('This is the Dragoman ')
    expect((await ask('Hi', { stop_sequences: ['This'] })).content).toEqual([])
  })
})

describe('tools', () => {
  test('calls a tool once for each place that is named', async () => {
    const { content, stop_reason } = await ask('Weather in Paris and Rome?', { tools: [WEATHER, NOW] })
    expect(stop_reason).toBe('tool_use')
    expect(content).toMatchObject([
      { type: 'tool_use', name: 'get_weather', input: { city: 'Paris' } },
      { type: 'tool_use', name: 'get_weather', input: { city: 'Rome' } },
    ])
  })

  test('calls one tool where only one may be called', async () => {
    const tool_choice = { type: 'auto', disable_parallel_tool_use: true } as const
    expect((await ask('Weather in Paris and Rome?', { tools: [WEATHER], tool_choice })).content).toHaveLength(1)
  })

  test('calls every tool when asked for all of them, and none when that is the choice', async () => {
    const { content } = await ask('Call all of them', { tools: [WEATHER, NOW] })
    expect(content.map((block) => block.type === 'tool_use' && block.name)).toEqual(['get_weather', 'now'])
    const none = await ask('Call all of them', { tools: [WEATHER, NOW], tool_choice: { type: 'none' } })
    expect(none.stop_reason).toBe('end_turn')
  })

  test('calls the tool it is forced to call', async () => {
    const { content } = await ask('Hi', { tools: [WEATHER, NOW], tool_choice: { type: 'tool', name: 'now' } })
    expect(content).toMatchObject([{ name: 'now', input: {} }])
  })

  test('streams a call without arguments as one empty piece', async () => {
    const text = await bytes('What is it now?', { tools: [NOW] })
    expect(text.match(/"partial_json":"[^"]*"/gu)).toEqual(['"partial_json":""'])
  })

  test('never ends a call that was cut, and tells its complete members in a whole reply', async () => {
    const tool: Anthropic.Tool = {
      name: 'store',
      input_schema: {
        type: 'object',
        properties: { a: { const: 1 }, b: { const: 'x'.repeat(80) } },
        required: ['a', 'b'],
      },
    }
    const given = { tools: [tool], max_tokens: 8 }
    expect(await bytes('store it', given)).not.toContain('content_block_stop')
    expect(await ask('store it', given)).toMatchObject({ stop_reason: 'max_tokens', content: [{ input: { a: 1 } }] })
  })

  test('quotes what the tools answered', async () => {
    const first = await ask('Weather in Paris?', { tools: [WEATHER] })
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: '18 °C' }] : [],
    )
    const messages = [
      ...request('Weather in Paris?').messages,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: results },
    ]
    const second = await ask('', { messages, tools: [WEATHER] })
    expect(textOf(second)).toContain('The tools answered: get_weather → "18 °C".')
  })
})

describe('answers in a form', () => {
  test('gives a value that fits the schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string' },
        unit: { enum: ['C', 'F'] },
        days: { type: 'array', items: { $ref: '#/$defs/day' } },
      },
      required: ['city', 'unit', 'days'],
      additionalProperties: false,
      $defs: {
        day: {
          type: 'object',
          properties: { date: { type: 'string', format: 'date' } },
          required: ['date'],
          additionalProperties: false,
        },
      },
    }
    const message = await ask('About Lisbon, please: where is Lisbon?', {
      output_config: { format: { type: 'json_schema', schema } },
    })
    expect(JSON.parse(textOf(message))).toEqual({ city: 'Lisbon', unit: 'C', days: [{ date: '2026-01-01' }] })
  })

  test('follows instructions to answer in JSON or to call a tool', async () => {
    const told = await ask('Hi', { system: 'Respond with one valid JSON object and nothing else.' })
    expect(JSON.parse(textOf(told))).toEqual({ sandbox: true, you_said: 'Hi' })
    const called = await ask('Hi', { system: 'You must call the tool `now` now.', tools: [WEATHER, NOW] })
    expect(called.content).toMatchObject([{ name: 'now' }])
  })
})

describe('thinking', () => {
  const thinking = { type: 'enabled', budget_tokens: 1024 } as const

  test('thinks where it is asked to, and counts its thoughts', async () => {
    const { content, usage } = await ask('Why?', { thinking })
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'text'])
    expect(usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(5)
  })

  test('keeps its thoughts to itself where models do, and signs them all the same', async () => {
    const { content } = await ask('Why?', { model: 'claude-opus-5-5' })
    expect(content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.stringMatching(/.{20}/u) })
    const shown = await ask('Why?', { model: 'claude-opus-5-5', thinking: { type: 'adaptive', display: 'summarized' } })
    expect(shown.content[0]).toMatchObject({ thinking: expect.stringContaining('Why?') })
  })

  test('takes its own thoughts back, and no others', async () => {
    const { content } = await ask('Why?', { thinking })
    const history = (blocks: Anthropic.ContentBlockParam[]): Params =>
      request('', {
        thinking,
        messages: [
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: blocks },
          { role: 'user', content: 'And?' },
        ],
      })
    await expect(client.messages.create(history(content))).resolves.toBeTruthy()
    const forged = content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'Because.' } : block))
    await expect(client.messages.create(history(forged))).rejects.toThrow(
      'messages.1.content.0: Invalid `signature` in `thinking` block',
    )
  })

  test('wants the thoughts that led to a call, where a budget was given', async () => {
    const tools = [NOW]
    const first = await ask('What is it now?', { thinking, tools })
    const use = first.content.find((block) => block.type === 'tool_use')
    const result: Anthropic.MessageParam = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: use!.id, content: 'noon' }],
    }
    const question: Anthropic.MessageParam = { role: 'user', content: 'What is it now?' }
    const kept = {
      messages: [question, { role: 'assistant' as const, content: first.content }, result],
      thinking,
      tools,
    }
    await expect(ask('', kept)).resolves.toMatchObject({ stop_reason: 'end_turn' })
    const lost = { ...kept, messages: [question, { role: 'assistant' as const, content: [use!] }, result] }
    await expect(ask('', lost)).rejects.toThrow('Expected `thinking` or `redacted_thinking`, but found `tool_use`')
  })
})

describe('what models refuse', () => {
  const forced = { tools: [NOW], tool_choice: { type: 'any' } } as const
  test.each([
    [
      'claude-opus-5',
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
      '"thinking.type.enabled" is not supported for this model',
    ],
    ['claude-opus-5-5', { thinking: { type: 'disabled' } }, '"thinking.type.disabled" is not supported for this model'],
    [HAIKU, { thinking: { type: 'adaptive' } }, 'adaptive thinking is not supported on this model'],
    [
      'claude-opus-4-6',
      { output_config: { effort: 'xhigh' } },
      "does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    ],
    [HAIKU, { output_config: { effort: 'low' } }, 'does not support the effort parameter'],
    ['claude-opus-5-5', forced, 'tool_choice: type "tool" and "any" are not supported'],
    [
      'claude-opus-5',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      'does not support assistant message prefill',
    ],
    [
      HAIKU,
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'system', content: 'b' },
        ],
      },
      "role 'system' is not supported on this model",
    ],
  ])('%s refuses %j', async (model, more, message) => {
    // The rows have no type in common but the one they are meant to have.
    const refused = ask('Hi', { model, ...(more as Partial<Params>) })
    await expect(refused).rejects.toMatchObject({
      status: 400,
      error: { error: { message: expect.stringContaining(message) } },
    })
  })

  test.each([
    ['claude-opus-5', { temperature: 0.2 }, '2023-06-01', '`temperature` is deprecated for this model'],
    [HAIKU, { max_tokens: 64_001 }, '2023-06-01', 'max_tokens: 64001 > 64000, which is the maximum'],
    [HAIKU, { temperature: 0.2, top_p: 0.5 }, '2023-06-01', '`temperature` and `top_p` cannot both be specified'],
    [HAIKU, { temperature: 0.2 }, '2026-10-21', 'temperature: Extra inputs are not permitted'],
  ])('%s refuses %j in version %s', async (model, more, version, message) => {
    const response = await raw(request('Hi', { model, ...more }), { 'anthropic-version': version })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    })
  })
})

describe('what the API refuses', () => {
  test.each([
    [{ ...request('Hi'), seed: 1 }, 'seed: Extra inputs are not permitted'],
    [{ model: HAIKU, messages: [{ role: 'user', content: 'Hi' }] }, 'max_tokens: Field required'],
    [
      request([{ type: 'text', text: ' ' }]),
      'messages.0.content.0.text: text content blocks must contain non-whitespace text',
    ],
    ['{', 'The request body is not valid JSON'],
  ])('%j', async (body, message) => {
    const response = await raw(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining(message) } })
  })

  test('a request without a key, a version, a known model, a known path or the right method', async () => {
    expect((await raw(request('Hi'), { 'x-api-key': '' })).status).toBe(401)
    expect((await raw(request('Hi'), { 'anthropic-version': '' })).status).toBe(400)
    await expect(ask('Hi', { model: 'claude-none' })).rejects.toThrow(NotFoundError)
    await expect(client.get('/v1/nothing')).rejects.toThrow(NotFoundError)
    await expect(client.get('/v1/messages')).rejects.toMatchObject({ status: 405 })
  })
})

describe('caching', () => {
  test('writes a marked prefix once and reads it the next time, longer or not', async () => {
    const long = { type: 'text', text: 'Remember this. '.repeat(2000), cache_control: { type: 'ephemeral' } } as const
    const first = await ask('Hi', { system: [long] })
    const second = await ask('Hi again', { system: [long] })
    const written = first.usage.cache_creation_input_tokens ?? 0
    expect(written).toBeGreaterThan(7000)
    expect(first.usage).toMatchObject({
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: written },
    })
    expect(second.usage).toMatchObject({ cache_read_input_tokens: written, cache_creation_input_tokens: 0 })
    const other = await ask('Hi', { model: 'claude-opus-4-5', system: [long] })
    expect(other.usage.cache_read_input_tokens).toBe(0)
  })

  test('does not cache what is too short', async () => {
    const { usage } = await ask('Hi', {
      system: [{ type: 'text', text: 'Short.', cache_control: { type: 'ephemeral' } }],
    })
    expect(usage.cache_creation_input_tokens).toBe(0)
  })
})

describe('failing on request', () => {
  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [529, 'overloaded_error'],
  ])('fails with %i', async (status, type) => {
    await expect(ask(`sandbox:error=${status}`)).rejects.toMatchObject({
      status,
      error: { type: 'error', error: { type } },
    })
  })

  test('fails once with a time to wait, then works', async () => {
    const patient = new Anthropic({ apiKey: 'k', fetch: reach, maxRetries: 1 })
    await expect(ask('first sandbox:retry-after=0')).rejects.toMatchObject({ status: 429 })
    await expect(patient.messages.create(request('second sandbox:retry-after=0'))).resolves.toMatchObject({
      stop_reason: 'end_turn',
    })
  })

  test('fails as the model’s name asks', async () => {
    await expect(ask('Hi', { model: `${HAIKU}:sandbox:error=529` })).rejects.toMatchObject({ status: 529 })
    expect(await ask('Hi', { model: `${HAIKU}:sandbox:slow=1` })).toMatchObject({ model: HAIKU })
  })

  test('fails in the middle of a stream', async () => {
    await expect(client.messages.stream(request('sandbox:error-mid-stream')).finalMessage()).rejects.toThrow(
      'Overloaded',
    )
    await expect(ask('sandbox:error-mid-stream')).rejects.toMatchObject({ status: 500 })
  })

  test('cuts a reply short', async () => {
    const text = await bytes('sandbox:cut')
    expect(text).toContain('content_block_delta')
    expect(text).not.toContain('message_delta')
    await expect((await raw(request('sandbox:cut'))).json()).rejects.toThrow(SyntaxError)
  })

  test('refuses', async () => {
    expect(await ask('sandbox:refuse')).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { explanation: expect.stringContaining('sandbox') },
    })
  })

  test('pauses its turn once, then goes on', async () => {
    const first = await ask('sandbox:pause')
    expect(first).toMatchObject({
      stop_reason: 'pause_turn',
      content: [{ type: 'server_tool_use', name: 'web_search' }],
    })
    const second = await ask('', {
      model: HAIKU,
      messages: [
        { role: 'user', content: 'sandbox:pause' },
        { role: 'assistant', content: first.content },
      ],
    })
    expect(second).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'web_search_tool_result' }, { type: 'text' }],
    })
  })

  test('waits between pieces, and stops when nobody reads', async () => {
    const left = new AbortController()
    const response = await sandbox(
      new Request('https://api.anthropic.com/v1/messages', {
        method: 'POST',
        headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({ ...request('sandbox:slow=20'), stream: true }),
        signal: left.signal,
      }),
    )
    const reader = response.body!.getReader()
    const start = performance.now()
    await reader.read()
    expect(performance.now() - start).toBeGreaterThan(15)
    setTimeout(() => left.abort(), 5)
    await expect(reader.read()).rejects.toThrow(/abort/iu)
  })
})

describe('models', () => {
  test('lists them page by page', async () => {
    const ids: string[] = []
    for await (const { id } of client.models.list({ limit: 4 })) ids.push(id)
    expect(ids).toContain('claude-opus-5')
    expect(new Set(ids).size).toBe(ids.length)
    const { data, has_more } = await client.models.list({ before_id: ids[2]!, limit: 1 })
    expect({ ids: data.map(({ id }) => id), has_more }).toEqual({ ids: [ids[1]], has_more: true })
  })

  test('tells what one can do', async () => {
    const model = await client.models.retrieve('claude-haiku-4-5-20251001')
    expect(model).toMatchObject({
      type: 'model',
      max_tokens: 64_000,
      max_input_tokens: 200_000,
      display_name: 'Claude Haiku 4.5',
    })
  })
})
