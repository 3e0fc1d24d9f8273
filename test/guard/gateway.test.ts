import OpenAI from 'openai'
import { describe, expect, onTestFinished, test } from 'vitest'
import { anthropic, google, ollama } from '../../adapters/index.ts'
import { createGateway as createFromAdapters } from '../../src/gateway.ts'
import { createGuardedFetch } from '../../src/guarded-fetch.ts'
import { type Config, createGateway, type LogEntry } from '../../src/index.ts'
import type { GuardOptions } from '../../src/media.ts'
import { openUpstream } from '../local-upstream.ts'
import { type InternetOptions, type LocalInternet, openInternet, PUBLIC } from './internet.ts'
import { picture, PNG } from './rig.ts'

/** A gateway with providers on this machine, and an internet of its own. */
interface Place {
  readonly client: OpenAI
  readonly internet: LocalInternet
  /** The bodies that arrived at providers. */
  readonly sent: readonly string[]
  readonly log: readonly LogEntry[]
  ask(model: string, ...parts: readonly OpenAI.Chat.ChatCompletionContentPart[]): Promise<OpenAI.Chat.ChatCompletion>
  /** What is told where a request is refused. */
  refusal(...parts: readonly OpenAI.Chat.ChatCompletionContentPart[]): Promise<InstanceType<typeof OpenAI.APIError>>
}

const REPLIES: Readonly<Record<string, unknown>> = {
  '/api/chat': { model: 'm', message: { role: 'assistant', content: 'a cat' }, done: true, done_reason: 'stop' },
  '/v1/messages': {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [{ type: 'text', text: 'a cat' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
}

async function place(options: InternetOptions = { handle: picture }, limits?: GuardOptions | false): Promise<Place> {
  const sent: string[] = []
  const log: LogEntry[] = []
  const upstream = await openUpstream(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    sent.push(Buffer.concat(chunks).toString())
    // A model of that name is out of order.
    if (request.url?.includes('gemini-broken')) return void response.writeHead(503).end('{}')
    const gemini = { candidates: [{ content: { parts: [{ text: 'a cat' }] }, finishReason: 'STOP' }] }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(REPLIES[request.url ?? ''] ?? gemini))
  })
  const internet = await openInternet(options)
  onTestFinished(async () => {
    await upstream.close()
    await internet.close()
  })
  const gateway = createFromAdapters({
    providers: {
      ollama: ollama({ baseURL: upstream.url }),
      google: google({ apiKey: 'k', baseURL: upstream.url }),
      anthropic: anthropic({ apiKey: 'k', baseURL: upstream.url, cache: 'off' }),
    },
    models: { cats: { fallback: ['google/gemini-broken', 'anthropic/claude-opus-5', 'ollama/m'] } },
    retries: 0,
    log: (entry) => log.push(entry),
    ...(limits !== false && { fetchMedia: createGuardedFetch({ patience: 1000, ...limits }, internet.way) }),
  })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  const ask: Place['ask'] = (model, ...content) =>
    client.chat.completions.create({ model, messages: [{ role: 'user', content: [...content] }] })
  return {
    client,
    internet,
    sent,
    log,
    ask,
    async refusal(...parts) {
      const error: unknown = await ask('ollama/m', ...parts).catch((error: unknown) => error)
      if (error instanceof OpenAI.APIError) return error
      throw error
    },
  }
}

const text = { type: 'text', text: 'What is this?' } as const

function image(url: string): OpenAI.Chat.ChatCompletionContentPartImage {
  return { type: 'image_url', image_url: { url } }
}

describe('a picture by its address', () => {
  test('reaches a provider that takes only bytes', async () => {
    const { ask, sent } = await place()
    const { choices } = await ask('ollama/m', text, image('https://example.com/cat.png'))
    expect(choices[0]?.message.content).toBe('a cat')
    expect(JSON.parse(sent[0] ?? '')).toMatchObject({ messages: [{ images: [PNG.toString('base64')] }] })
  })

  test('reaches each provider in its own way, whoever was asked before', async () => {
    const { ask, sent, internet } = await place()
    const cat = image('https://example.com/cat.png')
    await ask('google/gemini-2.5-flash', text, cat)
    await ask('anthropic/claude-opus-5', text, cat)
    const [gemini = '', claude = ''] = sent
    expect(gemini).toContain(`"inlineData":{"mimeType":"image/png","data":"${PNG.toString('base64')}"}`)
    expect(claude).toContain('"source":{"type":"url","url":"https://example.com/cat.png"}')
    expect(internet.dialled).toEqual([PUBLIC])
  })

  test('is told to the next provider as the client told it, where another failed that was sent the bytes', async () => {
    const { ask, sent } = await place()
    await ask('cats', text, image('https://example.com/cat.png'))
    expect(sent).toHaveLength(2)
    expect(sent[0]).toContain('inlineData')
    expect(sent[1]).toContain('"source":{"type":"url","url":"https://example.com/cat.png"}')
  })

  test('is sent as what it is, not as what its server says', async () => {
    const { ask, sent } = await place({
      handle: (_request, response) => response.setHeader('content-type', 'image/jpeg').end(PNG),
    })
    await ask('google/gemini-2.5-flash', image('https://example.com/cat.jpg'))
    expect(sent[0]).toContain('"mimeType":"image/png"')
  })

  test('is given up within 100 ms of the client leaving, and no provider is asked', async () => {
    const { client, internet, sent, log } = await place({ handle: () => {} })
    const left = new AbortController()
    const asked = client.chat.completions
      .create(
        { model: 'ollama/m', messages: [{ role: 'user', content: [image('https://example.com/cat.png')] }] },
        { signal: left.signal },
      )
      .catch((error: unknown) => error)
    await expect.poll(() => internet.open.size).toBe(1)
    left.abort()
    const start = performance.now()
    expect(await asked).toBeInstanceOf(Error)
    await expect.poll(() => internet.open.size, { interval: 5, timeout: 1000 }).toBe(0)
    expect(performance.now() - start).toBeLessThan(100)
    await expect.poll(() => log).toMatchObject([{ status: 499 }])
    expect(sent).toEqual([])
  })
})

describe('an address that is refused', () => {
  test.each([
    ['https://169.254.169.254/latest/meta-data/', 'no public server answers there within 1000 ms'],
    ['https://intranet.example.com/', 'no public server answers there within 1000 ms'],
    ['http://example.com/a.png', 'only https addresses are fetched'],
    ['http://127.0.0.1/a.png', 'only https addresses are fetched'],
    ['gs://bucket/a.png', 'only https addresses are fetched'],
    ['https://user:secret@example.com/a.png', 'addresses with credentials are not fetched'],
    ['https://example.com/page', 'it is text/html, not a picture'],
    ['https://example.com/gone', 'the server answered 404'],
    ['https://example.com/metadata', 'no public server answers there within 1000 ms'],
  ])('is named: %s', async (address, reason) => {
    const { refusal, sent, internet } = await place({
      names: (name) => (name.startsWith('intranet') ? ['10.0.0.5'] : [PUBLIC]),
      handle: ({ url }, response) => {
        if (url === '/gone') response.writeHead(404).end()
        else if (url === '/metadata') response.writeHead(302, { location: 'https://169.254.169.254/' }).end()
        else response.setHeader('content-type', 'text/html').end('<!doctype html>')
      },
    })
    const error = await refusal(text, image(address))
    expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    expect(error).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'messages[0].content[1].image_url',
      error: { message: `The address could not be fetched: ${reason}. Send the bytes as a data URL.` },
    })
    expect(sent).toEqual([])
    expect(internet.dialled.every((dialled) => dialled === PUBLIC)).toBe(true)
  })

  test('is a file too', async () => {
    const { client } = await place({ names: () => ['10.0.0.5'] })
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'https://example.com/a.pdf' } } as const
    const asked = client.chat.completions.create({
      model: 'google/gemini-2.5-flash',
      messages: [{ role: 'user', content: [text, file] }],
    })
    await expect(asked).rejects.toMatchObject({
      param: 'messages[0].content[1].file',
      error: { message: expect.stringContaining('no public server answers there') },
    })
  })

  test('is told why in the log, and only there', async () => {
    const { refusal, log } = await place({ names: () => ['10.0.0.5'] })
    expect((await refusal(image('https://example.com/'))).message).not.toMatch(/10\.0|ECONN|private/u)
    expect(log[0]?.failure?.cause).toEqual(new Error('example.com is not public'))
    const lost = await place({ names: () => [] })
    await lost.refusal(image('https://example.com/'))
    expect(lost.log[0]?.failure?.cause).toEqual(new Error('example.com has no public address'))
  })
})

