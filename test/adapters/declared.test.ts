import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { ConfigError, configure } from '../../src/config.ts'
import { createGateway } from '../../src/index.ts'
import { type LocalUpstream, openUpstream } from '../local-upstream.ts'

const DONE = 'data: [DONE]\n\n'

/** What the server was asked, newest last. */
const asked: { readonly path: string | undefined; readonly key: string | undefined; readonly body: object }[] = []
let finish = 'stop'
let mark = DONE
let upstream: LocalUpstream

beforeAll(async () => {
  upstream = await openUpstream((request, response) => {
    void read(request).then((body) => {
      asked.push({ path: request.url, key: request.headers.authorization, body })
      const head = { id: 'local-1', created: 1767225500, model: 'local-large' }
      const choice = { index: 0, finish_reason: finish }
      if ('stream' in body && body.stream === true) {
        response.setHeader('content-type', 'text/event-stream')
        for (const chunk of [
          { ...head, choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi.' }, finish_reason: null }] },
          { ...head, choices: [{ ...choice, delta: {} }] },
        ])
          response.write(`data: ${JSON.stringify(chunk)}\n\n`)
        response.end(mark)
      } else {
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({ ...head, choices: [{ ...choice, message: { role: 'assistant', content: 'Hi.' } }] }),
        )
      }
    })
  })
})
beforeEach(() => {
  asked.length = 0
  finish = 'stop'
  mark = DONE
})
afterAll(() => upstream.close())

async function read(request: IncomingMessage): Promise<object> {
  return JSON.parse(await text(request))
}

/** A client of a gateway whose configuration declares a dialect of its own. */
function clientOf(differences: object, seen: (response: Response) => void = () => {}): OpenAI {
  const local = { adapter: 'openai', baseURL: `${upstream.url}/v1`, apiKey: 'none', ...differences }
  const gateway = createGateway({ providers: { local }, environment: {} })
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await gateway.fetch(new Request(input, init))
    seen(response)
    return response
  }
  return new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
}

const messages = [{ role: 'developer' as const, content: 'Be brief.' }]
const model = 'local/local-large'

