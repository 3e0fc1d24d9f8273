/**
 * Serving a gateway with Node.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Gateway } from './gateway.ts'
import { send, uploadFrom } from './node-front.ts'

/** Where to serve, and whom. */
export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** Whether any host name may be used to reach the server. Otherwise only names of this machine. */
  readonly anyHost: boolean
}

/** A gateway being served. */
export interface Served {
  /** The address that clients use as their base URL, without a path. */
  readonly url: string
  /** Takes no more requests, and resolves when those under way are done or `patience` milliseconds are over. */
  stop(patience: number): Promise<void>
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/u

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** Serves a gateway. Resolves when the port is open. */
export function serveGateway(gateway: Gateway, { host, port, anyHost }: ServeOptions): Promise<Served> {
  // A page on the web can have its own name point to this machine; its requests still carry that name.
  const admits = (name: string | undefined): boolean => anyHost || (name !== undefined && isLoopback(nameOf(name)))
  const portable = getRequestListener((request) =>
    admits(new URL(request.url).host) ? gateway.app.fetch(request) : strangeHost(),
  )
  const server = createServer((request, response) => {
    const hot = hotRoute(gateway, request)
    if (hot && admits(request.headers.host)) void answer(hot, request, response)
    else void portable(request, response)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const at = server.address()
      const { address, port: opened } = typeof at === 'object' && at !== null ? at : { address: host, port }
      const name = address.includes(':') ? `[${address}]` : address
      resolve({ url: `http://${name}:${opened}`, stop: (patience) => stop(server, patience) })
    })
  })
}

type Hot = Gateway['hot'][string]

/** How a request is answered that needs nothing of the portable way. Pages of the web do: their browsers ask first. */
function hotRoute({ hot }: Gateway, request: IncomingMessage): Hot | undefined {
  const { method, url = '', headers } = request
  if (method !== 'POST' || headers.origin !== undefined) return undefined
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return Object.hasOwn(hot, path) ? hot[path] : undefined
}

async function answer(hot: Hot, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await send(await hot(uploadFrom(request, response)), response)
  } catch {
    // Nothing is left to tell a client in the middle of an answer but that it broke.
    response.destroy()
  }
}

/** The name of a host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/u, '')
}

function strangeHost(): Response {
  const message = 'Without client keys this server answers to names of its own machine only.'
  return Response.json({ error: { message, type: 'invalid_request_error', param: null, code: null } }, { status: 403 })
}

async function stop(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearTimeout(timer)
}
