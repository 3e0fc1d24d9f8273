/**
 * Fetching pictures and files by address, for providers that take only their bytes.
 *
 * @module
 */
import type { ChatCodec } from './adapter.ts'
import type { ChatRequest, FilePart, ImagePart, Message, Part } from './canonical.ts'
import { badRequest, failure, GatewayError } from './errors.ts'

/** Fetches what is at an address, under guard. Rejects with a `MediaError` that says what is wrong with it. */
export type FetchMedia = (url: URL, signal: AbortSignal) => Promise<Media>

/** Bytes in base64, and what kind they are, where that is known. */
export interface Media {
  readonly data: string
  readonly mime?: string
}

/** How fetching is limited. */
export interface GuardOptions {
  /** The only hosts to fetch from, as `isHost` wants them. They must be public even so. Default: all that are, at port 443. */
  readonly hosts?: readonly string[] | undefined
  /** The most bytes of one file. Default 20 MiB. */
  readonly bytes?: number | undefined
  /** Milliseconds for one file, redirects and all. Default 10 s. */
  readonly patience?: number | undefined
}

/** Why something cannot be fetched, in words for the client. */
export class MediaError extends Error {
  override readonly name = 'MediaError'
}

/** The most addresses of one request that are fetched. */
export const MOST = 20
/** The most bytes that all of them may hold. One file more for each that is fetched at the same time may have come by then. */
export const MOST_BYTES = 64 * 1024 * 1024
/** How many are fetched at the same time. */
const AT_ONCE = 4

/** A request in which every address the provider does not read by itself is replaced by what is there. */
export function resolveMedia(
  request: ChatRequest,
  chat: ChatCodec,
  fetchMedia: FetchMedia | undefined,
  signal: AbortSignal,
): ChatRequest | Promise<ChatRequest> {
  const wanted = chat.takes ? addresses(request, chat) : NONE
  const [first] = wanted
  if (!first) return request
  if (!fetchMedia) throw badRequest('This provider does not read addresses. Send the bytes as a data URL.', first.param)
  if (wanted.length > MOST)
    throw badRequest(`At most ${MOST} addresses can be fetched for one request.`, wanted[MOST]?.param)
  return fetchAll(wanted, fetchMedia, signal).then((fetched) => ({
    ...request,
    messages: request.messages.map((message) => replaced(message, fetched)),
  }))
}

/** Fetches a few at a time, the same address once; where one fails, the others are given up. */
async function fetchAll(
  wanted: readonly Wanted[],
  fetchMedia: FetchMedia,
  signal: AbortSignal,
): Promise<ReadonlyMap<Part, Part>> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const fetched = new Map<Part, Part>()
  const once = new Map<string, Promise<Media>>()
  const rest = wanted.values()
  let bytes = 0
  const work = async (): Promise<void> => {
    for (const { part, url, param } of rest) {
      const media = once.get(url.href) ?? fetchMedia(url, either)
      once.set(url.href, media)
      const found = await explained(media, part, param)
      bytes += (found.data.length / 4) * 3
      if (bytes > MOST_BYTES) {
        const message = `What was fetched for this request is larger than ${MOST_BYTES} bytes. Send fewer or smaller files.`
        throw badRequest(message, param, 'invalid_value')
      }
      fetched.set(part, { ...part, source: { type: 'data', ...found } })
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return fetched
  } catch (error) {
    failed.abort()
    throw error
  }
}

/** Fetches under guard, which needs a runtime that can look at addresses, as Node can. The code for it is loaded when it is needed. */
export function guarded(options: GuardOptions | false): FetchMedia | undefined {
  if (options === false) return undefined
  let ready: Promise<FetchMedia> | undefined
  return async (url, signal) => {
    ready ??= import('./guarded-fetch.ts').then(({ createGuardedFetch }) => createGuardedFetch(options))
    return (await ready)(url, signal)
  }
}

interface Wanted {
  readonly part: ImagePart | FilePart
  readonly url: URL
  readonly param: string
}

const NONE: readonly Wanted[] = []

function addresses({ messages }: ChatRequest, chat: ChatCodec): readonly Wanted[] {
  return messages.flatMap((message, i) => {
    if (message.role === 'assistant' || typeof message.content === 'string') return NONE
    return message.content.flatMap((part, j): readonly Wanted[] => {
      if ((part.type !== 'image' && part.type !== 'file') || part.source.type !== 'url') return NONE
      const param = `messages[${i}].content[${j}].${part.type === 'image' ? 'image_url' : 'file'}`
      const url = URL.parse(part.source.url)
      if (!url) throw badRequest('The address is not a URL.', param, 'invalid_value')
      return chat.takes?.(url, part) ? [] : [{ part, url, param }]
    })
  })
}

async function explained(media: Promise<Media>, { type }: Part, param: string): Promise<Media> {
  try {
    const found = await media
    if (type !== 'image' || found.mime?.startsWith('image/')) return found
    throw new MediaError(`it is ${found.mime ?? 'of an unknown type'}, not a picture`)
  } catch (cause) {
    if (!(cause instanceof MediaError)) throw cause
    const message = `The address could not be fetched: ${cause.message}. Send the bytes as a data URL.`
    throw new GatewayError(failure({ status: 400, code: 'invalid_value', param, message, cause: cause.cause ?? cause }))
  }
}

function replaced(message: Message, fetched: ReadonlyMap<Part, Part>): Message {
  if (message.role === 'assistant' || typeof message.content === 'string') return message
  return { ...message, content: message.content.map((part) => fetched.get(part) ?? part) }
}