describe('a dialect declared in the configuration', () => {
  test('is asked by its own names', async () => {
    const client = clientOf({ rename: { max_completion_tokens: 'max_tokens', top_p: 'nucleus' } })
    await client.chat.completions.create({ model, messages, max_completion_tokens: 7, top_p: 0.5, temperature: 0.5 })
    expect(asked).toEqual([
      {
        path: '/v1/chat/completions',
        key: 'Bearer none',
        body: { model: 'local-large', messages, max_tokens: 7, nucleus: 0.5, temperature: 0.5 },
      },
    ])
  })

  test('is not asked for what it lacks, and the client is told', async () => {
    let warnings: string | null = null
    const client = clientOf({ supports: { seed: false, topK: true } }, ({ headers }) => {
      warnings = headers.get('x-dragoman-warnings')
    })
    const extended = { model, messages, seed: 1, top_k: 5 }
    await client.chat.completions.create(extended)
    expect(asked[0]?.body).toEqual({ model: 'local-large', messages, top_k: 5 })
    expect(warnings).toBe('seed=unsupported')
  })

  test('is not asked for what it lacks where its models differ', async () => {
    const client = clientOf({ facts: [{ match: 'large', supports: { images: false } }] })
    const content = [{ type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } }]
    const asking = client.chat.completions.create({ model, messages: [{ role: 'user', content }] })
    await expect(asking).rejects.toMatchObject({ status: 400, param: 'messages[0].content[0]' })
    expect(asked).toEqual([])
  })

  test.each([
    ['limits', { temperature: [0, 1] }, { temperature: 1.5 }, { temperature: 1 }, 'temperature=clamped to 1'],
    ['efforts', { minimal: 'low' }, { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, 'reasoning_effort'],
    ['extensions', ['top_a'], { top_a: 1, top_b: 2 }, { top_a: 1 }, 'top_b=unknown'],
  ])('is asked within its %s', async (difference, stated, given, sent, warning) => {
    let warnings: string | null = null
    const client = clientOf({ [difference]: stated }, ({ headers }) => {
      warnings = headers.get('x-dragoman-warnings')
    })
    const extended = { model, messages, ...given } as OpenAI.ChatCompletionCreateParamsNonStreaming
    await client.chat.completions.create(extended)
    expect(asked[0]?.body).toEqual({ model: 'local-large', messages, ...sent })
    expect(warnings).toContain(warning)
  })

  test('may differ from model to model', async () => {
    const facts = [{ match: 'small', differs: { rename: { max_completion_tokens: 'max_tokens' } } }]
    const { completions } = clientOf({ facts }).chat
    await completions.create({ model: 'local/local-small', messages, max_completion_tokens: 7 })
    await completions.create({ model, messages, max_completion_tokens: 7 })
    expect(asked.map(({ body }) => body)).toMatchObject([{ max_tokens: 7 }, { max_completion_tokens: 7 }])
  })

  test('gets system messages where it knows no developers', async () => {
    await clientOf({ developer: false }).chat.completions.create({ model, messages })
    expect(asked[0]?.body).toMatchObject({ messages: [{ role: 'system', content: 'Be brief.' }] })
  })

  test.each([
    ['out_of_time', 'length'],
    ['blocked', 'content_filter'],
    ['stop', 'stop'],
  ])('that ends with %s is told to end with %s, whole and streamed', async (own, told) => {
    finish = own
    const { completions } = clientOf({ finish: { out_of_time: 'length', blocked: 'content_filter' } }).chat
    const whole = await completions.create({ model, messages })
    const streamed = await completions.stream({ model, messages }).finalChatCompletion()
    expect([whole, streamed].map(({ choices }) => choices[0]?.finish_reason)).toEqual([told, told])
  })

  test('that breaks off in its own words is told as an error', async () => {
    finish = 'broke'
    const client = clientOf({ finish: { broke: 'error' } })
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({
      status: 502,
      code: 'broke',
    })
  })

  test('that never says why it ends is complete where the stream has its mark, and only there', async () => {
    finish = ''
    const ask = { model, messages, stream: true } as const
    const collect = async (differences: object): Promise<readonly (string | null | undefined)[]> => {
      const reasons: (string | null | undefined)[] = []
      for await (const { choices } of await clientOf(differences).chat.completions.create(ask))
        reasons.push(choices[0]?.finish_reason)
      return reasons
    }
    expect((await collect({ unexplained: true })).at(-1)).toBe('stop')
    await expect(collect({})).rejects.toMatchObject({ code: 'upstream_stream_truncated' })
    mark = ''
    await expect(collect({ unexplained: true })).rejects.toMatchObject({ code: 'upstream_stream_truncated' })
  })

  test('answers to the names it claims', async () => {
    await clientOf({ patterns: ['local-*'] }).chat.completions.create({ model: 'local-large', messages })
    expect(asked[0]?.body).toMatchObject({ model: 'local-large' })
    await expect(
      clientOf({ patterns: [] }).chat.completions.create({ model: 'gpt-5', messages }),
    ).rejects.toMatchObject({
      status: 404,
    })
  })

  test('says what is known of its models where it has no list', () => {
    const facts = [{ match: 'local', ids: ['local-large'] }]
    expect(openai({ apiKey: 'k', name: 'local', patterns: ['local-*'], facts })).toMatchObject({
      name: 'local',
      patterns: ['local-*'],
      facts,
      chat: { format: 'local' },
    })
  })

  test('leaves everything else as it is', () => {
    expect(JSON.stringify(openai({ apiKey: 'k', organization: 'o', rename: {} }))).toBe(
      JSON.stringify(openai({ apiKey: 'k', organization: 'o' })),
    )
  })
})

describe('a declaration that is wrong', () => {
  test.each([
    [{ reName: {} }, 'providers.local: Unrecognized key: "reName"'],
    [{ supports: { telepathy: false } }, 'providers.local.supports: Unrecognized key: "telepathy"'],
    [{ supports: { seed: 'no' } }, 'providers.local.supports.seed: Invalid input: expected boolean, received string'],
    [{ rename: { top_p: 1 } }, 'providers.local.rename.top_p: Invalid input: expected string, received number'],
    [
      { finish: { out_of_time: 'timeout' } },
      'providers.local.finish.out_of_time: Invalid option: expected one of "stop"|"length"|"tool_calls"|"content_filter"|"error"',
    ],
    [{ patterns: 'local-*' }, 'providers.local.patterns: Invalid input: expected array, received string'],
    [{ facts: [{ match: 'x', window: 3 }] }, 'providers.local.facts[0]: Unrecognized key: "window"'],
    [
      { facts: [{ match: 'x', differs: { finish: {} } }] },
      'providers.local.facts[0].differs: Unrecognized key: "finish"',
    ],
    [{ limits: { top_p: [1] } }, 'providers.local.limits.top_p: Too small: expected array to have >=2 items'],
    [{ facts: [{ output: 3 }] }, 'providers.local.facts[0].match: Invalid input: expected string, received undefined'],
    [{ developer: null }, 'providers.local.developer: Invalid input: expected boolean, received null'],
  ])('%j names what to mend', (differences, problem) => {
    const local = { adapter: 'openai', baseURL: 'http://127.0.0.1:1/v1', apiKey: 'none', ...differences }
    const read = (): unknown => configure({ providers: { local } }, {}, { openai })
    expect(read).toThrow(new ConfigError([problem]))
  })
})
