/**
 * The mock upstream: four providers' APIs on one port, answering at once with bytes that are ready to be sent.
 *
 * @module
 */
import { createServer, type Socket } from 'node:net'
import { chunk, LAST_CHUNK, MessageReader } from './http-reader.ts'
import { prepare, type Prepared } from './replies.ts'
import { type Protocol, PROTOCOLS, type Shape } from './scenarios.ts'

/** A mock upstream, serving. */
export interface Upstream {
  readonly port: number
  /** Says how streams are to come from now on. */
  shape(shape: Shape): void
  close(): Promise<void>
}

/** Serves on a port of this machine, a free one where it is 0. */
export async function serveUpstream(port = 0): Promise<Upstream> {
  const sockets = new Set<Socket>()
  const prepared = new Map<string, Answers>()
  let shape: Shape = { deltas: 10, pace: 0 }
  let answers = answersFor(shape)

  function answersFor({ deltas }: Shape): Answers {
    const known = prepared.get(String(deltas))
    if (known) return known
    const entries = PROTOCOLS.map((protocol) => [protocol, answer(prepare(protocol, deltas))] as const)
    const made = new Map(entries)
    prepared.set(String(deltas), made)
    return made
  }

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    const reader = requests((protocol, streamed) => {
      const ready = answers.get(protocol)
      if (!ready) socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
      else if (!streamed) socket.write(ready.whole)
      else if (shape.pace === 0) socket.write(ready.burst)
      else pace(socket, ready, shape.pace)
    })
    socket.on('data', (bytes: Buffer) => reader.feed(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    shape(next) {
      shape = next
      answers = answersFor(next)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Bytes to send, HTTP and all. Every event is a chunk of its own, as providers send them. */
interface Answer {
  readonly whole: Buffer
  readonly burst: Buffer
  readonly opening: Buffer
  readonly deltas: readonly Buffer[]
  readonly closing: Buffer
}

type Answers = ReadonlyMap<Protocol, Answer>

function answer({ whole, type, opening, deltas, closing }: Prepared): Answer {
  const chunks = (events: readonly Buffer[]): Buffer => Buffer.concat(events.map(chunk))
  const streamHead = head([`content-type: ${type}`, 'transfer-encoding: chunked', 'cache-control: no-cache'])
  const start = Buffer.concat([streamHead, chunks(opening)])
  const end = Buffer.concat([chunks(closing), LAST_CHUNK])
  return {
    whole: Buffer.concat([head(['content-type: application/json', `content-length: ${whole.length}`]), whole]),
    burst: Buffer.concat([start, chunks(deltas), end]),
    opening: start,
    deltas: deltas.map(chunk),
    closing: end,
  }
}

function head(lines: readonly string[]): Buffer {
  const all = ['HTTP/1.1 200 OK', 'date: Thu, 01 Jan 2026 00:00:00 GMT', 'request-id: req_bench', ...lines]
  return Buffer.from(`${all.join('\r\n')}\r\n\r\n`)
}

/** Streams begin at different times within a beat, as they do where they have nothing to do with each other. */
let beat = 0

function pace(socket: Socket, { opening, deltas, closing }: Answer, milliseconds: number): void {
  socket.write(opening)
  let next = 0
  const begin = (): void => {
    const timer = setInterval(tell, milliseconds)
    tell()

    function tell(): void {
      const delta = deltas[next++]
      if (delta && !socket.destroyed) socket.write(delta)
      if (next < deltas.length && !socket.destroyed) return
      clearInterval(timer)
      if (!socket.destroyed) socket.write(closing)
    }
  }
  setTimeout(begin, 1 + ((beat += 7) % milliseconds))
}

/** Reads requests as far as they say whose API is meant, and whether to stream. */
function requests(answer: (protocol: Protocol, streamed: boolean) => void): MessageReader {
  let path = ''
  let streamed = false
  // What was asked may be cut anywhere, so the end of one piece is looked at together with the next.
  let seam = ''
  return new MessageReader({
    head(text) {
      path = text.slice(text.indexOf(' ') + 1, text.indexOf(' HTTP/'))
      streamed = /[:-]stream/u.test(path)
      seam = ''
    },
    body(bytes) {
      if (streamed) return
      streamed = bytes.includes(STREAM) || (seam + bytes.toString('latin1', 0, STREAM.length)).includes(STREAM)
      seam = bytes.toString('latin1', Math.max(bytes.length - STREAM.length, 0))
    },
    end: () => answer(protocolOf(path), streamed),
  })
}

const STREAM = '"stream":true'

function protocolOf(path: string): Protocol {
  if (path.includes('/messages')) return 'anthropic'
  if (path.includes('/chat/completions')) return 'openai'
  return path.includes('/model/') ? 'bedrock' : 'google'
}
