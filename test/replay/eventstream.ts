/**
 * AWS's event streams, read and written by AWS's own library.
 *
 * @module
 */
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { json, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (written) => new TextEncoder().encode(written),
)

/** The events of a recorded stream, each as an object with one member that names it. */
export function streamedEvents({ body }: RecordedReply): readonly unknown[] {
  const bytes = Buffer.from(text(body), 'base64')
  const found: unknown[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + bytes.readUInt32BE(at)
    const { headers, body } = codec.decode(bytes.subarray(at, end))
    const type = headers[':event-type'] ?? headers[':exception-type']
    found.push({ [String(type?.value)]: json(new TextDecoder().decode(body)) })
    at = end
  }
  return found
}

/** Writes a stream of events. */
export function eventstream(events: readonly (readonly [type: string, payload: unknown])[]): RecordedReply {
  const frames = events.map(([type, payload]) =>
    codec.encode({
      headers: {
        ':event-type': { type: 'string', value: type },
        ':content-type': { type: 'string', value: 'application/json' },
        ':message-type': { type: 'string', value: 'event' },
      },
      body: new TextEncoder().encode(JSON.stringify(payload)),
    }),
  )
  return { status: 200, headers: {}, kind: 'eventstream', body: Buffer.concat(frames).toString('base64') }
}
