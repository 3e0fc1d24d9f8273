/**
 * Who may ask.
 *
 * @module
 */
import { GatewayError } from './errors.ts'

/** Client keys, plain or as `sha256:` and 64 hex digits; or `passthrough`, where every client brings its provider's key. */
export type Keys = readonly string[] | 'passthrough'

/** Who asks. */
export interface Client {
  /** The client's own key for the provider, where clients bring theirs. */
  readonly clientKey: string | undefined
  /** A name that keeps what is remembered for one client from others. */
  readonly owner: string
}

/** Decides who asks, from the `authorization` header. Throws a 401 for those who may not. */
export type Gatekeeper = (authorization: string | undefined) => Promise<Client>

/** A gatekeeper for a set of keys. With none, everyone may ask. */
export function gatekeeper(keys: Keys | undefined): Gatekeeper {
  if (keys === 'passthrough') return passthrough
  if (!keys || keys.length === 0) return async () => ({ clientKey: undefined, owner: '' })
  const digests = Promise.all(keys.map((key) => (key.startsWith('sha256:') ? key.slice(7).toLowerCase() : sha256(key))))
  return async (authorization) => {
    const digest = await sha256(bearer(authorization))
    // Digests are compared, so the time taken says nothing about the keys.
    const index = (await digests).indexOf(digest)
    if (index < 0) throw unauthorized('Incorrect API key provided.')
    return { clientKey: undefined, owner: String(index) }
  }
}

async function passthrough(authorization: string | undefined): Promise<Client> {
  const clientKey = bearer(authorization)
  return { clientKey, owner: clientKey }
}

function bearer(authorization: string | undefined): string {
  const token = /^Bearer +(.+)$/iu.exec(authorization ?? '')?.[1]?.trim()
  if (token) return token
  throw unauthorized('No API key was provided. Send it in the Authorization header: "Authorization: Bearer KEY".')
}

function unauthorized(message: string): GatewayError {
  return new GatewayError({ status: 401, type: 'invalid_request_error', code: 'invalid_api_key', param: null, message })
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
