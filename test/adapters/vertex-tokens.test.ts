import { decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Credentials } from '../../adapters/vertex/credentials.ts'
import { createTokens, type Outside } from '../../adapters/vertex/tokens.ts'
import { GatewayError } from '../../src/errors.ts'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000

const person: Credentials = {
  type: 'authorized_user',
  client_id: 'client',
  client_secret: 'confidential',
  refresh_token: 'lasting',
  quota_project_id: 'who-pays',
}

let pair: CryptoKeyPair
let account: Extract<Credentials, { type: 'service_account' }>

beforeAll(async () => {
  pair = await generateKeyPair('RS256', { extractable: true })
  const private_key = await exportPKCS8(pair.privateKey)
  account = { type: 'service_account', client_email: 'bot@project.example', private_key, private_key_id: 'key-1' }
})

interface Office extends Outside {
  readonly asked: Request[]
  time: number
  answer: (count: number) => Response | Promise<Response>
  file: (path?: string) => string | undefined
}

/** Google's counter: gives out `token-1`, `token-2` …, each for an hour. */
function office(): Office {
  const asked: Request[] = []
  const self: Office = {
    asked,
    time: START,
    answer: (count) => Response.json({ access_token: `token-${count}`, expires_in: 3600, token_type: 'Bearer' }),
    file: () => undefined,
    now: () => self.time,
    readFile: async (path) => self.file(path),
    async fetch(input, init) {
      asked.push(new Request(input, init))
      return self.answer(asked.length)
    },
  }
  return self
}

async function problem(promise: Promise<unknown>): Promise<GatewayError['failure']> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof GatewayError) return error.failure
  throw new Error('It was not refused.')
}

describe('a service account', () => {
  test('signs a claim that Google can check, and exchanges it for a token', async () => {
    const google = office()
    const grant = await createTokens(account, google).get()
    expect(grant).toEqual({ token: 'token-1', expires: START + 60 * MINUTE })
    const [request] = google.asked
    expect(request?.url).toBe('https://oauth2.googleapis.com/token')
    const form = new URLSearchParams(await request?.text())
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const assertion = form.get('assertion') ?? ''
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
    const { payload } = await jwtVerify(assertion, pair.publicKey, { currentDate: new Date(START) })
    expect(payload).toEqual({
      iss: 'bot@project.example',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: 'https://oauth2.googleapis.com/token',
      iat: START / 1000,
      exp: START / 1000 + 3600,
    })
  })

  test('may have the line breaks of its key spelled out', async () => {
    const escaped = { ...account, private_key: account.private_key.replaceAll('\n', '\\n') }
    await expect(createTokens(escaped, office()).get()).resolves.toMatchObject({ token: 'token-1' })
  })

  test('is never sent where its own file says', async () => {
    const google = office()
    await createTokens({ ...account, token_uri: 'https://evil.example/token' }, google).get()
    expect(google.asked.map(({ url }) => url)).toEqual(['https://oauth2.googleapis.com/token'])
  })

  test.each([
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n', 'it is PKCS#1'],
    ['no key at all', 'cannot be read'],
  ])('explains a key that is none: %j', async (private_key, reason) => {
    const { message, code, retry } = await problem(createTokens({ ...account, private_key }, office()).get())
    expect(message).toContain(reason)
    expect(message).not.toContain('MIIB')
    expect({ code, retry }).toEqual({ code: 'upstream_authentication_failed', retry: false })
  })
})

describe('a person', () => {
  test('is recognised by a refresh token, and says which project pays', async () => {
    const google = office()
    const grant = await createTokens(person, google).get()
    expect(grant).toEqual({ token: 'token-1', expires: START + 60 * MINUTE, quotaProject: 'who-pays' })
    expect(Object.fromEntries(new URLSearchParams(await google.asked[0]?.text()))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client',
      client_secret: 'confidential',
      refresh_token: 'lasting',
    })
  })
})

