/**
 * Where a server is, in the short forms that `OLLAMA_HOST` may have.
 *
 * @see `formatHost` of the ollama SDK
 * @module
 */

/** The port the server listens on unless told otherwise. */
const PORT = '11434'

/** The URL that a host stands for: `gpu-box`, `:8080`, `0.0.0.0:11434`, or a URL itself; nothing where it stands for none. */
export function address(host: string): string | undefined {
  const told = host.trim()
  const isURL = told.includes('://')
  const url = URL.parse(isURL ? told : `http://${told.startsWith(':') ? '127.0.0.1' : ''}${told}`)
  if (!url || url.hostname === '') return undefined
  // A URL has the port of its protocol; a host alone has the server's.
  if (!isURL && url.port === '' && !told.endsWith(':80')) url.port = PORT
  // To listen on all addresses is one thing; to be reached, it takes one.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  return url.href.replace(/\/+$/u, '')
}
