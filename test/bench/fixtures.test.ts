import { Readable } from 'node:stream'
import Anthropic from '@anthropic-ai/sdk'
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { google } from '../../adapters/google.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import type { Adapter } from '../../src/adapter.ts'
import type { ReplyEvent } from '../../src/canonical.ts'
import { Reply } from '../../src/reply.ts'
import { splitter } from '../../src/wire/framing.ts'
import { chatCompletion, nativeMessage, prose } from './conversation.ts'
import { drive, type Load } from './driver.ts'
import { chunk, LAST_CHUNK, MessageReader } from './http-reader.ts'
import { prepare } from './replies.ts'
import { type Protocol, PROTOCOLS, scenario, SCENARIOS, type ScenarioName } from './scenarios.ts'
import { serveUpstream, type Upstream } from './upstream.ts'

const DELTAS = 25

const adapters: Readonly<Record<Protocol, Adapter>> = {
  anthropic: anthropic({ apiKey: 'test' }),
  google: google({ apiKey: 'test' }),
  openai: openai({ apiKey: 'test' }),
  bedrock: bedrock({ apiKey: 'test' }),
}

/** The text of a prepared stream, and of a prepared whole reply. */
const streamedText = Array.from({ length: DELTAS }, (_, index) => prose(8 + (index % 5) * 5, index + 1))
const wholeText = prose(600)

let upstream: Upstream
beforeAll(async () => {
  upstream = await serveUpstream()
  upstream.shape({ deltas: DELTAS, pace: 0 })
})
afterAll(() => upstream.close())

const address = (): string => `http://127.0.0.1:${upstream.port}`

describe.each(PROTOCOLS)('the reply of %s', (protocol) => {
  const { chat } = adapters[protocol]
  const { whole, opening, deltas, closing } = prepare(protocol, DELTAS)

  test('is one its adapter knows, whole', () => {
    expect(chat?.body.safeParse(JSON.parse(whole.toString()))).toMatchObject({ success: true })
  })

  test('is one its adapter knows, in every event of its stream', () => {
    const frames: unknown[] = []
    const cut = splitter(chat?.framing ?? 'sse', { frame: (text) => frames.push(JSON.parse(text)), done: () => {} })
    cut.feed(Buffer.concat([...opening, ...deltas, ...closing]))
    for (const frame of frames)
      expect(chat?.frame.safeParse(frame), JSON.stringify(frame)).toMatchObject({ success: true })
    const marks = protocol === 'openai' ? 1 : 0
    expect(frames.length).toBe(opening.length + deltas.length + closing.length - marks)
  })

  test('comes to as many pieces of text as were asked for', () => {
    const told: ReplyEvent[] = []
    const reply = new Reply({
      write: (event) => told.push(event),
      now: () => 0,
      newId: (prefix) => prefix,
      origin: { format: 'test' },
      model: 'test',
    })
    const cut = splitter(chat?.framing ?? 'sse', {
      frame(text) {
        const frame = chat?.frame.safeParse(JSON.parse(text))
        if (frame?.success) chat?.decode(frame.data, reply)
      },
      done: () => reply.end(),
    })
    cut.feed(Buffer.concat([...opening, ...deltas, ...closing]))
    reply.end(false)
    const texts = told.flatMap((event) =>
      event.type === 'open' ? [event.block.text] : event.type === 'append' ? [event.text] : [],
    )
    expect(texts).toEqual(streamedText)
    expect(told.at(-1)).toMatchObject({ type: 'end', usage: { input: 250, output: 150 } })
  })
})

