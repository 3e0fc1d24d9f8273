/**
 * Fetching pictures and files by address, for providers that take only their bytes.
 *
 * @module
 */
import type { ChatCodec } from './adapter.ts'
import type { ChatRequest, FilePart, ImagePart, Message, Part } from './canonical.ts'
import { badRequest } from './errors.ts'

/** Fetches what is at an address, under guard. Rejects with a `MediaError` that says what is wrong with it. */
export type FetchMedia = (url: URL, signal: AbortSignal) => Promise<Media>

/** Bytes in base64, and what kind they are. */
export interface Media {
  readonly data: string
  readonly mime: string
}

/** How fetching is limited. */
export interface GuardOptions {
  /** The only hosts to fetch from. Default: all that are public. */
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
const MOST = 20

/** A request in which every address the provider does not read by itself is replaced by what is there. */
export async function resolveMedia(
  request: ChatRequest,
  chat: ChatCodec,
  fetchMedia: FetchMedia | undefined,
  signal: AbortSignal,
): Promise<ChatRequest> {
  const wanted = chat.takes ? addresses(request, chat) : []
  if (wanted.length === 0) return request
  if (wanted.length > MOST)
    throw badRequest(`At most ${MOST} addresses can be fetched for one request.`, wanted[MOST]?.param)
  const fetched = new Map<Part, Part>()
  const once = new Map<string, Promise<Media>>()
  await Promise.all(
    wanted.map(async ({ part, url, param }) => {
      if (!fetchMedia) throw badRequest(`This provider does not read addresses. Send the bytes as a data URL.`, param)
      const media = once.get(url.href) ?? fetchMedia(url, signal)
      once.set(url.href, media)
      fetched.set(part, { ...part, source: { type: 'data', ...(await explained(media, part, param)) } })
    }),
  )
  return { ...request, messages: request.messages.map((message) => replaced(message, fetched)) }
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

function addresses({ messages }: ChatRequest, chat: ChatCodec): readonly Wanted[] {
  return messages.flatMap((message, i) => {
    if (message.role === 'assistant' || typeof message.content === 'string') return []
    return message.content.flatMap((part, j): readonly Wanted[] => {
      if ((part.type !== 'image' && part.type !== 'file') || part.source.type !== 'url') return []
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
    if (type !== 'image' || found.mime.startsWith('image/')) return found
    throw new MediaError(`it is ${found.mime}, not a picture`)
  } catch (error) {
    if (error instanceof MediaError)
      throw badRequest(`The address could not be fetched: ${error.message}.`, param, 'invalid_value')
    throw error
  }
}

function replaced(message: Message, fetched: ReadonlyMap<Part, Part>): Message {
  if (message.role === 'assistant' || typeof message.content === 'string') return message
  return { ...message, content: message.content.map((part) => fetched.get(part) ?? part) }
}
