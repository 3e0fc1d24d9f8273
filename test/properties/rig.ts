/**
 * Requests and replies made up by fast-check, through a real gateway.
 *
 * @module
 */
import { type Adapter, codecFor, type Framing } from '../../src/adapter.ts'
import type { Json, JsonObject } from '../../src/canonical.ts'
import type { Fixture, Recorded } from '../../src/contract/fixture.ts'
import { cutNowhere, stage, streamed, told, whole } from '../../src/contract/stage.ts'
import { sealFrame } from '../../src/wire/eventstream.ts'

/** The two forms of one reply. */
export interface Native {
  readonly whole: JsonObject
  readonly frames: readonly JsonObject[]
}

/** What came of a request. */
export interface Outcome {
  readonly status: number
  readonly headers: Headers
  /** The last call that was made. */
  readonly sent: JsonObject | undefined
  /** What the client was told, as the contract's goldens have it. */
  readonly told: Json
}

/** Asks a gateway with one provider, which answers as it is told to. */
export async function ask(
  adapter: Adapter,
  asked: JsonObject,
  reply: Native,
  form: 'whole' | 'stream' = 'whole',
  cut = cutNowhere,
): Promise<Outcome> {
  const { fetch, calls } = await stage(
    adapter,
    inFixture(reply, framingOf(adapter, asked)),
    form === 'whole' ? whole : streamed(cut),
  )
  const body = JSON.stringify({
    ...asked,
    model: `${adapter.name}/${String(asked['model'])}`,
    ...(form === 'stream' && { stream: true, stream_options: { include_usage: true } }),
  })
  const response = await fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { status, headers } = response
  return { status, headers, sent: calls.at(-1), told: await told(response) }
}

/** The bytes of a stream. */
export function bytesOf(frames: readonly JsonObject[], framing: Framing = 'sse'): Uint8Array {
  const texts = frames.map((frame) => JSON.stringify(frame))
  if (framing === 'eventstream') return Buffer.concat(texts.map(sealFrame))
  return new TextEncoder().encode(texts.map((text) => (framing === 'sse' ? `data: ${text}\n\n` : `${text}\n`)).join(''))
}

/** How a provider streams. */
function framingOf(adapter: Adapter, { model }: JsonObject): Framing {
  return codecFor(adapter, String(model))?.framing ?? 'sse'
}

function inFixture({ whole, frames }: Native, framing: Framing): Fixture {
  const streamed = bytesOf(frames, framing)
  const reply: Recorded = { status: 200, headers: {}, whole: JSON.stringify(whole), streamed }
  const facts = {
    says: '',
    source: '',
    shows: [],
    path: '/v1/chat/completions',
    status: 200,
    headers: {},
    warnings: [],
    skips: 0,
  }
  // As many replies as a request for several may need.
  return { name: '', folder: '', facts, asked: {}, replies: Array.from({ length: 8 }, () => reply) }
}
