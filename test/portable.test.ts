import { expect, test } from 'vitest'
import { createGateway } from '../src/index.ts'

const { fetch } = createGateway({ environment: {} })

const model = 'anthropic/claude-opus-5'
const headers = { 'content-type': 'application/json' }
const asked = (): Request => {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] })
  return new Request('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
}

/** What Bun hands on with a request: the server itself, which has some names in common with the settings of a request. */
class Server {
  readonly url = new URL('http://127.0.0.1/')
  readonly method = 'GET'
  readonly body = null
}

test.each([
  ['Bun', [new Server()]],
  ['Deno', [{ remoteAddr: { transport: 'tcp' }, completed: Promise.resolve() }]],
  ['Cloudflare', [{ KEY: 'k' }, { waitUntil() {} }]],
])('a server of %s can be handed the fetch of a gateway', async (_, rest) => {
  const serve: (...given: readonly never[]) => Promise<Response> = fetch
  const response = await serve(...([asked(), ...rest] as never[]))
  expect(await response.json()).toMatchObject({ object: 'chat.completion' })
})

test('a client can hand settings to the fetch of a gateway, with an address or a request', async () => {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] })
  const settings = { method: 'POST', headers, body }
  const address = 'http://gateway/v1/chat/completions'
  for (const input of [address, new URL(address), new Request(address)])
    expect((await fetch(input, settings)).status).toBe(200)
  const gone = AbortSignal.abort(new Error('gone'))
  await expect(fetch(asked(), { signal: gone })).rejects.toThrow('gone')
})
