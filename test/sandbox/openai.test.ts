import OpenAI, { AuthenticationError, InternalServerError, RateLimitError } from 'openai'
import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/openai/sandbox.ts'

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming
type Content = OpenAI.ChatCompletionUserMessageParam['content']

const MODEL = 'gpt-5-mini'
const reach = async (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
  sandbox(new Request(url, init))
const client = new OpenAI({
  apiKey: 'sk-sandbox',
  baseURL: 'https://api.example.com/any/base/v1',
  maxRetries: 0,
  fetch: reach,
})

function prompt(content: Content): Pick<Params, 'model' | 'messages'> {
  return { model: MODEL, messages: [{ role: 'user', content }] }
}

function request(content: Content, more: Partial<Params> = {}): Params {
  return { ...prompt(content), ...more }
}

const ask = (...given: Parameters<typeof request>): Promise<OpenAI.ChatCompletion> =>
  client.chat.completions.create(request(...given))

async function chunks(content: Content, more: Partial<Params> = {}): Promise<OpenAI.ChatCompletionChunk[]> {
  const stream = await client.chat.completions.create({
    ...request(content, more),
    stream: true,
    stream_options: { include_usage: true },
  })
  const told: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) told.push(chunk)
  return told
}

/** Sent as any client could send it. */
function raw(body: unknown, headers: Record<string, string> = { authorization: 'Bearer k' }): Promise<Response> {
  const init = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
  return sandbox(new Request('https://api.openai.com/v1/chat/completions', init))
}

function tool(name: string, parameters?: Record<string, unknown>): OpenAI.ChatCompletionFunctionTool {
  return { type: 'function', function: { name, ...(parameters && { parameters }) } }
}

const WEATHER = tool('get_weather', { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] })
const NOW = tool('now')

describe('text', () => {
  test('says that it is a sandbox and what it was told', async () => {
    const { id, object, model, choices, usage } = await ask('Hello 🌍')
    const content = 'This is the Dragoman sandbox, not a real model. You said: "Hello 🌍".'
    expect({ object, model, choices }).toEqual({
      object: 'chat.completion',
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    })
    expect(id).toMatch(/^chatcmpl-sandbox/u)
    expect(usage).toMatchObject({ completion_tokens: 18, completion_tokens_details: { reasoning_tokens: 0 } })
    expect(usage?.total_tokens).toBe(18 + (usage?.prompt_tokens ?? 0))
  })

  test('tells a streamed reply the same, in small pieces', async () => {
    const streamed = await client.chat.completions
      .stream({ ...prompt('One, two'), stream_options: { include_usage: true } })
      .finalChatCompletion()
    const whole = await ask('One, two')
    expect(streamed.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: whole.choices[0]?.message.content },
    })
    expect(streamed.usage).toEqual(whole.usage)
    const all = await chunks('One, two')
    expect(all.length).toBeGreaterThan(10)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(all.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
  })

  test('ends with the mark of the end', async () => {
    const text = await (await raw({ ...request('Hi'), stream: true })).text()
    expect(text).toMatch(/^data: \{.*\n\n.*data: \[DONE\]\n\n$/su)
    expect(text).not.toContain('usage')
  })

  test('ends at the limit and before a stop sequence', async () => {
    const cut = await ask('Hi', { max_completion_tokens: 5 })
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'This is the Dragoman' } })
    const stopped = await ask('Hi', { stop: 'sandbox' })
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'This is the Dragoman ' } })
  })

  test('gives as many choices as are asked for', async () => {
    const { choices } = await ask('Hi', { n: 3 })
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2])
    const all = await chunks('Hi', { n: 2 })
    expect(new Set(all.flatMap(({ choices }) => choices.map(({ index }) => index)))).toEqual(new Set([0, 1]))
  })

  test('is sure of every word where probabilities are asked for', async () => {
    const { choices } = await ask('Hi', { logprobs: true, top_logprobs: 1 })
    const content = choices[0]?.logprobs?.content ?? []
    expect(content.map(({ token }) => token).join('')).toBe(choices[0]?.message.content)
    expect(content[0]).toMatchObject({ token: 'This ', logprob: 0, top_logprobs: [{ token: 'This ' }] })
  })

  test('counts thoughts where they are asked for, without telling them', async () => {
    const { usage, choices } = await ask('Why?', { reasoning_effort: 'low' })
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(5)
    expect(choices[0]?.message.content).not.toContain('script')
  })

  test('counts what was attached, and checks that it is an image', async () => {
    const image = (data: string): Content => [
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
    ]
    expect((await ask(image('iVBORw0KGgo='))).choices[0]?.message.content).toContain('1 attachment(s): image/png')
    await expect(ask(image('AAAA'))).rejects.toMatchObject({ status: 400, code: 'invalid_image_format' })
  })
})

