/**
 * Signing calls with AWS credentials: Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @module
 */
import { AwsV4Signer } from 'aws4fetch'
import type { Outgoing } from '../../src/adapter.ts'

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

/** Keys derived for a day, a region and a service. */
const derived = new Map<string, ArrayBuffer>()
/** Temporary credentials change all the time, so what was derived from them is not kept forever. */
const MOST = 100

/**
 * Signs a call: its address, its body, and those headers that AWS insists on. Others may be changed on the way by
 * proxies, and stay unsigned.
 */
export async function sign(
  { method, url, headers, body }: Outgoing,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { region, service, datetime }: Scope,
): Promise<void> {
  if (derived.size > MOST) derived.clear()
  const signed = await new AwsV4Signer({
    method,
    url: url.href,
    headers: [...headers].filter(([name]) => name.startsWith('x-amz')),
    ...(body !== undefined && { body }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    region,
    service,
    ...(datetime !== undefined && { datetime }),
    cache: derived,
  }).sign()
  for (const [name, value] of signed.headers) headers.set(name, value)
}
