/**
 * What people, tools and instructions say: parts of a message as native blocks.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import type { CacheMark, Content, FilePart, ImagePart, Part, Source } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { decodeText, isTextName, isTextType } from '../../src/wire/text.ts'
import { mark } from './cache.ts'
import type { Native, Task } from './native.ts'

/** Text, pictures and documents as native blocks. `path` is where they stand in the request. */
export function blocks(content: Content, path: string, task: Task): Native[] {
  if (typeof content === 'string') {
    const said = text(content)
    return said ? [said] : []
  }
  const natives: Native[] = []
  for (const [index, part] of content.entries()) {
    const place = `${path}[${index}]`
    const native = block(part, place, task)
    if (native) natives.push(native)
    // The mark of a blank text, which is not sent, closes what stands before it.
    markLast(natives, part.cache, place, task)
  }
  return natives
}

/** A text block, or nothing where there is nothing to read: the provider refuses blank ones. */
export function text(words: string): Native | undefined {
  return words.trim() === '' ? undefined : { type: 'text', text: words }
}

/** Marks the end of what a message became. Where nothing is left that can bear the mark, that is reported. */
export function markLast(natives: readonly Native[], cache: CacheMark | undefined, path: string, task: Task): void {
  if (!cache) return
  const last = natives.findLast((native) => native['type'] !== 'thinking' && native['type'] !== 'redacted_thinking')
  if (last) mark(last, cache, path, task.warn)
  else task.warn(`${path}.${cache.field}`, 'nothing here can be cached')
}

function block(part: Part, path: string, task: Task): Native | undefined {
  switch (part.type) {
    case 'text':
      return text(part.text)
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') task.warn(`${path}.image_url.detail`, 'unsupported')
      return { type: 'image', source: imageSource(part, path) }
    case 'file':
      return document(part, path, task)
    case 'audio':
      throw badRequest('This provider does not take audio.', path, 'unsupported_content_part')
  }
}

function imageSource({ source }: ImagePart, path: string): Native {
  if (source.type !== 'data') return remote(source, `${path}.image_url`)
  const type = (source.mime ?? sniffBase64(source.data) ?? 'unknown').replace('image/jpg', 'image/jpeg')
  if (!IMAGES.includes(type)) {
    const message = `This provider takes images of the types ${IMAGES.join(', ')}, not ${type}.`
    throw badRequest(message, `${path}.image_url`, 'unsupported_content_part')
  }
  return { type: 'base64', media_type: type, data: source.data }
}

const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function document({ source, filename, citations }: FilePart, path: string, { request, warn }: Task): Native {
  // The API refuses citations together with a structured answer.
  const structured = request.format?.type === 'schema'
  if (citations && structured) warn(`${path}.file.citations`, 'not possible together with response_format')
  return {
    type: 'document',
    source: source.type === 'data' ? inline(source, filename, path) : remote(source, `${path}.file`),
    ...(filename !== undefined && filename !== '' && { title: filename }),
    ...(citations && !structured && { citations: { enabled: true } }),
  }
}

/** A document at hand: a PDF as it is, anything textual as plain text, which is the one type the API knows for it. */
function inline({ data, mime }: Extract<Source, { type: 'data' }>, filename: string | undefined, path: string): Native {
  const type = (mime ?? sniffBase64(data) ?? byName(filename)).replace(/;.*$/u, '')
  if (type === 'application/pdf') return { type: 'base64', media_type: type, data }
  if (!isTextType(type)) {
    const message = `This provider takes PDF and text documents, not ${type}.`
    throw badRequest(message, `${path}.file`, 'unsupported_content_part')
  }
  const text = decodeText(data)
  if (text !== undefined) return { type: 'text', media_type: 'text/plain', data: text }
  throw badRequest('The document is not base64 of UTF-8 text.', `${path}.file.file_data`, 'invalid_value')
}

function byName(filename = ''): string {
  if (/\.pdf$/iu.test(filename)) return 'application/pdf'
  return isTextName(filename) ? 'text/plain' : 'files of an unknown type'
}

function remote(source: Exclude<Source, { type: 'data' }>, path: string): Native {
  if (source.type === 'url') {
    if (source.url.startsWith('https://')) return { type: 'url', url: source.url }
    throw badRequest('This provider fetches https addresses only.', path, 'unsupported_content_part')
  }
  // Ids of OpenAI's file store begin with `file-`.
  if (source.id.startsWith('file_')) return { type: 'file', file_id: source.id }
  throw badRequest(
    `"${source.id}" is no file of this provider: their ids begin with "file_".`,
    `${path}.file_id`,
    'unsupported_content_part',
  )
}
