/** The suite bites: each promise is broken on purpose once, and found broken. */
import { describe, expect, test } from 'vitest'
import type { Adapter, ChatCodec } from '../../src/adapter.ts'
import { contract } from '../../src/contract.ts'
import type { Reply } from '../../src/reply.ts'
import { isObject } from '../../src/wire/json.ts'
import { subjects } from './subjects.ts'

const { adapter, folder, request, configure } = subjects.find(({ adapter }) => adapter.name === 'anthropic')!
const codec = adapter.chat!

/** What is wrong with an adapter, and the promise it breaks. */
interface Fault {
  readonly promise: string
  readonly adapter: Adapter
}

let told = 0

const faults: Readonly<Record<string, Fault>> = {
  'sends a member more': {
    promise: 'text: sends the golden call',
    adapter: withCodec({ encode: (request, warn) => amended(codec.encode(request, warn), { surplus: true }) }),
  },
  'sends a member less': {
    promise: 'text: satisfies the native schema',
    adapter: withCodec({ encode: (request, warn) => amended(codec.encode(request, warn), { max_tokens: undefined }) }),
  },
  'reads no body': { promise: 'text: knows the recorded body', adapter: withCodec({ body: { safeParse: fail } }) },
  'reads no frame': { promise: 'text: knows every recorded frame', adapter: withCodec({ frame: { safeParse: fail } }) },
  'unfolds nothing': { promise: 'text: tells a whole reply', adapter: withCodec({ frames: () => [] }) },
  'loses what streams': {
    promise: 'text: tells a streamed reply the same',
    adapter: withDecoder((frame, reply) => isDelta(frame) || codec.decode(frame, reply)),
  },
  'cuts at lines': { promise: 'framing: does not care where chunks break', adapter: withCodec({ framing: 'ndjson' }) },
  'breaks at what it does not know': {
    promise: 'text: skips frames it does not know',
    adapter: withCodec({
      frame: { safeParse: (value) => ({ success: true, data: value }) },
      decode(frame, reply) {
        if (!codec.frame.safeParse(frame).success) throw new TypeError('Never heard of it.')
        codec.decode(frame, reply)
      },
    }),
  },
  'ends before the end': {
    promise: 'text: says so when the stream is cut short',
    adapter: withDecoder((frame, reply) => {
      reply.finish('stop', { raw: 'end_turn' })
      codec.decode(frame, reply)
    }),
  },
  'remembers from reply to reply': {
    promise: 'text: keeps two replies apart when interleaved',
    adapter: withDecoder((frame, reply) => {
      codec.decode(frame, reply)
      if (isDelta(frame) && told++ % 2 === 0) reply.text('!')
    }),
  },
  'tells its key': {
    promise: 'error-429: never lets the key into an error or a log',
    adapter: { ...adapter, failure: () => ({ code: 'sk-test-0123456789' }) },
  },
  'warns of nothing': {
    promise: 'seed: lists every loss',
    adapter: { ...adapter, supports: { ...adapter.supports, seed: true } },
  },
  'claims what no case shows': {
    promise: 'anthropic: shows every capability it claims',
    adapter: {
      ...adapter,
      supports: { ...adapter.supports, logprobs: true },
    },
  },
}

// What is broken on purpose must never become a golden.
describe.skipIf(process.env['UPDATE'] === '1')('an adapter that', () => {
  for (const [name, { promise, adapter }] of Object.entries(faults)) {
    test(`${name} is found out`, async () => {
      const check = [...contract(adapter, folder, { request, configure })].find(({ name }) => name.endsWith(promise))
      await expect(check?.run()).rejects.toThrow(/./u)
    })
  }
})

function withCodec(changes: Partial<ChatCodec>): Adapter {
  return { ...adapter, chat: { ...codec, ...changes } }
}

function withDecoder(decode: (frame: unknown, reply: Reply) => unknown): Adapter {
  // No frame goes by it unparsed.
  return withCodec({ quick: () => false, decode: (frame, reply) => void decode(frame, reply) })
}

function amended(
  call: ReturnType<ChatCodec['encode']>,
  members: Readonly<Record<string, true | undefined>>,
): typeof call {
  return { ...call, body: { ...(isObject(call.body) && call.body), ...members } }
}

function isDelta(frame: unknown): boolean {
  return isObject(frame) && frame['type'] === 'content_block_delta'
}

function fail(): { success: false; error: unknown } {
  return { success: false, error: 'no' }
}
