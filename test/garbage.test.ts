import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { anthropic, bedrock, google, openai } from '../adapters/index.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import type { Reach } from '../src/upstream.ts'
import { prepare } from './bench/replies.ts'
import { MODELS, PROTOCOLS, type Protocol } from './bench/scenarios.ts'

// What a request leaves behind has to be garbage that is cheap to collect. V8 collects the young often and for almost
// nothing, but not what hangs on something old: a function assigned to a member is born old, and so is the hidden class
// of an object literal with a getter. One of either in the way of every request and all that they know fills the heap.
setFlagsFromString('--expose-gc')
const collect: (options: { type: 'minor' | 'major' }) => void = runInNewContext('gc')

/** A provider that has its answer ready. */
function answering(protocol: Protocol, stream: boolean): Reach {
  const { whole, type, opening, deltas, closing } = prepare(protocol, 10)
  const body = stream ? Buffer.concat([...opening, ...deltas, ...closing]) : whole
  const fields = new Headers({ 'content-type': stream ? type : 'application/json' })
  return async () => {
    const left = [body]
    const read = async (): Promise<{ done: boolean; value?: Uint8Array | undefined }> => {
      const value = left.pop()
      return { done: value === undefined, value }
    }
    return {
      ok: true,
      status: 200,
      headers: fields,
      body: { getReader: () => ({ read, cancel: async () => {} }) },
      text: async () => whole.toString(),
    }
  }
}

/** Asks once and reads the answer to its end. */
async function ask({ hot }: Gateway, path: string, body: object): Promise<number> {
  const headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }
  const { signal } = new AbortController()
  const answer = await hot[path]?.({
    header: (name) => headers[name],
    text: async () => JSON.stringify(body),
    signal,
  })
  if (answer?.status !== 200) throw new Error(`${path} answers ${answer?.status}`)
  if (typeof answer.body === 'string') return answer.body.length
  let size = 0
  while (!answer.body.done) size += (await answer.body.next()).length
  return size
}

const SURFACES = {
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'Hello.' }] },
  '/v1/responses': { input: 'Hello.' },
}

describe.each(Object.entries(SURFACES))('what an answer leaves behind at %s', (path, asked) => {
  test.each(PROTOCOLS.flatMap((protocol) => [false, true].map((stream) => [protocol, stream] as const)))(
    'dies young: %s, streamed %s',
    async (protocol, stream) => {
      const made = { anthropic, google, openai, bedrock }[protocol]
      const adapter = made({ apiKey: 'key', ...(protocol === 'bedrock' && { region: 'us-east-1' }) } as never)
      const gateway = createGateway({
        providers: { [protocol]: { adapter, serves: [] } },
        responses: false,
        log: () => {},
        fetch: answering(protocol, stream),
      })
      const body = { ...asked, model: MODELS[protocol], stream }
      for (let count = 0; count < 300; count += 1) await ask(gateway, path, body)
      const left: number[] = []
      for (let round = 0; round < 3; round += 1) {
        collect({ type: 'major' })
        const before = process.memoryUsage().heapUsed
        for (let count = 0; count < REQUESTS; count += 1) await ask(gateway, path, body)
        // What survives two of them is old.
        for (let count = 0; count < 3; count += 1) collect({ type: 'minor' })
        left.push((process.memoryUsage().heapUsed - before) / REQUESTS)
      }
      expect(Math.min(...left)).toBeLessThan(MOST)
    },
  )
})

const REQUESTS = 200
/** Bytes for each request. One closure that lives on keeps thousands; counters and code that is being compiled are not much. */
const MOST = 1000
