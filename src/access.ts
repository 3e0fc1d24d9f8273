/**
 * Who may ask.
 *
 * @module
 */
import { GatewayError } from './errors.ts'
import { sha256 } from './wire/digest.ts'

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
export type Gatekeeper = (authorization: string | undefined) => Client

/** A gatekeeper for a set of keys. With none, everyone may ask. */
export function gatekeeper(keys: Keys | undefined): Gatekeeper {
  if (keys === 'passthrough') return passthrough
  if (!keys || keys.length === 0) return () => ({ clientKey: undefined, owner: '' })
  const digests = keys.map((key) => (key.startsWith('sha256:') ? key.slice(7).toLowerCase() : sha256(key)))
  // Digesting a key takes longer than all the rest of a short request: those that were right are known again.
  const known = new Map<string, Client>()
  return (authorization) => {
    const found = authorization === undefined ? undefined : known.get(authorization)
    if (found) return found
    const digest = sha256(bearer(authorization))
    // Digests are compared, so the time taken says nothing about the keys.
    const index = digests.indexOf(digest)
    if (index < 0) throw unauthorized('Incorrect API key provided.')
    const client = { clientKey: undefined, owner: String(index) }
    if (authorization !== undefined && known.size < MOST_KNOWN) known.set(authorization, client)
    return client
  }
}

/** One key can be sent in several forms, but not in many. */
const MOST_KNOWN = 1000

function passthrough(authorization: string | undefined): Client {
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
