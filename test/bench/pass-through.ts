/**
 * A plain proxy, the yardstick: the least a gateway on this runtime does, with bodies passed on as they come.
 *
 * `node test/bench/pass-through.ts PORT UPSTREAM`
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Pool } from 'undici'

const [port, upstream = ''] = process.argv.slice(2)
const pool = new Pool(upstream, { connections: 1024, pipelining: 1 })

function pass(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { url = '/', headers } = request
  const { host: _, connection: __, ...kept } = headers
  pool.dispatch(
    { path: url, method: 'POST', headers: kept, body },
    {
      onRequestStart(controller) {
        response.on('drain', () => controller.resume())
        response.on('close', () => {
          if (!response.writableFinished) controller.abort(new Error('The client is gone.'))
        })
      },
      onResponseStart(_controller, status, told) {
        const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = told
        response.writeHead(status, rest)
      },
      onResponseData(controller, bytes) {
        if (!response.write(bytes)) controller.pause()
      },
      onResponseEnd: () => void response.end(),
      onResponseError: () => void response.destroy(),
    },
  )
}

createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (bytes: Buffer) => pieces.push(bytes))
  request.on('end', () => pass(request, response, pieces.length === 1 ? (pieces[0] ?? EMPTY) : Buffer.concat(pieces)))
}).listen(Number(port), '127.0.0.1')

const EMPTY = Buffer.alloc(0)
