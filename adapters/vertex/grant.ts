/**
 * Getting an access token from Google, in each of the ways there are.
 *
 * @module
 */
import { importPKCS8, SignJWT } from 'jose'
import { z } from 'zod'
import type { GatewayError } from '../../src/errors.ts'
import type { AuthorizedUser, ServiceAccount } from './credentials.ts'
import { refusal } from './refusal.ts'

/** Where tokens are given out, and when. */
export interface Office {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  now(): number
}

/** An access token. */
export interface Grant {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
  /** The project that pays, where that is not the one that is called. */
  readonly quotaProject?: string
}

/** Where tokens are given out. Files of credentials name an address, too; one that strangers wrote could lead anywhere. */
const TOKEN_URL = 'https://oauth2.googleapis.com/token'
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
/** @see https://cloud.google.com/compute/docs/metadata/overview */
const METADATA_URL = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token'
/** Milliseconds to wait for a token. */
const PATIENCE = 10_000
const METADATA_PATIENCE = 3000

/**
 * A token for a service account.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export async function fromServiceAccount(account: ServiceAccount, office: Office): Promise<Grant> {
  const assertion = await assertionOf(account, Math.floor(office.now() / 1000))
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  return exchange({ grant_type, assertion }, account.quota_project_id, office)
}

/**
 * A token for a person who once gave consent.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/web-server#offline
 */
export async function fromUser(user: AuthorizedUser, office: Office): Promise<Grant> {
  const { client_id, client_secret, refresh_token, quota_project_id } = user
  return exchange({ grant_type: 'refresh_token', client_id, client_secret, refresh_token }, quota_project_id, office)
}

/** A token for the service account that a machine of Google's runs as. */
export async function fromMetadata(office: Office): Promise<Grant> {
  const init = { headers: { 'metadata-flavor': 'Google' }, signal: AbortSignal.timeout(METADATA_PATIENCE) }
  const response = await office.fetch(METADATA_URL, init).catch((cause: unknown) => {
    throw refusal(NOTHING, { cause })
  })
  return grantOf(response, undefined, office)
}

const NOTHING =
  'There are no credentials: configure them, set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`'

async function assertionOf(
  { client_email, private_key, private_key_id }: ServiceAccount,
  now: number,
): Promise<string> {
  // Environment variables often hold the key with its line breaks spelled out.
  const pem = private_key.replaceAll('\\n', '\n')
  const key = await importPKCS8(pem, 'RS256').catch((cause: unknown) => {
    const advice = pem.includes('BEGIN RSA PRIVATE KEY')
      ? ': it is PKCS#1, but keys of service accounts are PKCS#8'
      : ''
    throw refusal(`The private key of ${client_email} cannot be read${advice}`, { cause })
  })
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(private_key_id !== undefined && { kid: private_key_id }) })
    .setIssuer(client_email)
    .setAudience(TOKEN_URL)
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(key)
}

async function exchange(
  form: Readonly<Record<string, string>>,
  quotaProject: string | undefined,
  office: Office,
): Promise<Grant> {
  const init = { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(PATIENCE) }
  const response = await office.fetch(TOKEN_URL, init).catch((cause: unknown) => {
    throw refusal('Google could not be reached for one', { cause, retry: true })
  })
  return grantOf(response, quotaProject, office)
}

const granted = z.looseObject({ access_token: z.string().min(1), expires_in: z.number() })
const refused = z.looseObject({ error: z.string(), error_description: z.string().optional() })

async function grantOf(response: Response, quotaProject: string | undefined, { now }: Office): Promise<Grant> {
  const body: unknown = await response.json().catch(() => undefined)
  const grant = granted.safeParse(body)
  if (!response.ok || !grant.success) throw denied(response.status, body)
  const { access_token: token, expires_in } = grant.data
  return { token, expires: now() + expires_in * 1000, ...(quotaProject !== undefined && { quotaProject }) }
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function denied(status: number, body: unknown): GatewayError {
  const { data } = refused.safeParse(body)
  const reason = data ? [data.error, data.error_description].filter(Boolean).join(': ') : `status ${status}`
  return refusal(`Google refused to give one (${reason})`, { retry: status >= 500 || status === 429 })
}
