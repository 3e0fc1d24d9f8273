/**
 * Reading what clients send.
 *
 * @module
 */
import { failure, GatewayError } from './errors.ts'
import { parseJson } from './wire/json.ts'

/** What a client sends, whatever brought it. */
export interface Upload {
  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined
  /** Reads the body as text. Throws a `GatewayError` where it has more than `limit` bytes. */
  text(limit: number): Promise<string>
}

/** Reads a JSON body of at most `limit` bytes. Throws a `GatewayError` that says what is wrong with anything else. */
export async function readJson(upload: Upload, limit: number): Promise<unknown> {
  // A web page can send a body without a type to any origin, unasked; one that says JSON needs permission first.
  const type = upload.header('content-type') ?? 'of no type'
  if (type !== 'application/json' && !/^application\/(?:[\w.-]+\+)?json\b/iu.test(type)) {
    throw refused(415, 'unsupported_media_type', `The body must be application/json, but it is ${type.slice(0, 100)}.`)
  }
  const encoding = upload.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw refused(
      415,
      'unsupported_media_type',
      `The body must not be encoded, but its content-encoding is ${encoding.slice(0, 100)}.`,
    )
  }
  const text = await upload.text(limit)
  try {
    return parseJson(text)
  } catch (error) {
    const at = error instanceof Error ? /position (\d+)/u.exec(error.message)?.[1] : undefined
    throw refused(400, null, `The body is not valid JSON${at ? `: it goes wrong at character ${at}` : ''}.`)
  }
}

/** Reads the body of the platform's `Request`. */
export async function textOf(request: Request, limit: number): Promise<string> {
  const length = request.headers.get('content-length')
  if (Number(length) > limit) throw tooLarge(limit)
  // A server holds a client to the length it announced; without one the bytes are counted.
  if (length !== null || !request.body) return request.text()
  const decoder = new TextDecoder()
  const pieces: string[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    pieces.push(decoder.decode(chunk, { stream: true }))
  }
  return [...pieces, decoder.decode()].join('')
}

/** The 413 for a body that is too large. */
export function tooLarge(limit: number): GatewayError {
  return refused(413, 'request_too_large', `The body is larger than ${limit} bytes.`)
}

function refused(status: number, code: string | null, message: string): GatewayError {
  return new GatewayError(failure({ status, type: 'invalid_request_error', code, message }))
}