describe('tools', () => {
  test('calls a tool once for each place that is named, streamed as well', async () => {
    const { choices } = await ask('Weather in Paris and Rome?', { tools: [WEATHER, NOW] })
    const calls = [
      { function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
      { function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
    ]
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null, tool_calls: calls } })
    const stream = client.chat.completions.stream({ ...prompt('Weather in Paris and Rome?'), tools: [WEATHER, NOW] })
    expect((await stream.finalChatCompletion()).choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: calls },
    })
  })

  test('calls one tool where only one may be called', async () => {
    const { choices } = await ask('Weather in Paris and Rome?', { tools: [WEATHER], parallel_tool_calls: false })
    expect(choices[0]?.message.tool_calls).toHaveLength(1)
  })

  test('calls what it is forced to call', async () => {
    const named = await ask('Hi', {
      tools: [WEATHER, NOW],
      tool_choice: { type: 'function', function: { name: 'now' } },
    })
    expect(named.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'now', arguments: '{}' } }])
    const required = await ask('Hi', { tools: [WEATHER, NOW], tool_choice: 'required' })
    expect(required.choices[0]?.message.tool_calls).toHaveLength(1)
    const allowed_tools = { mode: 'required' as const, tools: [{ type: 'function', function: { name: 'now' } }] }
    const among = await ask('all', { tools: [WEATHER, NOW], tool_choice: { type: 'allowed_tools', allowed_tools } })
    expect(among.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'now' } }])
  })

  test('gives a custom tool free text', async () => {
    const { choices } = await ask('run this', { tools: [{ type: 'custom', custom: { name: 'run' } }] })
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { type: 'custom', custom: { name: 'run', input: 'run this' } },
    ])
  })

  test('speaks of functions as clients of old do', async () => {
    const given = { functions: [{ name: 'get_weather', parameters: WEATHER.function.parameters ?? {} }] }
    const { choices } = await ask('Weather in Paris and Rome?', given)
    expect(choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
    })
    const told = (await chunks('Weather in Paris?', given)).flatMap(({ choices }) =>
      choices.map(({ delta }) => delta.function_call?.arguments ?? ''),
    )
    expect(told.join('')).toBe('{"city":"Paris"}')
  })

  test('goes round with the SDK’s own tool runner', async () => {
    const asked: string[] = []
    const runner = client.chat.completions.runTools({
      ...request('Weather in Paris and Rome?'),
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Tells the weather.',
            parameters: WEATHER.function.parameters ?? {},
            parse: JSON.parse,
            function: ({ city }: { city: string }) => (asked.push(city), `18 °C in ${city}`),
          },
        },
      ],
    })
    expect(await runner.finalContent()).toContain('get_weather → "18 °C in Paris"; get_weather → "18 °C in Rome"')
    expect(asked).toEqual(['Paris', 'Rome'])
  })
})

describe('answers in a form', () => {
  test('gives a value that fits the schema', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, age: { type: ['integer', 'null'], minimum: 3 } },
      required: ['city', 'age'],
      additionalProperties: false,
    }
    const { choices } = await ask('Tell me about Lisbon', {
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } },
    })
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ city: 'Lisbon', age: 3 })
  })

  test('gives a JSON object, where JSON is spoken of', async () => {
    const response_format = { type: 'json_object' } as const
    expect(JSON.parse((await ask('Some JSON', { response_format })).choices[0]?.message.content ?? '')).toEqual({
      sandbox: true,
      you_said: 'Some JSON',
    })
    await expect(ask('Hi', { response_format })).rejects.toThrow("'messages' must contain the word 'json'")
  })
})

describe('what the API refuses', () => {
  test.each([
    [{ ...request('Hi'), top_k: 1 }, "Unknown parameter: 'top_k'.", 'top_k', 'unknown_parameter'],
    [{ model: MODEL }, "Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter'],
    [
      { model: MODEL, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'Missing',
      'messages[0].content[0].text',
      'missing_required_parameter',
    ],
    [request('Hi', { temperature: 3 }), "Invalid 'temperature'", 'temperature', 'invalid_value'],
    [request('Hi', { web_search_options: {} }), 'Web search options not supported', 'web_search_options', null],
    ['{', 'We could not parse the JSON body', null, null],
  ])('%j', async (body, message, param, code) => {
    const response = await raw(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { message: expect.stringContaining(message), type: 'invalid_request_error', param, code },
    })
  })

  test('a request without a key, a known model, a known path or the right method', async () => {
    expect((await raw(request('Hi'), {})).status).toBe(401)
    expect((await raw(request('Hi'), { 'api-key': 'k' })).status).toBe(200)
    await expect(ask('Hi', { model: 'gpt-none' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    await expect(client.get('/nothing')).rejects.toThrow('Invalid URL (GET /any/base/v1/nothing)')
    await expect(client.get('/chat/completions')).rejects.toMatchObject({ status: 405 })
  })
})

describe('failing on request', () => {
  test.each([
    [401, AuthenticationError],
    [429, RateLimitError],
    [500, InternalServerError],
  ])('fails with %i', async (status, kind) => {
    await expect(ask(`sandbox:error=${status}`)).rejects.toThrow(kind)
  })

  test('fails once with a time to wait, then works', async () => {
    await expect(ask('once sandbox:retry-after=2')).rejects.toMatchObject({
      status: 429,
      headers: expect.toSatisfy((headers: Headers) => headers.get('retry-after') === '2'),
    })
    await expect(ask('once sandbox:retry-after=2')).resolves.toMatchObject({ object: 'chat.completion' })
  })

  test('fails in the middle of a stream', async () => {
    await expect(chunks('sandbox:error-mid-stream')).rejects.toThrow('The server had an error')
  })

  test('cuts a reply short', async () => {
    const told = await chunks('sandbox:cut')
    expect(told.every(({ choices }) => choices.every(({ finish_reason }) => finish_reason === null))).toBe(true)
  })

  test('refuses, and knows no pauses', async () => {
    const { choices } = await ask('sandbox:refuse')
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: null, refusal: expect.stringContaining('refuse') },
    })
    expect((await ask('sandbox:pause')).choices[0]).toMatchObject({ finish_reason: 'stop' })
  })
})

test('lists its models', async () => {
  const ids: string[] = []
  for await (const { id } of client.models.list()) ids.push(id)
  expect(ids).toContain(MODEL)
  expect(await client.models.retrieve(MODEL)).toMatchObject({ object: 'model', id: MODEL })
})
