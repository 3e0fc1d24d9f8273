import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'

/** What a name leads to: addresses of both families, or none because the server keeps silent. */
export type Answer = readonly string[] | 'silence'

/** A name server on this machine, and a resolver that asks it. */
export interface NameServer {
  readonly resolver: Resolver
  /** The names that were asked for, once for each question for an address of IPv4. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

const A = 1
const AAAA = 28

/** Opens a name server. `answer` is asked anew for each question, so that a name can lead elsewhere the next time. */
export async function openNameServer(answer: (name: string) => Answer | Promise<Answer>): Promise<NameServer> {
  const asked: string[] = []
  const server = createSocket('udp4')
  server.on('message', async (query, { port }) => {
    const { name, type, end } = question(query)
    if (type === A) asked.push(name)
    const found = await answer(name)
    if (found !== 'silence') server.send(reply(query, end, type, found), port, '127.0.0.1')
  })
  const port = await listening(server)
  const resolver = new Resolver({ timeout: 300, tries: 2 })
  resolver.setServers([`127.0.0.1:${port}`])
  return { resolver, asked, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

function listening(server: Socket): Promise<number> {
  return new Promise((resolve) => {
    server.bind(0, '127.0.0.1', () => resolve(server.address().port))
  })
}

function question(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function reply(query: Buffer, end: number, type: number, found: readonly string[]): Buffer {
  const answers = found.filter((address) => address.includes(':') === (type === AAAA))
  const head = Buffer.from(query.subarray(0, end))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(answers.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, ...answers.map((address) => record(address, type))])
}

function record(address: string, type: number): Buffer {
  const data = type === A ? Buffer.from(address.split('.').map(Number)) : groups(address)
  // The name is the one asked for, at offset 12; the class is that of the internet; nothing may be kept.
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length])
  return Buffer.concat([head, data])
}

/** An address of IPv6 as its sixteen bytes. */
function groups(address: string): Buffer {
  const [front = '', back = ''] = address.split('::')
  const before = front.split(':').filter(Boolean)
  const after = back.split(':').filter(Boolean)
  const middle = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return Buffer.from([...before, ...middle, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex')
}
