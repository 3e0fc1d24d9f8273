import { AwsV4Signer } from 'aws4fetch'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bedrock } from '../../adapters/bedrock.ts'
import { renewed } from '../../adapters/bedrock/credentials.ts'
import { findCredentials } from '../../adapters/bedrock/default-credentials.ts'
import { endpoint, regionOf, sign } from '../../adapters/bedrock/signing.ts'
import type { Outgoing } from '../../src/adapter.ts'

const outgoing = (url: string, rest: Partial<Outgoing> = {}): Outgoing => ({
  method: 'POST',
  url: new URL(url),
  headers: new Headers(),
  body: undefined,
  ...rest,
})

// The suite that AWS publishes for Signature Version 4: https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
describe("AWS's own vectors", () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
  const scope = { region: 'us-east-1', service: 'service', datetime: '20150830T123600Z' }

  test.for([
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-query-unreserved',
      'GET',
      '/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
      '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
    ],
  ] as const)('%s', ([, method, path, signature]) => {
    const call = outgoing(`https://example.amazonaws.com${path}`, { method })
    sign(call, credentials, scope)
    expect(call.headers.get('authorization')).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    )
  })
})

const segments = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('', '.', '%2F', 'a:b', "!'()*")),
)

test('whatever is called is signed as another library signs it', async () => {
  await fc.assert(
    fc.asyncProperty(
      segments,
      fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ unit: 'grapheme', maxLength: 4 }))),
      fc.string({ unit: 'grapheme' }),
      fc.option(fc.string({ unit: fc.constantFrom('a', 'b', ' ') }), { nil: undefined }),
      fc.option(fc.constantFrom('tok', 'tok/+='), { nil: undefined }),
      async (path, query, body, trace, sessionToken) => {
        const url = new URL('https://bedrock-runtime.us-east-1.amazonaws.com')
        url.pathname = path.join('/')
        for (const [name, value] of query) url.searchParams.append(name, value)
        const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', ...(sessionToken && { sessionToken }) }
        const scope = { region: 'us-east-1', service: 'bedrock', datetime: '20260101T000000Z' }
        const given = { 'content-type': 'application/json', ...(trace !== undefined && { 'x-amzn-trace': trace }) }
        const call = outgoing(url.href, { body, headers: new Headers(given) })
        sign(call, keys, scope)
        const { 'content-type': _, ...headers } = given
        const other = await new AwsV4Signer({ method: 'POST', url: url.href, headers, body, ...keys, ...scope }).sign()
        expect(call.headers.get('authorization')).toBe(other.headers.get('authorization'))
      },
    ),
    { numRuns: 500 },
  )
})

describe('a call', () => {
  const host = 'https://bedrock-runtime.us-east-1.amazonaws.com'
  const scope = { region: 'us-east-1', service: 'bedrock', datetime: '20260101T000000Z' }
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'tok' }
  const id = encodeURIComponent('anthropic.claude-3-haiku-20240307-v1:0')

  test('is signed as AWS’s own signer signs it', async () => {
    const call = outgoing(`${host}/model/${id}/converse`, { body: '{"messages":[]}' })
    call.headers.set('content-type', 'application/json')
    sign(call, credentials, scope)
    expect(call.headers.get('authorization')).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
    expect(call.headers.get('authorization')).toContain(
      'Signature=0e28dd1c104855f9a977a54064370350b3f00c7e57d550c304ee87be9cc6bbc5',
    )
    expect(call.headers.get('x-amz-security-token')).toBe('tok')
    expect(call.headers.get('content-type')).toBe('application/json')
  })

  test('is signed with headers that AWS insists on, and no others', async () => {
    const call = outgoing(`${host}/model/${id}/converse`, { body: '{}' })
    for (const name of ['x-amzn-bedrock-trace', 'x-other', 'user-agent']) call.headers.set(name, 'value')
    sign(call, credentials, scope)
    expect(call.headers.get('authorization')).toContain(
      'SignedHeaders=host;x-amz-date;x-amz-security-token;x-amzn-bedrock-trace,',
    )
  })

  test.for([
    ['{"a":1}', '{"a":2}'],
    ['{}', '{ }'],
  ])('is signed with its exact body: %s is not %s', async ([one, other]) => {
    const signatures = await Promise.all(
      [one, other].map(async (body) => {
        const call = outgoing(`${host}/model/${id}/converse`, { body })
        sign(call, credentials, scope)
        return call.headers.get('authorization')
      }),
    )
    expect(signatures[0]).not.toBe(signatures[1])
  })
})

test.for([
  [endpoint('eu-west-1'), 'eu-west-1'],
  [endpoint('cn-north-1'), 'cn-north-1'],
  ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['https://vpce-1.bedrock-runtime.eu-central-1.vpce.amazonaws.com', 'eu-central-1'],
  ['https://bedrock-runtime.us-east-1.api.aws', 'us-east-1'],
  ['https://bedrock-runtime.us-east-1.amazonaws.com.evil.com', undefined],
  ['https://proxy.example.com', undefined],
])('%s is in %s', ([url = '', region]) => {
  expect(regionOf(new URL(url))).toBe(region)
})

