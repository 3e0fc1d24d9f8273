/**
 * Fetching what strangers name, without reaching what only this machine may. For Node.
 *
 * @module
 */
import { Buffer } from 'node:buffer'
import { lookup as resolve, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Agent, fetch } from 'undici'
import { type FetchMedia, type GuardOptions, type Media, MediaError } from './media.ts'
import { sniff } from './wire/sniff.ts'

const BYTES = 20 * 1024 * 1024
const PATIENCE = 10_000
const MOST_REDIRECTS = 5

/** Fetches over https from public addresses only: every address a name resolves to is checked, at every redirect, on the very connection that is used. */
export function createGuardedFetch({ hosts, bytes = BYTES, patience = PATIENCE }: GuardOptions = {}): FetchMedia {
  const dispatcher = new Agent({ connect: { lookup: publicLookup, timeout: patience }, maxResponseSize: -1 })

  const follow = async (url: URL, signal: AbortSignal, redirects: number): Promise<Media> => {
    check(url, hosts)
    const headers = { accept: '*/*', 'accept-encoding': 'identity' }
    const response = await fetch(url, { dispatcher, signal, redirect: 'manual', headers })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      if (redirects === MOST_REDIRECTS) throw new MediaError('it redirects too often')
      const next = URL.parse(location, url)
      if (!next) throw new MediaError('it redirects to something that is no URL')
      return follow(next, signal, redirects + 1)
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw new MediaError(`the server answered ${response.status}`)
    }
    const body = await read(response.body, bytes)
    const told = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
    return { data: body.toString('base64'), mime: sniff(body) ?? unproven(told) }
  }

  return async (url, signal) => {
    const late = AbortSignal.timeout(patience)
    try {
      return await follow(url, AbortSignal.any([signal, late]), 0)
    } catch (error) {
      if (error instanceof MediaError || signal.aborted) throw error
      if (late.aborted) throw new MediaError(`it took longer than ${patience} ms`)
      const cause = error instanceof Error ? error.cause : undefined
      throw cause instanceof MediaError ? cause : new MediaError('the server could not be reached')
    }
  }
}

/** A type that is told but not shown by the bytes is believed only where no bytes could show it. */
function unproven(told: string | undefined): string {
  return told?.startsWith('text/') || told === 'application/json' ? told : 'application/octet-stream'
}

function check({ protocol, hostname, username, password }: URL, hosts: readonly string[] | undefined): void {
  const host = hostname.replace(/^\[|\]$/gu, '')
  if (protocol !== 'https:') throw new MediaError('only https addresses are fetched')
  if (username !== '' || password !== '') throw new MediaError('addresses with credentials are not fetched')
  if (hosts && !hosts.includes(host))
    throw new MediaError(`the host ${host} is not among those that may be fetched from`)
  if (isIP(host) !== 0 && !isPublic(host)) throw new MediaError('its address is not public')
}

/** Resolves a name, and refuses it where any of its addresses is not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) callback(error, [])
    else if (found.length === 0 || !found.every(({ address }) => isPublic(address))) {
      callback(new MediaError('its address is not public'), [])
    } else if (options.all) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  })
}

// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
const RESERVED: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

// One list for each family: in one, the range of mapped addresses would hold all of IPv4.
const reserved = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const range of RESERVED) {
  const [network = '', prefix] = range.split('/')
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4'
  reserved[family].addSubnet(network, Number(prefix), family)
}

/** Whether an address can be anybody's on the internet. */
export function isPublic(address: string): boolean {
  const plain = address.split('%')[0] ?? ''
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  return isIP(plain) !== 0 && !reserved[family].check(plain, family)
}

async function read(body: AsyncIterable<Uint8Array> | null, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    size += piece.byteLength
    if (size > limit) throw new MediaError(`it is larger than ${limit} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
