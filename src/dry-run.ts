/**
 * Showing what would be sent, without sending it.
 *
 * @module
 */
import { type Call, codecFor } from './adapter.ts'
import type { ChatRequest, EmbedRequest, JsonObject } from './canonical.ts'
import { translateEmbed } from './embed.ts'
import { badRequest } from './errors.ts'
import { type Circumstances, fanOut, type Surroundings, translate } from './exchange.ts'
import { type FetchMedia, resolveMedia } from './media.ts'
import { prepare } from './upstream.ts'
import type { Warnings } from './warnings.ts'
import { isTextName } from './wire/text.ts'

/** What stands in place of credentials. */
const MASK = '***'

/** What is probably at an address that is not fetched, by its ending. */
const MIMES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
}

/**
 * The call a request would become: method, URL, headers with credentials masked, body, warnings, and a curl line that
 * makes it. Nobody is asked for anything: of media that would be fetched there are only the addresses. `say` is how the
 * request is said, where it is not to be answered.
 */
export async function dryRun(
  request: ChatRequest,
  { recall, fetchMedia }: Pick<Surroundings, 'recall' | 'fetchMedia'>,
  { target, headers, owner }: Pick<Circumstances, 'target' | 'headers' | 'owner'>,
  warnings: Warnings,
  say: typeof translate = translate,
): Promise<JsonObject> {
  const { adapter, provider, model } = target
  const chat = codecFor(adapter, model)
  if (!chat) throw badRequest(`The provider ${provider} has no chat.`, 'model', 'unsupported_model')
  const addresses: string[] = []
  const standIn: FetchMedia = async (url) => {
    addresses.push(url.href)
    return { data: btoa('the bytes'), mime: typeByName(url.pathname) }
  }
  const { signal } = new AbortController()
  const recalled = recall?.fill(owner, request) ?? request
  const resolved = await resolveMedia(recalled, chat, fetchMedia && standIn, signal)
  const { asked, count } = fanOut(resolved, target, warnings.warn)
  const call = say(asked, target, chat, warnings.warn)
  return show(call, { target, headers, count, addresses }, warnings)
}

function typeByName(path: string): string {
  const ending = /\.(\w+)$/u.exec(path)?.[1]?.toLowerCase() ?? ''
  return MIMES[ending] ?? (isTextName(path) ? 'text/plain' : 'image/png')
}

/** The same for embeddings. Of several calls it is the first. */
export async function dryRunEmbed(
  request: EmbedRequest,
  { target, headers }: Pick<Circumstances, 'target' | 'headers'>,
  warnings: Warnings,
): Promise<JsonObject> {
  const batches = translateEmbed(request, target, warnings.warn)
  const [first] = batches
  if (!first) throw new TypeError('A request without inputs was let through.')
  return show(first.call, { target, headers, count: batches.length, addresses: [] }, warnings)
}

/** The same for a call that goes out as it came in. */
export function showCall(
  call: Call,
  own: Pick<Circumstances, 'target' | 'headers'>,
  warnings: Warnings,
): Promise<JsonObject> {
  return show(call, { ...own, count: 1, addresses: [] }, warnings)
}

/** What is shown of a call besides itself. */
interface Showing extends Pick<Circumstances, 'target' | 'headers'> {
  readonly count: number
  readonly addresses: readonly string[]
}

async function show(
  call: Call,
  { target, headers, count, addresses }: Showing,
  warnings: Warnings,
): Promise<JsonObject> {
  const { adapter, provider, model } = target
  // With a key of the client's, an adapter neither shows nor looks for one of ours.
  const outgoing = await prepare(call, { adapter, headers, clientKey: MASK })
  const { method, url, body } = outgoing
  const shown = Object.fromEntries(outgoing.headers)
  return {
    object: 'dragoman.dry_run',
    provider,
    model,
    ...(count > 1 && { calls: count }),
    ...(addresses.length > 0 && { fetches: addresses }),
    call: { method, url: url.href, headers: shown, ...(body !== undefined && { body: JSON.parse(body) }) },
    warnings: warnings.list(),
    curl: curl(method, url.href, shown, body),
  }
}

function curl(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): string {
  const options = [
    `-X ${method}`,
    quote(url),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
  ]
  return `curl ${options.join(' ')}`
}

/** Text as one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