describe('without credentials', () => {
  test('what gcloud left is used', async () => {
    const google = office()
    google.file = (path) => (path === undefined ? JSON.stringify(person) : undefined)
    await expect(createTokens(undefined, google).get()).resolves.toMatchObject({ quotaProject: 'who-pays' })
  })

  test('a machine of Google’s is asked what it runs as', async () => {
    const google = office()
    await expect(createTokens(undefined, google).get()).resolves.toMatchObject({ token: 'token-1' })
    const [request] = google.asked
    expect(request?.url).toBe(
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token',
    )
    expect(request?.headers.get('metadata-flavor')).toBe('Google')
  })

  test('elsewhere it is said what to do', async () => {
    const google = office()
    google.answer = () => Promise.reject(new TypeError('fetch failed'))
    const { status, message, retry } = await problem(createTokens(undefined, google).get())
    expect(message).toContain('GOOGLE_APPLICATION_CREDENTIALS')
    expect({ status, retry }).toEqual({ status: 502, retry: false })
  })
})

describe('credentials in a string', () => {
  test('are a file', async () => {
    const google = office()
    google.file = (path) => (path === '/run/key.json' ? JSON.stringify(person) : undefined)
    await expect(createTokens('/run/key.json', google).get()).resolves.toMatchObject({ token: 'token-1' })
  })

  test('or the text of one', async () => {
    await expect(createTokens(` ${JSON.stringify(person)}`, office()).get()).resolves.toMatchObject({
      token: 'token-1',
    })
  })

  test('are read anew for each token, so that a new key is noticed', async () => {
    const google = office()
    let reads = 0
    google.file = () => {
      reads += 1
      return JSON.stringify(person)
    }
    const tokens = createTokens('/run/key.json', google)
    await tokens.get()
    google.time += 59 * MINUTE
    await tokens.get()
    expect(reads).toBe(2)
  })

  test.each([
    ['{"type":"external_account"}', 'external_account'],
    ['{"type":"service_account","client_email":"a@b"}', 'private_key'],
    ['{ no JSON', 'holds no credentials'],
  ])('that are none are explained without being shown: %s', async (text, reason) => {
    expect((await problem(createTokens(text, office()).get())).message).toContain(reason)
  })

  test('that name no file are explained', async () => {
    const google = office()
    google.file = () => {
      throw new Error('ENOENT')
    }
    expect((await problem(createTokens('/nowhere.json', google).get())).message).toContain('/nowhere.json')
  })
})

describe('a token', () => {
  test('is kept while it lasts, and renewed before it ends', async () => {
    const google = office()
    const tokens = createTokens(person, google)
    await tokens.get()
    google.time = START + 56 * MINUTE
    expect((await tokens.get()).token).toBe('token-1')
    google.time = START + 57 * MINUTE
    expect((await tokens.get()).token).toBe('token-2')
    expect(google.asked).toHaveLength(2)
  })

  test('is asked for once, however many wait for it', async () => {
    const google = office()
    const tokens = createTokens(person, google)
    const grants = await Promise.all(Array.from({ length: 20 }, () => tokens.get()))
    expect(new Set(grants.map(({ token }) => token))).toEqual(new Set(['token-1']))
    expect(google.asked).toHaveLength(1)
  })

  test('goes on being used where it cannot be renewed, until it ends', async () => {
    const google = office()
    const tokens = createTokens(person, google)
    await tokens.get()
    google.answer = () => new Response('busy', { status: 503 })
    google.time = START + 58 * MINUTE
    expect((await tokens.get()).token).toBe('token-1')
    google.time = START + 61 * MINUTE
    expect(await problem(tokens.get())).toMatchObject({ status: 502, retry: true, code: 'upstream_unreachable' })
  })

  test('that is forgotten is asked for again', async () => {
    const tokens = createTokens(person, office())
    await tokens.get()
    tokens.forget()
    expect((await tokens.get()).token).toBe('token-2')
  })

  test('is asked for again after a failure', async () => {
    const google = office()
    const give = google.answer
    const tokens = createTokens(person, google)
    google.answer = () => Promise.reject(new TypeError('fetch failed'))
    expect(await problem(tokens.get())).toMatchObject({ status: 502, retry: true })
    google.answer = give
    await expect(tokens.get()).resolves.toMatchObject({ token: 'token-2' })
  })

  test('that is refused is refused for the gateway, not for the client', async () => {
    const google = office()
    google.answer = () =>
      Response.json(
        { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
        { status: 400 },
      )
    expect(await problem(createTokens(person, google).get())).toMatchObject({
      status: 502,
      code: 'upstream_authentication_failed',
      retry: false,
      message:
        'The gateway has no access token for Vertex AI. Google refused to give one (invalid_grant: Token has been expired or revoked.).',
    })
  })
})
