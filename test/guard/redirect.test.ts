import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { PUBLIC } from './internet.ts'
import { picture, trial, type Trial, unreached } from './rig.ts'

/** A server that redirects from `/` to one place, and has the picture everywhere else. */
function redirecting(location: string, status = 302): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.url === '/') response.writeHead(status, { location }).end('moved')
    else picture(request, response)
  }
}

/** Private names lead to private addresses, as they would inside a network. */
function names(name: string): readonly string[] {
  return name === 'intranet.example.com' ? ['10.0.0.5'] : [PUBLIC]
}

async function redirected(location: string, status?: number): Promise<Trial> {
  return trial({ names, handle: redirecting(location, status) })
}

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('with %i is followed', async (status) => {
    const { get } = await redirected('https://cdn.example.com/a.png', status)
    expect(await get('https://example.com/')).toMatchObject({ mime: 'image/png' })
  })

  test.each(['/a.png', 'a.png', '//cdn.example.com/a.png', '?a', `https://${PUBLIC}/a.png`])(
    'to %s is followed',
    async (location) => {
      const { get } = await redirected(location)
      expect(await get('https://example.com/')).toMatchObject({ mime: 'image/png' })
    },
  )

  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.5]/',
    'https://[64:ff9b::a00:5]/',
    'https://localhost/',
    'https://metadata.google.internal/',
    'https://intranet.example.com/',
    '//0x7f.1/',
  ])('to %s is not', async (location) => {
    const { refusal, internet } = await redirected(location)
    expect(await refusal('https://example.com/')).toBe(unreached())
    expect(internet.dialled).toEqual([PUBLIC])
  })

  test.each([
    'http://example.com/a.png',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'data:image/png;base64,iVBORw0KGgo=',
    'ftp://example.com/a.png',
    'gopher://example.com/',
    'javascript:alert(1)',
  ])('to %s is not', async (location) => {
    const { refusal, internet } = await redirected(location)
    expect(await refusal('https://example.com/')).toBe('only https addresses are fetched')
    expect(internet.dialled).toEqual([PUBLIC])
  })

  test.each([
    ['https://user:secret@example.com/a.png', 'addresses with credentials are not fetched'],
    ['https://example.com:22/', 'the port 22 is not fetched from, only 443'],
    ['https://[', 'it redirects to something that is no URL'],
  ])('to %s is not', async (location, reason) => {
    const { refusal } = await redirected(location)
    expect(await refusal('https://example.com/')).toBe(reason)
  })

  test('to a host that is not listed is not followed', async () => {
    const { refusal } = await trial(
      { handle: redirecting('https://cdn.example.com/a.png') },
      { hosts: ['example.com'] },
    )
    expect(await refusal('https://example.com/')).toBe(
      'cdn.example.com is not among the hosts that may be fetched from',
    )
  })

  test('after another is checked like the first', async () => {
    const steps: Readonly<Record<string, string>> = {
      '/': 'https://a.example.com/1',
      '/1': 'https://b.example.com/2',
      '/2': 'https://intranet.example.com/3',
    }
    const { refusal, internet } = await trial({
      names,
      handle: (request, response) => response.writeHead(302, { location: steps[request.url ?? ''] }).end(),
    })
    expect(await refusal('https://example.com/')).toBe(unreached())
    expect(internet.dialled).toEqual([PUBLIC, PUBLIC, PUBLIC])
  })

  test('in a circle is given up after the fifth', async () => {
    let asked = 0
    const { refusal } = await trial({
      handle: (_request, response) => {
        asked++
        response.writeHead(302, { location: '/' }).end()
      },
    })
    expect(await refusal('https://example.com/')).toBe('it redirects too often')
    expect(asked).toBe(6)
  })

  test.each([300, 304, 305])('is none with %i', async (status) => {
    const { refusal } = await redirected('https://cdn.example.com/a.png', status)
    expect(await refusal('https://example.com/')).toBe(`the server answered ${status}`)
  })

  test('without a place to go to is none', async () => {
    const { refusal } = await trial({ handle: (_request, response) => response.writeHead(302).end() })
    expect(await refusal('https://example.com/')).toBe('the server answered 302')
  })

  test('carries nothing over that a server said', async () => {
    const told: (readonly [path: string | undefined, headers: IncomingMessage['headers']])[] = []
    const { get } = await trial({
      handle: ({ url, headers }, response) => {
        told.push([url, headers])
        if (url === '/')
          response.writeHead(302, { location: '/a.png', 'set-cookie': 'a=b', 'www-authenticate': 'Basic' })
        response.end('GIF89a')
      },
    })
    await get('https://example.com/#fragment')
    const headers = {
      host: 'example.com',
      accept: '*/*',
      'accept-encoding': 'identity',
      'accept-language': '*',
      'user-agent': 'dragoman',
      'sec-fetch-mode': 'cors',
      connection: 'keep-alive',
    }
    expect(told).toEqual([
      ['/', headers],
      ['/a.png', headers],
    ])
  })
})
