import { afterEach, describe, expect, test, vi } from 'vitest'
import { certify } from './certificate.ts'
import { PUBLIC } from './internet.ts'
import { picture, trial, unreached } from './rig.ts'

const ADDRESS = 'https://example.com/a.png'

afterEach(() => vi.unstubAllEnvs())

describe('a certificate', () => {
  test.each([
    ['is for another name', certify(['other.example'])],
    ['is for names below', certify(['*.example.com'])],
    ['is for the address alone', certify([PUBLIC])],
    ['ran out', certify(['example.com'], { expired: true })],
  ])('that %s is not trusted', async (_what, certificate) => {
    const { refusal } = await trial({ handle: picture, certificate })
    expect(await refusal(ADDRESS)).toBe(unreached())
  })

  test('that nobody vouches for is not trusted, even where the environment says that all are', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const { refusal, internet } = await trial({ handle: picture, trusted: certify(['example.com']) })
    expect(await refusal(ADDRESS)).toBe(unreached())
    expect(internet.dialled).toEqual([PUBLIC])
  })

  test('for an address is trusted for the address alone', async () => {
    const certificate = certify([PUBLIC])
    const { get } = await trial({ handle: picture, certificate })
    expect(await get(`https://${PUBLIC}/a.png`)).toMatchObject({ mime: 'image/png' })
    const { refusal } = await trial({ handle: picture, certificate: certify(['1.1.1.1']) })
    expect(await refusal(`https://${PUBLIC}/a.png`)).toBe(unreached())
  })
})

describe('the environment', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'HTTP_PROXY'])('has no say: %s', async (name) => {
    vi.stubEnv(name, 'http://127.0.0.1:9')
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const { get, internet } = await trial()
    expect(await get(ADDRESS)).toMatchObject({ mime: 'image/png' })
    expect(internet.dialled).toEqual([PUBLIC])
  })
})

describe('where to fetch from', () => {
  test.each([
    [
      'example.com',
      ['https://example.com/'],
      ['https://a.example.com/', 'https://notexample.com/', 'https://example.org/'],
    ],
    ['Example.COM.', ['https://example.com/', 'https://EXAMPLE.com./'], []],
    [
      '*.example.com',
      ['https://a.example.com/', 'https://a.b.example.com/'],
      ['https://example.com/', 'https://aexample.com/'],
    ],
    ['example.com:8443', ['https://example.com:8443/'], ['https://example.com/', 'https://example.com:8444/']],
    ['example.com:443', ['https://example.com/', 'https://example.com:443/'], ['https://example.com:8443/']],
    ['bücher.example.com', ['https://xn--bcher-kva.example.com/'], ['https://bucher.example.com/']],
    [PUBLIC, [`https://${PUBLIC}/`], ['https://93.184.215.15/', 'https://example.com/']],
  ])('is limited to %s', async (host, fetched, refused) => {
    const certificate = certify(['example.com', '*.example.com', 'a.b.example.com', PUBLIC])
    const { get, refusal } = await trial({ handle: picture, certificate }, { hosts: [host] })
    for (const address of fetched) expect(await get(address)).toMatchObject({ mime: 'image/png' })
    for (const address of refused)
      expect(await refusal(address)).toBe(`${new URL(address).host} is not among the hosts that may be fetched from`)
  })

  test.each(['127.0.0.1', 'localhost', 'files.corp.internal', 'private.example.com', '[::1]'])(
    'is public even where %s is listed',
    async (host) => {
      const { refusal, internet } = await trial({ handle: picture, names: () => ['10.0.0.5'] }, { hosts: [host] })
      expect(await refusal(`https://${host}/`)).toBe(unreached())
      expect(internet.dialled).toEqual([])
    },
  )

  test('is nowhere where none is listed', async () => {
    const { refusal } = await trial({ handle: picture }, { hosts: [] })
    expect(await refusal(ADDRESS)).toMatch(/^example.com is not among/u)
  })

  test.each([
    ['http://example.com/a.png', 'only https addresses are fetched'],
    ['file:///etc/passwd', 'only https addresses are fetched'],
    ['ftp://example.com/a.png', 'only https addresses are fetched'],
    ['data:image/png;base64,AAAA', 'only https addresses are fetched'],
    ['gs://bucket/a.png', 'only https addresses are fetched'],
    ['https://user:secret@example.com/a.png', 'addresses with credentials are not fetched'],
    ['https://user@example.com/a.png', 'addresses with credentials are not fetched'],
    ['https://example.com:22/a.png', 'the port 22 is not fetched from, only 443'],
    ['https://example.com:8443/a.png', 'the port 8443 is not fetched from, only 443'],
  ])('is not %s', async (address, reason) => {
    const { refusal, internet } = await trial()
    expect(await refusal(address)).toBe(reason)
    expect(internet.asked).toEqual([])
  })
})

describe('what is told of a network', () => {
  test('is the same for all that is refused, closed, silent or not there', async () => {
    const patience = 300
    const told = await Promise.all([
      (await trial({ closed: true }, { patience })).refusal(ADDRESS),
      (await trial({ names: () => ['10.0.0.5'] }, { patience })).refusal(ADDRESS),
      (await trial({ names: () => [] }, { patience })).refusal(ADDRESS),
      (await trial({ names: () => 'silence' }, { patience })).refusal(ADDRESS),
      (await trial({}, { patience })).refusal(ADDRESS),
      (await trial({ handle: (_request, { socket }) => void socket?.destroy() }, { patience })).refusal(ADDRESS),
      (await trial({ handle: picture, certificate: certify(['a.example']) }, { patience })).refusal(ADDRESS),
      (await trial({}, { patience })).refusal('https://10.0.0.5/'),
      (await trial({}, { patience })).refusal('https://db.internal/'),
    ])
    expect(new Set(told)).toEqual(new Set([unreached(patience)]))
  })
})
