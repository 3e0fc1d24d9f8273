import type { ServerResponse } from 'node:http'
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PNG, picture, trial, type Trial } from './rig.ts'
import type { GuardOptions } from '../../src/media.ts'

const ADDRESS = 'https://example.com/a'

function serving(handle: (response: ServerResponse) => void, limits?: GuardOptions): Promise<Trial> {
  return trial({ handle: (_request, response) => handle(response) }, limits)
}

/** Bytes with a type the server tells. */
function saying(type: string, body: string | Buffer): Promise<Trial> {
  return serving((response) => response.setHeader('content-type', type).end(body))
}

describe('what a file is', () => {
  test.each([
    ['image/png', PNG, 'image/png'],
    ['application/octet-stream', PNG, 'image/png'],
    ['text/html', PNG, 'image/png'],
    ['image/jpeg', PNG, 'image/png'],
    ['image/png', Buffer.from('ffd8ffe0', 'hex'), 'image/jpeg'],
    ['image/png', '%PDF-1.7', 'application/pdf'],
    ['text/plain; charset=utf-8', 'BM is how some words begin', 'text/plain'],
    ['Text/CSV', 'a,b', 'text/csv'],
    ['application/json', '{}', 'application/json'],
    ['text/html', '<!doctype html>', 'text/html'],
  ])('that is said to be %s is told by its bytes', async (type, body, mime) => {
    const { get } = await saying(type, body)
    expect(await get(ADDRESS)).toEqual({ data: Buffer.from(body).toString('base64'), mime })
  })

  test.each([
    ['image/png', '<!doctype html>'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['application/pdf', '<html>'],
    ['audio/mpeg', 'words'],
    ['application/octet-stream', 'words'],
  ])('is not known where it is said to be %s and its bytes do not show it', async (type, body) => {
    const { get } = await saying(type, body)
    expect(await get(ADDRESS)).toEqual({ data: Buffer.from(body).toString('base64') })
  })
})

describe('a server', () => {
  test.each([400, 401, 403, 404, 410, 429, 500, 503])('that answers %i has no file', async (status) => {
    const { refusal } = await serving((response) => response.writeHead(status).end(PNG))
    expect(await refusal(ADDRESS)).toBe(`the server answered ${status}`)
  })

  test.each([200, 204])('that answers %i with nothing has nothing', async (status) => {
    const { refusal } = await serving((response) => response.writeHead(status).end())
    expect(await refusal(ADDRESS)).toBe('there is nothing')
  })

  test('that breaks off has not sent a file', async () => {
    const { refusal } = await serving((response) => {
      response.writeHead(200, { 'content-length': 1000 }).write(PNG, () => response.destroy())
    })
    expect(await refusal(ADDRESS)).toBe('it broke off')
  })

  test('that breaks off in the middle of a chunk has not sent a file', async () => {
    const { refusal } = await serving((response) => {
      response.write(PNG, () => response.destroy())
    })
    expect(await refusal(ADDRESS)).toBe('it broke off')
  })

  test('that says less than it sends is not read further', async () => {
    const { get } = await serving((response) => {
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-length: ${PNG.length}\r\n\r\n${PNG.toString('latin1')}more`,
        'latin1',
      )
    })
    expect(await get(ADDRESS)).toEqual({ data: PNG.toString('base64'), mime: 'image/png' })
  })

  test('that says broken things in its headers is not believed', async () => {
    const { refusal } = await serving((response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd')
    })
    expect(await refusal(ADDRESS)).toMatch(/^no public server/u)
  })

  test('that sends headers without end is not listened to', async () => {
    const { refusal } = await serving(({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\n')
      for (let count = 0; count < 1000; count++) socket?.write(`x-${count}: ${'a'.repeat(1000)}\r\n`)
    })
    expect(await refusal(ADDRESS)).toMatch(/^no public server/u)
  })
})

describe('a file that is too large', () => {
  const bytes = 1024 * 1024

  test('is not read where its length is told', async () => {
    let sent = 0
    const { refusal } = await serving(
      (response) => {
        response.writeHead(200, { 'content-length': bytes + 1 })
        const more = (): void => {
          sent += 1024
          if (!response.destroyed) response.write(Buffer.alloc(1024), () => setTimeout(more, 5))
        }
        more()
      },
      { bytes },
    )
    expect(await refusal(ADDRESS)).toBe(`it is larger than ${bytes} bytes`)
    expect(sent).toBeLessThan(bytes)
  })

  test('is read no further than the limit where it has no end', async () => {
    const { refusal, internet } = await serving(
      (response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
          response.once('drain', more)
        }
        more()
      },
      { bytes },
    )
    expect(await refusal(ADDRESS)).toBe(`it is larger than ${bytes} bytes`)
    await expect.poll(() => internet.open.size).toBe(0)
  })

  test('is one byte larger than the limit', async () => {
    const exact = await serving((response) => response.end(Buffer.alloc(bytes)), { bytes })
    expect((await exact.get(ADDRESS)).data).toHaveLength(Math.ceil(bytes / 3) * 4)
    const more = await serving((response) => response.end(Buffer.alloc(bytes + 1)), { bytes })
    expect(await more.refusal(ADDRESS)).toBe(`it is larger than ${bytes} bytes`)
  })

  test('is larger than 20 MiB unless said otherwise', async () => {
    const { refusal } = await serving((response) => response.writeHead(200, { 'content-length': 20_971_521 }).end())
    expect(await refusal(ADDRESS)).toBe('it is larger than 20971520 bytes')
  })

  // Up to a gigabyte in each.
  const zeros = Buffer.alloc(16 * 1024 * 1024)
  const gzip = Buffer.concat(Array.from({ length: 64 }, () => gzipSync(zeros)))
  const zstd = Buffer.concat(Array.from({ length: 64 }, () => zstdCompressSync(zeros)))
  const large = Buffer.alloc(128 * 1024 * 1024)
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 } }

  test.each([
    ['gzip', gzip],
    ['x-gzip', gzip],
    ['gzip, gzip', gzipSync(gzip)],
    ['deflate', deflateSync(large, { level: 1 })],
    ['br', brotliCompressSync(large, quick)],
    ['zstd', zstd],
  ])('is counted as it is decoded from %s, and not kept', async (encoding, body) => {
    const { refusal } = await serving((response) => response.setHeader('content-encoding', encoding).end(body), {
      bytes,
      patience: 10_000,
    })
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 1)
    expect(await refusal(ADDRESS)).toBe(`it is larger than ${bytes} bytes`)
    clearInterval(watch)
    expect(most).toBeLessThan(64 * 1024 * 1024)
  })

  test.each(['gzip', 'br', 'deflate', 'zstd'])('is refused where it is not the %s it says', async (encoding) => {
    const { refusal } = await serving((response) => response.setHeader('content-encoding', encoding).end(PNG))
    expect(await refusal(ADDRESS)).toBe('it broke off')
  })

  test('is a small one where it is encoded in vain', async () => {
    const { get } = await serving((response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(PNG)))
    expect(await get(ADDRESS)).toEqual({ data: PNG.toString('base64'), mime: 'image/png' })
    const often = await serving((response) =>
      response.setHeader('content-encoding', Array(9).fill('gzip').join(', ')).end(PNG),
    )
    expect(await often.refusal(ADDRESS)).toMatch(/^no public server/u)
  })

  test('leaves the limit alone for the next', async () => {
    const { get } = await trial({ handle: picture }, { bytes: PNG.length })
    for (let count = 0; count < 3; count++) expect(await get(ADDRESS)).toMatchObject({ mime: 'image/png' })
  })
})
