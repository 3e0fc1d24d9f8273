/**
 * Signing calls with AWS credentials: Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @module
 */
import type { Outgoing } from '../../src/adapter.ts'
import { hmac, hmacBytes, sha256 } from '../../src/wire/digest.ts'

/** An access key. Temporary ones have a token, and a time at which they expire, in milliseconds. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expires?: number
}

/** What a signature is for. */
export interface Scope {
  readonly region: string
  readonly service: string
  /** In the short form of ISO 8601, `20150830T123600Z`. Default: now. */
  readonly datetime?: string
}

/** The endpoint of a region. */
export function endpoint(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/** The hosts that belong to AWS, endpoints in private networks included. Nothing else in an address tells a region. */
const HOST =
  /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.amazonaws\.com|amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/u

/** The region that an address is in, where it says so. */
export function regionOf(url: URL): string | undefined {
  return HOST.exec(url.hostname)?.[1]
}

/** Signs calls for a region, or for the one that the address names, with whatever credentials hold at the time. */
export function signer(region: string, credentials: () => Promise<Credentials>): (call: Outgoing) => Promise<void> {
  return async (call) => sign(call, await credentials(), { region: regionOf(call.url) ?? region, service: 'bedrock' })
}

/**
 * Signs a call: its address, its body, and those headers that AWS insists on. Others may be changed on the way by
 * proxies, and stay unsigned.
 */
export function sign(
  { method, url, headers, body = '' }: Outgoing,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { region, service, datetime = now() }: Scope,
): void {
  headers.set('x-amz-date', datetime)
  if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken)
  const signed: [name: string, value: string][] = [['host', url.host]]
  for (const [name, value] of headers) if (name.startsWith('x-amz')) signed.push([name, value.replaceAll(/\s+/gu, ' ')])
  signed.sort(byName)
  const names = signed.map(([name]) => name).join(';')
  const listed = signed.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = `${method}\n${pathOf(url)}\n${queryOf(url)}\n${listed}\n${names}\n${sha256(body)}`
  const date = datetime.slice(0, 8)
  const scope = `${date}/${region}/${service}/aws4_request`
  const key = keyFor(secretAccessKey, date, region, service)
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${datetime}\n${scope}\n${sha256(canonical)}`)
  headers.set(
    'authorization',
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  )
}

/** The time in the form of signatures, to the second. */
function now(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== clock.second)
    clock = { second, told: new Date(second * 1000).toISOString().replaceAll(/[:-]|\.\d{3}/gu, '') }
  return clock.told
}

/** The second that was told last. */
let clock = { second: 0, told: '19700101T000000Z' }

/** The path as services other than S3 have it signed: without empty segments, and encoded once more. */
function pathOf({ pathname }: URL): string {
  return encoded(pathname.replaceAll(/\/+/gu, '/')).replaceAll('%2F', '/')
}

function queryOf({ search, searchParams }: URL): string {
  if (search === '') return ''
  const pairs = [...searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const)
  return pairs
    .toSorted((one, other) => byName(one, other) || compare(one[1], other[1]))
    .map((pair) => pair.join('='))
    .join('&')
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return compare(one, other)
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

/** Percent-encoded but for letters, digits and `-._~`. @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3 */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Keys derived for a day, a region and a service. */
const derived = new Map<string, Uint8Array>()
/** Temporary credentials change all the time, so what was derived from them is not kept forever. */
const MOST = 100

function keyFor(secret: string, date: string, region: string, service: string): Uint8Array {
  const name = [secret, date, region, service].join()
  const known = derived.get(name)
  if (known) return known
  if (derived.size >= MOST) derived.clear()
  const regional = hmacBytes(hmacBytes(`AWS4${secret}`, date), region)
  const key = hmacBytes(hmacBytes(regional, service), 'aws4_request')
  derived.set(name, key)
  return key
}
