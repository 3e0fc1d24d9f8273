import { describe, expect, test } from 'vitest'
import type { ChatCodec } from '../../src/adapter.ts'
import type { ChatRequest, Part } from '../../src/canonical.ts'
import { GatewayError } from '../../src/errors.ts'
import { type FetchMedia, type Media, MediaError, MOST, MOST_BYTES, resolveMedia } from '../../src/media.ts'

const BYTES: Media = { data: 'AAAA', mime: 'image/png' }

function image(url: string): Part {
  return { type: 'image', source: { type: 'url', url } }
}

function pictures(count: number): readonly Part[] {
  return Array.from({ length: count }, (_, index) => image(`https://example.com/${index}`))
}

function asking(...content: readonly Part[]): ChatRequest {
  return { model: 'm', stream: false, messages: [{ role: 'user', content }] }
}

/** Words of a provider, of which nothing matters here but the addresses it reads. */
function reading(takes?: ChatCodec['takes']): ChatCodec {
  const never = (): never => {
    throw new Error('never asked')
  }
  const schema = { safeParse: never }
  const codec = { framing: 'sse', format: '', body: schema, frame: schema, encode: never, frames: never, decode: never }
  return { ...codec, framing: 'sse', ...(takes && { takes }) }
}

const nothing = reading(() => false)

async function resolve(
  request: ChatRequest,
  fetchMedia: FetchMedia | undefined,
  { chat = nothing, signal = new AbortController().signal } = {},
): Promise<ChatRequest> {
  return resolveMedia(request, chat, fetchMedia, signal)
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(GatewayError)
  return error instanceof GatewayError ? error.failure : undefined
}

describe('addresses of a request', () => {
  test('become bytes, and the request of the client stays as it was', async () => {
    const request = asking({ type: 'text', text: 'a' }, image('https://example.com/a'))
    const before = structuredClone(request)
    const resolved = await resolve(request, async () => BYTES)
    expect(resolved.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: { type: 'data', data: 'AAAA', mime: 'image/png' } },
        ],
      },
    ])
    expect(request).toEqual(before)
  })

  test('keep what else is said of a part, and leave out a type that is not known', async () => {
    const part: Part = { type: 'file', source: { type: 'url', url: 'https://example.com/a' }, filename: 'notes.md' }
    const resolved = await resolve(asking(part), async () => ({ data: 'AAAA' }))
    expect(resolved.messages[0]).toEqual({
      role: 'user',
      content: [{ type: 'file', source: { type: 'data', data: 'AAAA' }, filename: 'notes.md' }],
    })
  })

  test('are left alone where the provider reads them', async () => {
    const request = asking(image('https://example.com/a'))
    const never: FetchMedia = () => Promise.reject(new Error('fetched'))
    expect(await resolve(request, never, { chat: reading(() => true) })).toBe(request)
    expect(await resolve(request, never, { chat: reading() })).toBe(request)
  })

  test('are told apart by what the provider reads', async () => {
    const chat = reading((url, part) => url.protocol === 's3:' || part.type === 'file')
    const request = asking(image('s3://bucket/a'), image('https://example.com/a'), {
      type: 'file',
      source: { type: 'url', url: 'https://example.com/a' },
    })
    const asked: string[] = []
    await resolve(request, async ({ href }) => (asked.push(href), BYTES), { chat })
    expect(asked).toEqual(['https://example.com/a'])
  })

  test('are fetched in answers of tools and in instructions too', async () => {
    const content = [image('https://example.com/a')]
    const request: ChatRequest = {
      ...asking(),
      messages: [
        { role: 'system', content },
        { role: 'tool', id: 'a', content },
      ],
    }
    const asked: string[] = []
    const resolved = await resolve(request, async ({ href }) => (asked.push(href), BYTES))
    expect(JSON.stringify(resolved)).not.toContain('https:')
    expect(asked).toEqual(['https://example.com/a'])
  })

  test('that are the same are fetched once', async () => {
    const asked: string[] = []
    const same = [
      'https://example.com/a',
      'HTTPS://EXAMPLE.com:443/a',
      'https://example.com/b',
      'https://example.com/a',
    ]
    await resolve(asking(...same.map(image)), async ({ href }) => (asked.push(href), BYTES))
    expect(asked).toEqual(['https://example.com/a', 'https://example.com/b'])
  })

  test('are fetched four at a time', async () => {
    let running = 0
    let most = 0
    const slow: FetchMedia = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
      return BYTES
    }
    await resolve(asking(...pictures(MOST)), slow)
    expect(most).toBe(4)
  })

  test('are at most 20, or none is fetched', async () => {
    let fetched = 0
    const refused = resolve(asking(...pictures(21)), async () => (fetched++, BYTES))
    expect(await refusal(refused)).toMatchObject({
      status: 400,
      param: 'messages[0].content[20].image_url',
      message: 'At most 20 addresses can be fetched for one request.',
    })
    expect(fetched).toBe(0)
  })

  test('hold at most 64 MiB together, however often the same is sent', async () => {
    const sixteen: Media = { mime: 'image/png', data: 'A'.repeat((MOST_BYTES / 4 / 3) * 4) }
    await resolve(asking(...pictures(3)), async () => sixteen)
    const same = Array.from({ length: 5 }, () => image('https://example.com/a'))
    expect(await refusal(resolve(asking(...same), async () => sixteen))).toMatchObject({
      status: 400,
      param: 'messages[0].content[4].image_url',
      message: 'What was fetched for this request is larger than 67108864 bytes. Send fewer or smaller files.',
    })
  })

  test('are refused by name where one cannot be fetched, and the others are given up', async () => {
    const stopped: string[] = []
    const fetchMedia: FetchMedia = (url, signal) =>
      url.pathname === '/1'
        ? Promise.reject(new MediaError('the server answered 404'))
        : new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              stopped.push(url.pathname)
              reject(signal.reason)
            }),
          )
    expect(await refusal(resolve(asking(...pictures(6)), fetchMedia))).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      code: 'invalid_value',
      param: 'messages[0].content[1].image_url',
      message: 'The address could not be fetched: the server answered 404. Send the bytes as a data URL.',
    })
    expect(stopped).toEqual(['/0', '/2', '/3'])
  })

  test('are given up where the client leaves', async () => {
    const client = new AbortController()
    const waiting: FetchMedia = (_url, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const resolved = resolve(asking(...pictures(2)), waiting, { signal: client.signal })
    client.abort(new Error('gone'))
    await expect(resolved).rejects.toThrow('gone')
  })

  test.each([
    ['text/html', 'it is text/html, not a picture'],
    ['application/pdf', 'it is application/pdf, not a picture'],
    [undefined, 'it is of an unknown type, not a picture'],
  ])('of pictures lead to pictures, not to %s', async (mime, reason) => {
    const refused = resolve(asking(image('https://example.com/a')), async () => ({
      data: 'AAAA',
      ...(mime && { mime }),
    }))
    expect(await refusal(refused)).toMatchObject({
      param: 'messages[0].content[0].image_url',
      message: `The address could not be fetched: ${reason}. Send the bytes as a data URL.`,
    })
  })

  test('are refused where nothing is fetched', async () => {
    const file: Part = { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } }
    expect(await refusal(resolve(asking(file), undefined))).toMatchObject({
      status: 400,
      param: 'messages[0].content[0].file',
      message: 'This provider does not read addresses. Send the bytes as a data URL.',
    })
  })

  test('are URLs', async () => {
    expect(await refusal(resolve(asking(image('https://[')), async () => BYTES))).toMatchObject({
      param: 'messages[0].content[0].image_url',
      message: 'The address is not a URL.',
    })
  })
})