describe('who asks', () => {
  const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'tok' }
  const authorize = async (options: Parameters<typeof bedrock>[0], clientKey?: string) => {
    const adapter = bedrock(options)
    const call = outgoing(`${adapter.baseURL}/model/a/converse`, { body: '{}' })
    await adapter.authorize(call, clientKey)
    return call.headers
  }

  test('is told by an API key where there is one', async () => {
    const headers = await authorize({ apiKey: 'ABSK-1', ...keys })
    expect(Object.fromEntries(headers)).toEqual({ authorization: 'Bearer ABSK-1' })
  })

  test('is told by a signature where the API key is blank', async () => {
    const headers = await authorize({ apiKey: '  ', region: 'eu-west-1', ...keys })
    expect(headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/eu-west-1\/bedrock\//u,
    )
    expect(headers.get('x-amz-security-token')).toBe('tok')
  })

  test('is the client where it brings a key of its own', async () => {
    expect((await authorize(keys, 'ABSK-2')).get('authorization')).toBe('Bearer ABSK-2')
  })

  test('a lasting key has no session token', async () => {
    const headers = await authorize({ ...keys, accessKeyId: 'AKIAEXAMPLE' })
    expect(headers.has('x-amz-security-token')).toBe(false)
  })
})

describe('credentials are found', () => {
  const nowhere = { environment: { AWS_EC2_METADATA_DISABLED: 'true' }, home: '/home/me' }
  const files = (known: Record<string, string>) => async (path: string) => {
    const text = known[path]
    if (text === undefined) throw new Error('no such file')
    return text
  }
  const secret = 'aws_access_key_id = A\n# a comment\naws_secret_access_key=B=='

  test('in the shared files, by profile', async () => {
    const read = files({
      '/home/me/.aws/credentials': `[other]\naws_access_key_id = X\n[default]\n${secret}\naws_session_token = T\n`,
      '/home/me/.aws/config': `[profile work]\r\n${secret}\r\nregion = x`,
    })
    const found = { accessKeyId: 'A', secretAccessKey: 'B==' }
    expect(await findCredentials({ ...nowhere, read })).toEqual({ ...found, sessionToken: 'T' })
    expect(await findCredentials({ ...nowhere, read, profile: 'work' })).toEqual(found)
    const elsewhere = { ...nowhere.environment, AWS_SHARED_CREDENTIALS_FILE: '/home/me/.aws/config' }
    await expect(findCredentials({ ...nowhere, environment: elsewhere, read })).rejects.toThrow('"default"')
  })

  const granted = {
    AccessKeyId: 'A',
    SecretAccessKey: 'B',
    Token: 'T',
    Expiration: '2026-01-01T00:00:00Z',
  }
  const expected = { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'T', expires: Date.UTC(2026, 0, 1) }

  /** A network that answers by address, and remembers what it was asked. */
  function network(known: Record<string, unknown>): { fetch: typeof fetch; asked: Request[] } {
    const asked: Request[] = []
    return {
      asked,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        asked.push(request)
        const answer = known[request.url]
        if (answer === undefined) return new Response('', { status: 404 })
        return typeof answer === 'string' ? new Response(answer) : Response.json(answer)
      },
    }
  }

  test('in a container', async () => {
    const { fetch, asked } = network({ 'http://169.254.170.2/v2/c': granted })
    const environment = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/c', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'let me' }
    expect(await findCredentials({ home: '/', environment, read: files({}), fetch })).toEqual(expected)
    expect(asked[0]?.headers.get('authorization')).toBe('let me')
  })

  test('in a container whose token lies in a file', async () => {
    const { fetch, asked } = network({ 'http://169.254.170.23/v1/credentials': granted })
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token',
    }
    await findCredentials({ home: '/', environment, read: files({ '/token': 'let me\n' }), fetch })
    expect(asked[0]?.headers.get('authorization')).toBe('let me')
  })

  test('never at an address that is not the container’s', async () => {
    const { fetch, asked } = network({ 'http://example.com/': granted })
    const environment = { ...nowhere.environment, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/' }
    await expect(findCredentials({ home: '/', environment, read: files({}), fetch })).rejects.toThrow(
      'No AWS credentials',
    )
    expect(asked).toEqual([])
  })

  test('at the machine’s own service, with a session', async () => {
    const base = 'http://169.254.169.254/latest'
    const { fetch, asked } = network({
      [`${base}/api/token`]: 'session',
      [`${base}/meta-data/iam/security-credentials/`]: 'role\n',
      [`${base}/meta-data/iam/security-credentials/role`]: granted,
    })
    expect(await findCredentials({ home: '/', environment: {}, read: files({}), fetch })).toEqual(expected)
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET'])
    expect(asked[2]?.headers.get('x-aws-ec2-metadata-token')).toBe('session')
  })

  test('or it is said that there are none', async () => {
    const found = findCredentials({ ...nowhere, read: files({}) })
    await expect(found).rejects.toMatchObject({ failure: { status: 502, code: 'upstream_authentication_failed' } })
  })

  test('once for all who ask, and again before they expire', async () => {
    let now = 0
    let asked = 0
    const find = renewed(
      async () => ({ accessKeyId: String(++asked), secretAccessKey: '', expires: now + 3_600_000 }),
      () => now,
    )
    await Promise.all([find(), find()])
    now = 3_200_000
    expect((await find()).accessKeyId).toBe('1')
    now = 3_400_000
    expect((await find()).accessKeyId).toBe('2')
  })

  test('again where they were not', async () => {
    let asked = 0
    const find = renewed(async () => {
      asked++
      throw new Error('none')
    })
    await expect(find()).rejects.toThrow('none')
    await expect(find()).rejects.toThrow('none')
    expect(asked).toBe(2)
  })
})