describe('fetching', () => {
  test('that is turned off refuses every address, by name', async () => {
    const { refusal, internet } = await place({ handle: picture }, false)
    expect(await refusal(text, image('https://example.com/cat.png'))).toMatchObject({
      status: 400,
      param: 'messages[0].content[1].image_url',
      error: { message: 'This provider does not read addresses. Send the bytes as a data URL.' },
    })
    expect(internet.asked).toEqual([])
  })

  test('that is limited to hosts refuses others', async () => {
    const { ask, refusal } = await place({ handle: picture }, { hosts: ['*.example.com'] })
    expect((await ask('ollama/m', image('https://a.example.com/cat.png'))).choices).toHaveLength(1)
    expect((await refusal(image('https://example.com/cat.png'))).message).toContain(
      'example.com is not among the hosts that may be fetched from',
    )
  })

  const configurations: readonly (readonly [media: Config['media'], reason: string])[] = [
    [{}, 'no public server answers there within 10000 ms'],
    [{ patience: 500 }, 'no public server answers there within 500 ms'],
    [{ hosts: ['example.com'] }, 'is not among the hosts that may be fetched from'],
    [false, 'This provider does not read addresses'],
  ]

  test.each(configurations)('goes by the configuration: %j', async (media, reason) => {
    const gateway = createGateway({ providers: { ollama: {} }, media, environment: {} })
    const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
    const content = [image('https://127.0.0.1/a.png')]
    const asked = client.chat.completions.create({ model: 'ollama/m', messages: [{ role: 'user', content }] })
    await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining(reason) })
  })
})
