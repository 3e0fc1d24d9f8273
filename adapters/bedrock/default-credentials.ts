/**
 * Where AWS's own tools look for credentials besides the environment: the shared files, the container, the machine.
 *
 * Not looked for: roles to assume, single sign-on, and programs to run. Their results can be had in the environment, with
 * `aws configure export-credentials`.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 * @module
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { failure, GatewayError } from '../../src/errors.ts'
import type { Credentials } from './signing.ts'

/** What the search needs from outside. */
export interface Surroundings {
  readonly profile?: string | undefined
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Reads a file; rejects where there is none. */
  readonly read?: (path: string) => Promise<string>
  readonly fetch?: typeof globalThis.fetch
  readonly home?: string
}

type Search = Required<Omit<Surroundings, 'profile'>> & { readonly profile: string }

/** Finds credentials, or throws a `GatewayError` that says where none were. */
export async function findCredentials({
  profile = 'default',
  environment = process.env,
  read = (path) => readFile(path, 'utf8'),
  fetch = globalThis.fetch,
  home = homedir(),
}: Surroundings): Promise<Credentials> {
  const search = { profile, environment, read, fetch, home }
  const causes: unknown[] = []
  for (const source of [fromFiles, fromContainer, fromMachine]) {
    try {
      const found = await source(search)
      if (found) return found
    } catch (error) {
      causes.push(error)
    }
  }
  const message =
    'No AWS credentials were found: neither a key in the configuration, nor the profile ' +
    `"${profile}", nor those of a container or a machine.`
  const told = failure({ status: 502, code: 'upstream_authentication_failed', message, retry: false, cause: causes })
  throw new GatewayError(told)
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
async function fromFiles({ profile, environment, read, home }: Search): Promise<Credentials | undefined> {
  const folder = join(home, '.aws')
  const files = [
    [environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'), profile],
    [environment['AWS_CONFIG_FILE'] ?? join(folder, 'config'), profile === 'default' ? profile : `profile ${profile}`],
  ] as const
  for (const [path, name] of files) {
    const text = await read(path).catch(() => '')
    const { aws_access_key_id, aws_secret_access_key, aws_session_token } = section(text, name)
    if (!aws_access_key_id || !aws_secret_access_key) continue
    return {
      accessKeyId: aws_access_key_id,
      secretAccessKey: aws_secret_access_key,
      ...(aws_session_token && { sessionToken: aws_session_token }),
    }
  }
  return undefined
}

/** The settings of one section of a file. */
function section(text: string, name: string): { readonly [setting: string]: string } {
  const settings: Record<string, string> = {}
  let inside = false
  for (const line of text.split(/\r?\n/u)) {
    const head = /^\s*\[\s*(.+?)\s*\]/u.exec(line)?.[1]
    if (head !== undefined) inside = head.replace(/\s+/gu, ' ') === name
    const [, setting, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/u.exec(line) ?? []
    if (inside && setting !== undefined && value !== undefined) settings[setting] = value
  }
  return settings
}

const told = z
  .object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    Token: z.string().optional(),
    Expiration: z.string().optional(),
  })
  .transform(({ AccessKeyId, SecretAccessKey, Token, Expiration }): Credentials => {
    const expires = Date.parse(Expiration ?? '')
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(Token !== undefined && { sessionToken: Token }),
      ...(Number.isFinite(expires) && { expires }),
    }
  })

/** Milliseconds to wait for a container's or a machine's own service, which is near. */
const PATIENCE = 2000

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
async function fromContainer({ environment, read, fetch }: Search): Promise<Credentials | undefined> {
  const relative = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  const full = environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']
  const address = relative ? `http://169.254.170.2${relative}` : full
  if (!address) return undefined
  const url = new URL(address)
  if (url.protocol !== 'https:' && !NEAR.has(url.hostname))
    throw new TypeError(`${url.hostname} is not this container's.`)
  const file = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
  const token = file ? (await read(file)).trim() : environment['AWS_CONTAINER_AUTHORIZATION_TOKEN']
  const response = await fetch(url, {
    headers: token ? { authorization: token } : {},
    signal: AbortSignal.timeout(PATIENCE),
  })
  return told.parse(await ok(response).json())
}

/** Where the services of containers are, besides https: on the machine itself, and at addresses that lead nowhere else. */
const NEAR = new Set(['localhost', '127.0.0.1', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'])

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
async function fromMachine({ environment, fetch }: Search): Promise<Credentials | undefined> {
  if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined
  const base = (environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? 'http://169.254.169.254').replace(/\/+$/u, '')
  const signal = AbortSignal.timeout(PATIENCE)
  const lifetime = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }
  const session = ok(await fetch(`${base}/latest/api/token`, { method: 'PUT', headers: lifetime, signal }))
  const headers = { 'x-aws-ec2-metadata-token': await session.text() }
  const roles = `${base}/latest/meta-data/iam/security-credentials/`
  const role = (await ok(await fetch(roles, { headers, signal })).text()).trim().split('\n')[0] ?? ''
  return told.parse(await ok(await fetch(roles + role, { headers, signal })).json())
}

function ok(response: Response): Response {
  if (response.ok) return response
  throw new TypeError(`The credentials' service answered ${response.status}.`)
}
