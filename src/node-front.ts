/**
 * Node's own requests and responses in front of a gateway: bytes in, bytes out, one write for each piece.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, Incoming } from './converse.ts'
import { tooLarge } from './intake.ts'

/** A request as Node has it. Its signal is aborted when the client leaves before it is answered. */
export function uploadFrom(request: IncomingMessage, response: ServerResponse): Incoming {
  const client = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) client.abort()
  })
  return {
    header: (name) => headerOf(request, name),
    text: (limit) => textOf(request, limit),
    signal: client.signal,
  }
}

/** Sends an answer. A client that does not read slows the provider down. */
export async function send({ status, headers, body }: Answer, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    if (typeof body !== 'string') body.cancel()
    return
  }
  if (typeof body === 'string') {
    headers['content-length'] = String(Buffer.byteLength(body))
    response.writeHead(status, headers).end(body)
    return
  }
  response.once('close', () => {
    if (!response.writableFinished) body.cancel()
  })
  response.writeHead(status, headers)
  while (!response.destroyed) {
    const piece = body.poll ? body.poll() : await body.next()
    if (piece instanceof Promise) {
      await piece
      continue
    }
    if (body.done) {
      response.end(piece)
      return
    }
    if (!response.write(piece)) await drained(response)
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function textOf(request: IncomingMessage, limit: number): Promise<string> {
  if (Number(request.headers['content-length']) > limit) throw tooLarge(limit)
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    request.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > limit) {
        request.pause()
        reject(tooLarge(limit))
      } else pieces.push(piece)
    })
    request.once('end', () => resolve(decoder.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces))))
    request.once('error', reject)
    // Every request closes. An error is made only where somebody hears of it: its stack costs more than the body.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('The client left.'))
    })
  })
}

const decoder = new TextDecoder()

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.once('drain', go)
    response.once('close', go)
  })
}