describe('the mock upstream is understood by the SDK of', () => {
  const question = { role: 'user', content: 'Hi.' } as const

  test('Anthropic', async () => {
    const client = new Anthropic({ apiKey: 'test', baseURL: address(), maxRetries: 0 })
    const asked = { model: 'claude-haiku-4-5', max_tokens: 100, messages: [question] }
    const whole = await client.messages.create(asked)
    expect(whole.content).toEqual([{ type: 'text', text: wholeText }])
    const told: string[] = []
    const stream = client.messages.stream(asked).on('text', (text) => told.push(text))
    expect(await stream.finalText()).toBe(streamedText.join(''))
    expect(told).toEqual(streamedText)
  })

  test('Google', async () => {
    const client = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: address() } })
    const asked = { model: 'gemini-2.5-flash', contents: 'Hi.' }
    expect((await client.models.generateContent(asked)).text).toBe(wholeText)
    const told: unknown[] = []
    for await (const { text } of await client.models.generateContentStream(asked)) told.push(text)
    expect(told).toEqual(streamedText)
  })

  test('OpenAI', async () => {
    const client = new OpenAI({ apiKey: 'test', baseURL: `${address()}/v1`, maxRetries: 0 })
    const asked = { model: 'gpt-4o-mini', messages: [question] }
    const whole = await client.chat.completions.create(asked)
    expect(whole.choices[0]?.message.content).toBe(wholeText)
    const told: string[] = []
    const stream = client.chat.completions.stream(asked).on('content', (text) => told.push(text))
    expect(await stream.finalContent()).toBe(streamedText.join(''))
    expect(told).toEqual(streamedText)
  })

  test('AWS', async () => {
    const client = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: address(),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      // It would use HTTP/2.
      requestHandler: {
        async handle({ path, headers, body }: { path: string; headers: Record<string, string>; body: string }) {
          const response = await fetch(address() + path, { method: 'POST', headers, body })
          const { status: statusCode } = response
          const read = Readable.from(Buffer.from(await response.arrayBuffer()), { objectMode: false })
          return { response: { statusCode, headers: Object.fromEntries(response.headers), body: read } }
        },
      },
    })
    const asked = {
      modelId: 'amazon.nova-lite-v1:0',
      messages: [{ role: 'user' as const, content: [{ text: 'Hi.' }] }],
    }
    const { output } = await client.send(new ConverseCommand(asked))
    expect(output?.message?.content).toEqual([{ text: wholeText }])
    const told: unknown[] = []
    const { stream = [] } = await client.send(new ConverseStreamCommand(asked))
    for await (const { contentBlockDelta } of stream) {
      if (contentBlockDelta) told.push(contentBlockDelta.delta?.text)
    }
    expect(told).toEqual(streamedText)
  })
})

describe('a request', () => {
  test.each(Object.keys(SCENARIOS) as ScenarioName[])('of %s is one that OpenAI and Anthropic accept', (name) => {
    const { bytes, stream } = scenario(name)
    const [chat, native] = [
      chatCompletion('gpt-4o-mini', bytes, stream),
      nativeMessage('claude-haiku-4-5', bytes, stream),
    ]
    expect(chatRequest.safeParse(JSON.parse(chat.body))).toMatchObject({ success: true })
    expect(messagesRequest.safeParse(JSON.parse(native.body))).toMatchObject({ success: true })
  })

  test.each([1000, 100_000])('of %i bytes has about that size in both formats', (bytes) => {
    for (const { body } of [chatCompletion('m', bytes, false), nativeMessage('m', bytes, false)]) {
      expect(body.length).toBeGreaterThan(bytes * 0.85)
      expect(body.length).toBeLessThan(bytes * 1.15)
    }
  })
})

describe('reading HTTP', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const bytes = Buffer.concat([
    Buffer.from(`${head}content-length: 5\r\n\r\nhello`),
    Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`),
    chunk(Buffer.from('some ')),
    chunk(Buffer.from('words, and 0\r\n\r\n')),
    LAST_CHUNK,
    Buffer.from(`${head}content-length: 0\r\n\r\n`),
  ])

  test('does not care where its bytes are cut', () => {
    for (let size = 1; size <= bytes.length; size++) {
      const bodies: string[] = []
      let body = ''
      const reader = new MessageReader({
        head: () => (body = ''),
        body: (more) => (body += more.toString()),
        end: () => bodies.push(body),
      })
      for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size))
      expect(bodies, `cut every ${size} bytes`).toEqual(['hello', 'some words, and 0\r\n\r\n', ''])
    }
  })
})

describe('the driver', () => {
  const load = (stream: boolean): Load => {
    const { path, body } = nativeMessage('claude-haiku-4-5', 1000, stream)
    const request = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    return { port: upstream.port, request, concurrency: 3, milliseconds: 20_000, requests: 30, least: 600 }
  }

  test('asks as often as it is told to', async () => {
    expect(await drive(load(false))).toMatchObject({ requests: 30, failed: 0 })
    expect(await drive(load(true))).toMatchObject({ requests: 30, failed: 0 })
  })

  test('counts a body that is too short as a failure', async () => {
    expect(await drive({ ...load(false), least: 100_000 })).toMatchObject({ requests: 0, failed: 30 })
  })

  test('sees the first event of a paced stream long before the last', async () => {
    upstream.shape({ deltas: DELTAS, pace: 4 })
    const { requests, first, latency } = await drive({ ...load(true), requests: 3 })
    upstream.shape({ deltas: DELTAS, pace: 0 })
    expect(requests).toBe(3)
    expect(latency.median).toBeGreaterThan(DELTAS * 3)
    expect(first.median).toBeLessThan(latency.median / 2)
  })

  test('holds streams open until it gives them up', async () => {
    upstream.shape({ deltas: 1000, pace: 50 })
    const told = await drive({ ...load(true), milliseconds: 500, abandon: true })
    upstream.shape({ deltas: DELTAS, pace: 0 })
    expect(told).toMatchObject({ requests: 0, open: 3 })
  })
})
