/**
 * Fixtures: one folder for each case, read from disk.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { JsonObject } from '../canonical.ts'
import { sealFrame } from '../wire/eventstream.ts'
import { isObject } from '../wire/json.ts'

/** What a provider answers to one call: a status, and its reply in one form or both. */
export interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The whole reply, as its JSON text. */
  readonly whole?: string
  /** The same reply, streamed. */
  readonly streamed?: Uint8Array | undefined
  /** The media type of the stream. */
  readonly type?: string | undefined
}

/** One case: what a client asks, what the provider answers, and what else is so. */
export interface Fixture {
  readonly name: string
  readonly folder: string
  readonly facts: z.output<typeof facts>
  /** The request without its model; none where a `GET` asks. */
  readonly asked: JsonObject | undefined
  /** One for each call the gateway makes, in turn. */
  readonly replies: readonly Recorded[]
}

/** What `case.json` says. Everything that may be lost in a case is listed there; nobody writes it but people. */
const facts = z.strictObject({
  /** The promise, in one sentence. */
  says: z.string().min(1),
  /** Where the shape of the reply is known from. */
  source: z.string().min(1),
  /** The model asked for. It stands here so that the same case of another provider asks the same. */
  model: z.string().optional(),
  /** Numbers of the edge cases this one shows. */
  shows: z.array(z.string()).default([]),
  /** Where the client asks. */
  path: z.string().default('/v1/chat/completions'),
  /** The provider's status; several where it is called several times. */
  status: z.union([z.int(), z.array(z.int())]).default(200),
  /** Headers of the provider's replies. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Every loss the client is told of: `param=reason`, in order. */
  warnings: z.array(z.string()).default([]),
  /** How many frames of the recording say nothing to the adapter. */
  skips: z.int().default(0),
  /** What is found at addresses that the provider does not read by itself. */
  media: z.record(z.string(), z.strictObject({ mime: z.string(), data: z.string() })).optional(),
  /** Options of the adapter, besides those the suite was given it with. */
  options: z.record(z.string(), z.unknown()).optional(),
  /** The case that was asked before, of the same gateway. */
  after: z.string().optional(),
})

/** Endings of recorded streams, and what a provider says they are. */
const STREAMS: Readonly<Record<string, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  'events.jsonl': 'application/vnd.amazon.eventstream',
}

/** All cases of a folder, in order of their names. */
export function readFixtures(folder: string): readonly Fixture[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFixture(join(folder, name)))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** One case. Throws where its files do not make one. */
export function readFixture(folder: string): Fixture {
  const parsed = facts.safeParse(readJson(join(folder, 'case.json')))
  if (!parsed.success) throw new Error(`${join(folder, 'case.json')}: ${z.prettifyError(parsed.error)}`)
  const asked = readJson(join(folder, 'asked.json'))
  if (asked !== undefined && !isObject(asked)) throw new Error(`${join(folder, 'asked.json')}: not an object`)
  return { name: basename(folder), folder, facts: parsed.data, asked, replies: readReplies(folder, parsed.data) }
}

/** What a file holds, if it is there. */
export function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** `got.json` and `got.sse`, then `got-2.json` and `got-2.sse`, as long as there is either. */
function readReplies(folder: string, { status, headers }: z.output<typeof facts>): readonly Recorded[] {
  const replies: Recorded[] = []
  for (;;) {
    const stem = replies.length === 0 ? 'got' : `got-${replies.length + 1}`
    const whole = read(join(folder, `${stem}.json`))
    const ending = Object.keys(STREAMS).find((one) => existsSync(join(folder, `${stem}.${one}`)))
    if (!whole && !ending) return replies
    const own = typeof status === 'number' ? status : (status[replies.length] ?? 200)
    const streamed = ending && { streamed: readStream(join(folder, `${stem}.${ending}`)), type: STREAMS[ending] }
    replies.push({ status: own, headers, ...(whole && { whole: whole.toString('utf8') }), ...streamed })
  }
}

/** The bytes of a stream. Binary frames are written down as what they say, a line for each, so that people can read them. */
function readStream(file: string): Uint8Array | undefined {
  const bytes = read(file)
  if (!file.endsWith('.events.jsonl')) return bytes
  const lines = bytes?.toString('utf8').split('\n') ?? []
  return Buffer.concat(lines.filter((line) => line.trim() !== '').map(sealFrame))
}

function read(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined
}
