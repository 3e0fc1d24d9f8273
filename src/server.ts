/**
 * Serving a gateway with Node.
 *
 * @module
 */
import { serve, type ServerType } from '@hono/node-server'
import { Agent, fetch as undiciFetch } from 'undici'
import type { Gateway } from './gateway.ts'

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
  return new Promise((resolve, reject) => {
    const server: ServerType = serve(
      {
        hostname: host,
        port,
        // A page on the web can have its own name point to this machine; its requests still carry that name.
        fetch: (request) =>
          anyHost || isLoopback(new URL(request.url).hostname) ? gateway.fetch(request) : strangeHost(),
      },
      ({ address, port }) => {
        server.off('error', reject)
        const name = address.includes(':') ? `[${address}]` : address
        resolve({ url: `http://${name}:${port}`, stop: (patience) => stop(server, patience) })
      },
    )
    server.once('error', reject)
  })
}

/** Reaches providers without the time limits of the built-in client: how long to wait is for the gateway to say. */
export function createFetch(connect = 10_000): typeof globalThis.fetch {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connect } })
  // The same standard, declared twice: by the runtime's types and by undici's.
  return ((input: string, init: object) =>
    undiciFetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch
}

function strangeHost(): Response {
  const message = 'Without client keys this server answers to names of its own machine only.'
  return Response.json({ error: { message, type: 'invalid_request_error', param: null, code: null } }, { status: 403 })
}

async function stop(server: ServerType, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  if ('closeIdleConnections' in server) server.closeIdleConnections()
  const timer = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }, patience)
  await closed
  clearTimeout(timer)
}
