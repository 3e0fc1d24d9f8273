/**
 * Access tokens: one at a time, kept while they last.
 *
 * @module
 */
import { type Credentials, findCredentials, type ReadFile } from './credentials.ts'
import { fromMetadata, fromServiceAccount, fromUser, type Grant, type Office } from './grant.ts'

/** What lies outside the process. */
export interface Outside extends Office {
  readonly readFile: ReadFile
}

/** Where access tokens come from. */
export interface Tokens {
  /** A token that is good for now. */
  get(): Promise<Grant>
  /** Gives up a token that was refused before its time. */
  forget(): void
}

/** Milliseconds before its end at which a token is renewed: less than the four minutes for which the metadata server repeats an old one. */
const EARLY = 225_000

/** Tokens for credentials; without any, for whatever the machine runs as. */
export function createTokens(credentials: string | Credentials | undefined, outside: Outside): Tokens {
  let known: Grant | undefined
  let pending: Promise<Grant> | undefined

  // Credentials are read anew each time, so that a key that was rotated is noticed.
  const obtain = async (): Promise<Grant> => {
    const found = await findCredentials(credentials, outside.readFile)
    if (!found) return fromMetadata(outside)
    return found.type === 'service_account' ? fromServiceAccount(found, outside) : fromUser(found, outside)
  }

  const renew = async (): Promise<Grant> => {
    try {
      known = await obtain()
      return known
    } finally {
      pending = undefined
    }
  }

  return {
    async get() {
      const old = known
      if (old && old.expires - outside.now() > EARLY) return old
      try {
        return await (pending ??= renew())
      } catch (error) {
        if (old && old.expires > outside.now()) return old
        throw error
      }
    },
    forget() {
      known = undefined
    },
  }
}
