import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createGuardedFetch } from '../../src/guarded-fetch.ts'
import { PUBLIC } from './internet.ts'
import { picture, PNG, trial, type Trial, unreached } from './rig.ts'

const ADDRESS = 'https://example.com/a.png'

/** A server that sends a byte at a time, and is never done. */
function dripping(response: ServerResponse): void {
  const drip = setInterval(() => response.write('.'), 20)
  response.on('close', () => clearInterval(drip))
}

/** Everything that takes for ever. */
const slow: readonly (readonly [what: string, make: (patience: number) => Promise<Trial>, said: string])[] = [
  [
    'a name server that keeps silent',
    (patience) => trial({ handle: picture, names: () => 'silence' }, { patience }),
    unreached(400),
  ],
  ['a server that does not speak TLS', (patience) => trial({}, { patience }), unreached(400)],
  ['a server that does not answer', (patience) => trial({ handle: () => {} }, { patience }), unreached(400)],
  [
    'a server whose headers drip',
    (patience) =>
      trial(
        {
          handle: (_request, response) => {
            response.socket?.write('HTTP/1.1 200 OK\r\nx: ')
            const drip = setInterval(() => response.socket?.write('.'), 20)
            response.socket?.on('close', () => clearInterval(drip))
          },
        },
        { patience },
      ),
    unreached(400),
  ],
  [
    'a server that always has another early hint',
    (patience) =>
      trial(
        {
          handle: (_request, response) => {
            const hint = setInterval(() => response.socket?.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20)
            response.socket?.on('close', () => clearInterval(hint))
          },
        },
        { patience },
      ),
    unreached(400),
  ],
  [
    'a body that drips',
    (patience) => trial({ handle: (_request, response) => dripping(response) }, { patience }),
    'it took longer than 400 ms',
  ],
  [
    'a body that stops',
    (patience) => trial({ handle: (_request, response) => void response.write(PNG.subarray(0, 20)) }, { patience }),
    'it took longer than 400 ms',
  ],
  [
    'a slow answer after a slow redirect',
    (patience) =>
      trial(
        {
          handle: (_request, response) => {
            setTimeout(() => response.writeHead(302, { location: '/next' }).end(), 150)
          },
        },
        { patience },
      ),
    unreached(400),
  ],
]

describe('time runs out', () => {
  test.each(slow)('with %s, once for all of it', async (_what, make, said) => {
    const { refusal, internet } = await make(400)
    const start = performance.now()
    expect(await refusal(ADDRESS)).toBe(said)
    expect(performance.now() - start).toBeGreaterThan(350)
    expect(performance.now() - start).toBeLessThan(900)
    await expect.poll(() => internet.open.size).toBe(0)
  })

  test('after ten seconds unless said otherwise, and a client is told so', async () => {
    const { internet } = await trial({ handle: picture, names: () => [] })
    const refused = createGuardedFetch({}, internet.way)(new URL(ADDRESS), new AbortController().signal)
    await expect(refused).rejects.toThrow('no public server answers there within 10000 ms')
  })
})

describe('a client that leaves', () => {
  test.each(slow)('is heard within 100 ms, and nothing goes on: %s', async (_what, make) => {
    const { get, internet } = await make(10_000)
    const client = new AbortController()
    const fetched = get(ADDRESS, client.signal).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const start = performance.now()
    client.abort(new Error('the client left'))
    expect(await fetched).toEqual(new Error('the client left'))
    expect(performance.now() - start).toBeLessThan(100)
    await expect.poll(() => internet.open.size, { interval: 10, timeout: 1000 }).toBe(0)
  })

  test('before its name was found is not connected for', async () => {
    const names = async (): Promise<readonly string[]> => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return [PUBLIC]
    }
    const { get, internet } = await trial({ handle: picture, names })
    await expect(get(ADDRESS, AbortSignal.timeout(50))).rejects.toThrow('timeout')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(internet).toMatchObject({ dialled: [], asked: ['example.com'] })
  })

  test('before anything began is not fetched for', async () => {
    const { get, internet } = await trial()
    await expect(get(ADDRESS, AbortSignal.abort(new Error('the client left')))).rejects.toThrow('the client left')
    expect(internet).toMatchObject({ dialled: [], open: new Set() })
  })
})

describe('when a file has come', () => {
  test('nothing is left open, and the next is fetched anew', async () => {
    const { get, internet } = await trial()
    await get(ADDRESS)
    await expect.poll(() => internet.open.size).toBe(0)
    await Promise.all([get(ADDRESS), get(ADDRESS)])
    await expect.poll(() => internet.open.size).toBe(0)
    expect(internet.asked).toHaveLength(3)
  })
})
