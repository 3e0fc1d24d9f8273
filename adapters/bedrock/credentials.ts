/**
 * AWS credentials: those of the configuration, else those that AWS's own tools would find.
 *
 * @module
 */
import type { Credentials } from './signing.ts'

/** What the configuration says about credentials. */
export interface Keys {
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly sessionToken?: string | undefined
  readonly profile?: string | undefined
}

/** Credentials are renewed this many milliseconds before they expire. */
const EARLY = 5 * 60 * 1000

/** The credentials to use, asked for anew for each call. Found ones are kept until they are about to expire. */
export function credentialsFrom({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  profile,
}: Keys): () => Promise<Credentials> {
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    // A token in the environment belongs to a temporary key, and ids of lasting ones begin with AKIA.
    const token = accessKeyId.startsWith('AKIA') ? undefined : sessionToken
    return async () => ({ accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token }) })
  }
  // Files and the network of a machine are Node's business, so that is loaded only where it is needed.
  return renewed(async () => (await import('./default-credentials.ts')).findCredentials({ profile }))
}

/** Finds credentials once for all who ask, and again when they are about to expire. */
export function renewed(find: () => Promise<Credentials>, now: () => number = Date.now): () => Promise<Credentials> {
  let found: Promise<Credentials> | undefined
  let until = 0
  return () => {
    if (found && now() < until) return found
    const finding = find()
    found = finding
    until = Number.POSITIVE_INFINITY
    finding.then(
      ({ expires = Number.POSITIVE_INFINITY }) => (until = expires - EARLY),
      () => (found = undefined),
    )
    return finding
  }
}
