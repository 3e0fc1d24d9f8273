/**
 * Fetching what strangers name, without reaching what only this machine may. For Node.
 *
 * @module
 */
import { Buffer } from 'node:buffer'
import { Resolver } from 'node:dns/promises'
import { isIP, type TcpNetConnectOpts } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { Agent, type buildConnector, fetch, type Response } from 'undici'
import { isPublic, isPublicName } from './guarded-fetch/public.ts'
import { isAmong } from './hosts.ts'
import { type FetchMedia, type GuardOptions, type Media, MediaError } from './media.ts'
import { sniff } from './wire/sniff.ts'

/** The way to the internet. */
export interface Internet {
  /** Asks name servers. */
  readonly resolver: Pick<Resolver, 'resolve4' | 'resolve6'>
  /** Opens a connection, over TLS. */
  readonly connect: (options: ConnectionOptions & Pick<TcpNetConnectOpts, 'autoSelectFamily'>) => TLSSocket
}

const BYTES = 20 * 1024 * 1024
const PATIENCE = 10_000
const MOST_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** All that a server is told. Encoded bodies are not asked for, but decoded where they come. */
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'dragoman' }

/**
 * Fetches over https from public addresses only. Every address that a name leads to is checked, at every redirect, and
 * what was checked is what is connected to: without a proxy, and without asking for the name again.
 */
export function createGuardedFetch(options: GuardOptions = {}, internet: Internet = theInternet()): FetchMedia {
  const { hosts, bytes = BYTES, patience = PATIENCE } = options
  return async (url, signal) => {
    const late = AbortSignal.timeout(patience)
    const over = AbortSignal.any([signal, late])
    // One agent for one file, so that no connection outlives it.
    const dispatcher = new Agent({ allowH2: false, connect: connector(internet, over) })
    const get = async (address: URL): Promise<Response> => {
      check(address, hosts)
      try {
        return await fetch(address, { dispatcher, signal: over, redirect: 'manual', headers: HEADERS })
      } catch (error) {
        const cause = error instanceof Error ? (error.cause ?? error) : error
        // One answer for all that cannot be reached, refused or not, or it would tell what is in our network.
        throw new MediaError(`no public server answers there within ${patience} ms`, { cause })
      }
    }
    try {
      return await mediaOf(await follow(url, get), bytes)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof MediaError) throw error
      throw new MediaError(late.aborted ? `it took longer than ${patience} ms` : 'it broke off', { cause: error })
    } finally {
      void dispatcher.destroy()
    }
  }
}

/** Asks name servers itself: the system's resolver would keep threads waiting on which all else in this process depends. */
function theInternet(): Internet {
  return { resolver: new Resolver({ timeout: 2000, tries: 2 }), connect }
}

function check(url: URL, hosts: readonly string[] | undefined): void {
  if (url.protocol !== 'https:') throw new MediaError('only https addresses are fetched')
  if (url.username !== '' || url.password !== '') throw new MediaError('addresses with credentials are not fetched')
  if (hosts && !isAmong(url, hosts)) throw new MediaError(`${url.host} is not among the hosts that may be fetched from`)
  if (!hosts && url.port !== '') throw new MediaError(`the port ${url.port} is not fetched from, only 443`)
}

/** Opens connections to what is public, and to nothing else. */
function connector({ resolver, connect }: Internet, over: AbortSignal): buildConnector.connector {
  return ({ hostname: host, port }, tell) => {
    const open = (found: readonly Found[]): void => {
      over.throwIfAborted()
      const socket = connect({
        host,
        port: Number(port || 443),
        // An address of its own has no name to be told.
        ...(isIP(host) === 0 && { servername: host.replace(/\.$/u, '') }),
        autoSelectFamily: true,
        lookup: (_name, _options, tell) => tell(null, [...found]),
        ALPNProtocols: ['http/1.1'],
        // What the environment says of certificates is not meant for strangers' servers.
        rejectUnauthorized: true,
      })
      const leave = (): void => void socket.destroy()
      over.addEventListener('abort', leave)
      socket.once('close', () => over.removeEventListener('abort', leave))
      socket.once('secureConnect', () => tell(null, socket))
      socket.once('error', (error) => tell(error, null))
    }
    publicAddresses(host, resolver)
      .then(open)
      .catch((error: Error) => tell(error, null))
  }
}

interface Found {
  readonly address: string
  readonly family: number
}

/** Where a host is. Refuses it where any of its addresses is not public. */
async function publicAddresses(host: string, resolver: Internet['resolver']): Promise<readonly Found[]> {
  const family = isIP(host)
  const found = family > 0 ? [{ address: host, family }] : isPublicName(host) ? await resolve(host, resolver) : []
  if (!found.every(({ address }) => isPublic(address))) throw new Error(`${host} is not public`)
  if (found.length === 0) throw new Error(`${host} has no public address`)
  return found
}

async function resolve(name: string, resolver: Internet['resolver']): Promise<readonly Found[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return answers.flatMap((answer, index) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
  )
}

async function follow(url: URL, get: (url: URL) => Promise<Response>): Promise<Response> {
  let address = url
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await get(address)
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null
    if (location === null) return response
    await response.body?.cancel()
    const next = URL.parse(location, address)
    if (!next) throw new MediaError('it redirects to something that is no URL')
    address = next
  }
  throw new MediaError('it redirects too often')
}

async function mediaOf(response: Response, most: number): Promise<Media> {
  if (!response.ok) throw new MediaError(`the server answered ${response.status}`)
  const bytes = await read(response, most)
  if (bytes.byteLength === 0) throw new MediaError('there is nothing')
  const mime = sniff(bytes) ?? unproven(response.headers.get('content-type'))
  return { data: bytes.toString('base64'), ...(mime !== undefined && { mime }) }
}

async function read({ body, headers }: Response, most: number): Promise<Buffer> {
  const large = new MediaError(`it is larger than ${most} bytes`)
  if (Number(headers.get('content-length')) > most) throw large
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    size += piece.byteLength
    if (size > most) throw large
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** A type that is told but not shown by the bytes: believed where bytes of that type would not show it either. */
function unproven(told: string | null): string | undefined {
  const type = told?.split(';')[0]?.trim().toLowerCase()
  if (!type || /^(?:image|audio|video)\/|^application\/(?:pdf|octet-stream)$/u.test(type)) return undefined
  return type
}
