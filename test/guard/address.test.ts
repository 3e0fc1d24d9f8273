import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuardedFetch } from '../../src/guarded-fetch.ts'
import { isPublic, isPublicName } from '../../src/guarded-fetch/public.ts'
import { certify } from './certificate.ts'
import { PUBLIC } from './internet.ts'
import { picture, trial, unreached } from './rig.ts'

describe('an address', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true)
  })

  test.each([
    ['0.0.0.0', 'this network'],
    ['0.255.255.255', 'this network'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.0', 'shared with a provider'],
    ['100.100.100.200', 'metadata'],
    ['100.127.255.255', 'shared with a provider'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['168.63.129.16', 'a platform'],
    ['169.254.0.0', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.192', 'metadata'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', 'a relay'],
    ['192.168.0.0', 'private'],
    ['192.168.255.255', 'private'],
    ['198.18.0.0', 'benchmarks'],
    ['198.19.255.255', 'benchmarks'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.0', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:7f00:1', 'IPv4-mapped'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b::169.254.169.254', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64, local'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:20::1', 'ORCHID'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['2002:a9fe:a9fe::', '6to4'],
    ['3fff::1', 'documentation'],
    ['4000::1', 'not assigned'],
    ['5f00::1', 'segments'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local, with a zone'],
    ['2606:4700::1111%eth0', 'with a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['127.1', 'no address by itself'],
    ['not an address', 'none'],
    ['', 'none'],
  ])('%s is not: %s', (address) => {
    expect(isPublic(address)).toBe(false)
  })
})

describe('a name', () => {
  test.each([
    'example.com',
    'a.b.example.com',
    'example.com.',
    'local.example.com',
    'internal.example.com',
    'arpa.home.com',
  ])('%s can be public', (name) => {
    expect(isPublicName(name)).toBe(true)
  })

  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'metadata.google.internal.',
    'Metadata.Google.INTERNAL',
    'instance-data.ec2.internal',
    'router.home.arpa',
    'router.lan',
    'wiki.corp',
    'metadata',
    '',
    '.',
  ])('%s cannot', (name) => {
    expect(isPublicName(name)).toBe(false)
  })
})

/** Ways to write addresses of this machine and its network. */
const spellings = [
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0X7F.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://%31%32%37.0.0.1/',
  'https://127%2e0%2e0%2e1/',
  'https://１２７.０.０.１/',
  'https://127。0。0。1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://0/',
  'https://0.0.0.0/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xA9FEA9FE/',
  'https://2852039166/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::FFFF:7F00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://10.0.0.5/',
  'https://192.168.1.1/',
  'https://255.255.255.255/',
]

describe('what is not public', () => {
  test.each(spellings)('is not connected to as %s', async (address) => {
    const { refusal, internet } = await trial()
    expect(await refusal(address)).toBe(unreached())
    expect(internet).toMatchObject({ dialled: [], asked: [] })
  })

  test.each(['https://localhost/', 'https://LocalHost./', 'https://metadata.google.internal/', 'https://a.ｌocal/'])(
    'is not asked for as %s',
    async (address) => {
      const { refusal, internet } = await trial()
      expect(await refusal(address)).toBe(unreached())
      expect(internet).toMatchObject({ dialled: [], asked: [] })
    },
  )

  test.each([
    ['an address of this machine', ['127.0.0.1']],
    ['a private one', ['10.0.0.5']],
    ['a private one of IPv6', ['fd00::1']],
    ['one that a relay would reach', ['64:ff9b::a00:5']],
    ['a mapped one', ['::ffff:10.0.0.5']],
    ['a public and a private one', [PUBLIC, '10.0.0.5']],
    ['a private and a public one', ['10.0.0.5', PUBLIC]],
    ['a public one, and a private one of IPv6', [PUBLIC, '::1']],
    ['no address', []],
  ])('is not connected to through a name that leads to %s', async (_what, found) => {
    const { refusal, internet } = await trial({ names: () => found })
    expect(await refusal('https://example.com/a.png')).toBe(unreached())
    expect(internet).toMatchObject({ dialled: [], asked: ['example.com'] })
  })

  test('is not connected to where a name leads elsewhere the second time it is asked for', async () => {
    let times = 0
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      response.setHeader('connection', 'close')
      if (request.url === '/again') response.writeHead(302, { location: '/a.png' }).end()
      else picture(request, response)
    }
    // Each lookup is two questions.
    const { get, refusal, internet } = await trial({ handle, names: () => (times++ < 2 ? [PUBLIC] : ['127.0.0.1']) })
    expect(await get('https://example.com/a.png')).toMatchObject({ mime: 'image/png' })
    expect(await refusal('https://example.com/again')).toBe(unreached())
    expect(internet).toMatchObject({ dialled: [PUBLIC], asked: ['example.com', 'example.com'] })
  })

  test('is not connected to by the real connection, whatever a name server says', async () => {
    const connections: Socket[] = []
    const secret = createServer((socket) => void connections.push(socket))
    await new Promise<void>((resolve) => secret.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void secret.close())
    const { port } = secret.address() as AddressInfo
    const { internet } = await trial({ names: () => ['127.0.0.1'] })
    const hosts = [`example.com:${port}`, `127.0.0.1:${port}`]
    const fetchMedia = createGuardedFetch({ hosts }, { resolver: internet.way.resolver, connect })
    for (const host of hosts) {
      const refused = fetchMedia(new URL(`https://${host}/`), new AbortController().signal)
      await expect(refused).rejects.toThrow('no public server')
    }
    expect(connections).toEqual([])
  })
})

describe('what is public', () => {
  test('is connected to at the address that was checked, of either family', async () => {
    const { get, internet } = await trial({ handle: picture, names: () => [PUBLIC, '2606:2800:21f::1'] })
    await get('https://example.com/a.png')
    expect(internet).toMatchObject({ dialled: [PUBLIC, '2606:2800:21f::1'], asked: ['example.com'] })
  })

  test('is fetched by its address too', async () => {
    const { get, internet } = await trial()
    expect(await get(`https://${PUBLIC}/a.png`)).toMatchObject({ mime: 'image/png' })
    expect(internet).toMatchObject({ dialled: [PUBLIC], asked: [] })
  })

  test('is fetched under a name with a dot at its end, in capitals, or of other letters', async () => {
    const certificate = certify(['example.com', 'xn--bcher-kva.example.com'])
    const told: unknown[] = []
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      told.push('servername' in request.socket && request.socket.servername)
      picture(request, response)
    }
    const { get, internet } = await trial({ handle, certificate })
    for (const host of ['example.com.', 'EXAMPLE.com', 'bücher.example.com'])
      expect(await get(`https://${host}/a.png`)).toMatchObject({ mime: 'image/png' })
    const names = ['example.com', 'example.com', 'xn--bcher-kva.example.com']
    expect(internet.asked).toEqual(names)
    expect(told).toEqual(names)
  })
})
