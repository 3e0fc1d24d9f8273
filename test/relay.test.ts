/** A stream says the same however much of it is read at a time, and whether its events are parsed or not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { type ChatCodec, codecFor } from '../src/adapter.ts'
import type { ReplyEvent } from '../src/canonical.ts'
import { Fold } from '../src/fold.ts'
import { Relay } from '../src/relay.ts'
import { Reply } from '../src/reply.ts'
import type { Reader } from '../src/upstream.ts'
import { fixturesOf } from './contract/subjects.ts'
import { read } from './surfaces/literals.ts'

const adapter = anthropic({ apiKey: 'key' })
const codec = codecFor(adapter, 'claude-opus-4-8')!
/** The same without its quick ways. */
const { quick: _, words: __, ...slow } = codec

/** A reader whose pieces arrive one by one; one that can be asked, where `polled`. */
function readerOf(pieces: readonly Uint8Array[], polled: boolean): Reader {
  let next = 0
  let arrived = false
  const reader: Reader = {
    read: async () => (next < pieces.length ? { done: false, value: pieces[next++] } : { done: true }),
    cancel: async () => {},
  }
  if (!polled) return reader
  return {
    ...reader,
    poll() {
      arrived = !arrived
      return arrived ? Promise.resolve() : pieces[next++]
    },
  }
}

async function told(codec: ChatCodec, pieces: readonly Uint8Array[], polled: boolean): Promise<readonly ReplyEvent[]> {
  const events: ReplyEvent[] = []
  const fold = new Fold()
  const reply = new Reply({
    write(event) {
      fold.write(event)
      events.push(event)
    },
    now: () => 1,
    newId: (prefix) => `${prefix}1`,
    origin: { format: codec.format },
    model: 'm',
  })
  const response = {
    ok: true,
    status: 200,
    headers: new Headers({ 'content-type': 'text/event-stream' }),
    body: { getReader: () => readerOf(pieces, polled) },
    text: async () => '',
  }
  const leg = { response, codec, abort() {}, disclose: <T>(failure: T) => failure }
  const resume = (): Promise<never> => Promise.reject(new Error('Nothing goes on from here.'))
  const relay = new Relay([{ leg, reply, fold, idle: 10_000, resume }])
  while (!relay.done && !reply.paused) await relay.next()
  relay.abort()
  return read(events)
}

function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((one, other) => one - other), bytes.length]
  return at.slice(1).map((end, index) => bytes.slice(at[index], end))
}

const streams = fixturesOf('anthropic').flatMap(({ name, replies }) =>
  replies.flatMap(({ streamed }) => (streamed ? [{ name, bytes: streamed }] : [])),
)
const words = Array.from({ length: 40 }, (_, index) => `word ${index} "é\u0001`.slice(0, 1 + (index % 11)))
const long = [
  { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...words.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

describe('what is told of a stream does not depend on how it is read', () => {
  test.each([...streams, { name: 'many words', bytes: Buffer.from(long.join('')) }])('$name', async ({ bytes }) => {
    const expected = await told(slow, [bytes], false)
    const cuts = fc.array(fc.nat(), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (cuts, polled) => {
        expect(await told(codec, pieces(bytes, cuts), polled)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })
})
