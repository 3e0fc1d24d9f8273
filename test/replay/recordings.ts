/**
 * Recorded interactions with providers, as files in a folder.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'

const recording = z.object({
  name: z.string(),
  provider: z.string(),
  protocol: z.string(),
  operation: z.string(),
  core: z.boolean().default(false),
  group: z.string().nullish(),
  sequence: z.object({ index: z.number(), count: z.number() }).nullish(),
  request: z.object({ path: z.string().nullish(), body: z.unknown() }).nullish(),
  response: z
    .object({
      status: z.number(),
      headers: z.record(z.string(), z.string()).default({}),
      kind: z.enum(['json', 'sse', 'jsonl', 'eventstream', 'text']),
      body: z.unknown(),
    })
    .nullish(),
})

/** One request and the reply to it. */
export type Recording = z.output<typeof recording>

/** The reply of a recording. */
export type RecordedReply = NonNullable<Recording['response']>

/** What a folder holds. */
export interface Folder {
  readonly recordings: readonly Recording[]
  /** Files that are JSON but no recordings. */
  readonly strangers: readonly string[]
}

/** Reads every recording in a folder and the folders in it. */
export function load(folder: string): Folder {
  const recordings: Recording[] = []
  const strangers: string[] = []
  for (const path of files(folder)) {
    const parsed = recording.safeParse(parse(path))
    if (parsed.success) recordings.push(parsed.data)
    else strangers.push(relative(folder, path))
  }
  return { recordings, strangers }
}

/** Where recordings are unless somebody says otherwise; nothing where there are none. */
export function defaultFolder(): string | undefined {
  const folder = process.env['RECORDINGS'] ?? join(import.meta.dirname, '../../../shared/recordings')
  return existsSync(folder) ? folder : undefined
}

const TYPES: Readonly<Record<RecordedReply['kind'], string>> = {
  json: 'application/json',
  sse: 'text/event-stream',
  jsonl: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  text: 'text/plain',
}

/** The bytes of a recorded body. */
export function bytes({ kind, body }: RecordedReply): Uint8Array<ArrayBuffer> {
  if (kind === 'eventstream') return new Uint8Array(Buffer.from(String(body), 'base64'))
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

/** The headers of a recorded reply, without those that spoke of the bytes on the wire. */
export function headers({ kind, headers: recorded }: RecordedReply): Headers {
  const told = new Headers({ 'content-type': TYPES[kind] })
  for (const [name, value] of Object.entries(recorded)) {
    if (!/^(?:content-(?:length|encoding)|transfer-encoding|connection|keep-alive)$/iu.test(name)) told.set(name, value)
  }
  return told
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
