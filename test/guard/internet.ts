import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, isIP, type Server, type Socket } from 'node:net'
import { checkServerIdentity, connect } from 'node:tls'
import type { Internet } from '../../src/guarded-fetch.ts'
import { certify, type Certificate } from './certificate.ts'
import { type Answer, openNameServer } from './name-server.ts'

/** Where everybody's servers are in these tests. It was example.com's once. */
export const PUBLIC = '93.184.215.14'

/** An internet on this machine: a name server, and one web server behind every address, over TLS. */
export interface LocalInternet {
  /** What the guard is given in place of the real one. */
  readonly way: Internet
  /** The addresses that connections were opened to, as the guard named them. */
  readonly dialled: readonly string[]
  readonly asked: readonly string[]
  /** The connections that are open at the web server. */
  readonly open: ReadonlySet<Socket>
  close(): Promise<void>
}

/** How an internet is made. */
export interface InternetOptions {
  /** What a name leads to. All lead to the public address unless said otherwise. */
  readonly names?: (name: string) => Answer | Promise<Answer>
  readonly certificate?: Certificate
  /** The certificate that is vouched for, where it is not the server's. */
  readonly trusted?: Certificate
  /** Whether nobody accepts connections. */
  readonly closed?: boolean
  /** Answers where TLS is spoken. Without it connections are accepted, and nothing is ever said. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void
}

/** Opens an internet. */
export async function openInternet(options: InternetOptions): Promise<LocalInternet> {
  const { names = () => [PUBLIC], certificate = certify(['example.com', '*.example.com', PUBLIC]), handle } = options
  const { trusted = certificate } = options
  const nameServer = await openNameServer(names)
  const server: Server = handle ? createServer(certificate, handle) : createTcpServer((socket) => socket.resume())
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  if (options.closed) server.close()
  const dialled: string[] = []
  const way: Internet = {
    resolver: nameServer.resolver,
    // Only the last step differs from the real one: whatever address the guard arrives at, this machine is there.
    connect({ lookup, host = '', ...rest }) {
      if (isIP(host) > 0) dialled.push(host)
      return connect({
        ...rest,
        ca: trusted.cert,
        host: isIP(host) > 0 ? '127.0.0.1' : host,
        checkServerIdentity: (_name, found) => checkServerIdentity(host, found),
        port,
        lookup: (name, how, tell) =>
          lookup?.(name, how, (error, found) => {
            const all = Array.isArray(found) ? found.map(({ address }) => address) : [found]
            if (!error) dialled.push(...all)
            tell(error, error ? [] : [{ address: '127.0.0.1', family: 4 }])
          }),
      })
    },
  }
  return {
    way,
    dialled,
    asked: nameServer.asked,
    open,
    async close() {
      for (const socket of open) socket.destroy()
      await Promise.all([nameServer.close(), new Promise<void>((resolve) => server.close(() => resolve()))])
    },
  }
}
