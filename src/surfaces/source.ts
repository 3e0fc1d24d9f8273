/**
 * Where the media of a request comes from: data URLs, addresses, bare base64.
 *
 * @module
 */
import type { Source } from '../canonical.ts'

/** The source an image's `url` names; nothing where it names none. */
export function imageSource(url: string): Source | undefined {
  if (DATA_URL.test(url)) return dataSource(url)
  return ADDRESS.test(url) ? { type: 'url', url } : undefined
}

/** The source that `file_data` holds: a data URL, an address, or base64 by itself. */
export function fileSource(data: string): Source | undefined {
  return imageSource(data) ?? (isBase64(data) ? { type: 'data', data } : undefined)
}

/** Whether a text is base64 that holds something. Looks for what is wrong, so that big files are read once and nothing backtracks. */
export function isBase64(text: string): boolean {
  if (text === '' || text.length % 4 === 1 || NOT_BASE64.test(text)) return false
  return text.length % 4 === 0 || !text.endsWith('=')
}

const DATA_URL = /^data:/iu
const ADDRESS = /^[a-z][a-z0-9+.-]*:./iu
const NOT_BASE64 = /[^A-Za-z0-9+/=]|=(?!=?$)/u
const MIME = /^[\w.+-]+\/[\w.+-]+(?:;.*)?$/u
const MARK = ';base64'

/** The media type keeps its parameters, so that the URL can be written again as it was. */
function dataSource(url: string): Source | undefined {
  const comma = url.indexOf(',')
  const head = url.slice('data:'.length, comma)
  const mime = head.slice(0, -MARK.length)
  const data = url.slice(comma + 1)
  if (comma < 0 || !head.endsWith(MARK) || !MIME.test(mime) || !isBase64(data)) return undefined
  return { type: 'data', data, mime }
}
