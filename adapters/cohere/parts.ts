/**
 * What people, tools and instructions say: parts of a message as native contents and documents.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import type { Content, FilePart, ImagePart, Part, TextPart } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { decodeText, isTextName, isTextType } from '../../src/wire/text.ts'
import type { Native, Task } from './native.ts'

/** What a user says: text and pictures. Files go to `documents`, where the provider wants them. */
export function userContent(content: Content, path: string, documents: Native[], task: Task): Native['content'] {
  if (typeof content === 'string') return content
  const said = content.flatMap((part, index): Native[] => {
    const place = `${path}[${index}]`
    if (part.type === 'text') return [text(part)]
    if (part.type === 'image') return [image(part, place, task)]
    documents.push(document(part, place, task))
    return []
  })
  if (said.length > 0) return said
  // The provider refuses a message without content, and here all of it became documents.
  task.warn(path, 'holds only documents, sent as "."')
  return '.'
}

/** What a tool answers: text, and files as documents that can be cited. */
export function toolContent(content: Content, path: string, task: Task): Native['content'] {
  if (typeof content === 'string') return content
  return content.map((part, index): Native => {
    const place = `${path}[${index}]`
    if (part.type === 'text') return text(part)
    if (part.type === 'image') throw unsupported('This provider takes no pictures from tools.', place)
    return { type: 'document', document: document(part, place, task) }
  })
}

/** What an instruction says: text. */
export function instructions(content: Content, path: string): Native[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.map((part, index) => {
    if (part.type === 'text') return text(part)
    throw unsupported('This provider takes only text in system messages.', `${path}[${index}]`)
  })
}

function text({ text }: TextPart): Native {
  return { type: 'text', text }
}

function image({ source, detail }: ImagePart, path: string, { warn }: Task): Native {
  if (source.type === 'id') throw unsupported('This provider has no store of pictures.', `${path}.image_url`)
  const known = detail === undefined || DETAILS.has(detail)
  if (!known) warn(`${path}.image_url.detail`, 'unsupported')
  const url = source.type === 'url' ? source.url : dataURL(source, path)
  return { type: 'image_url', image_url: { url, ...(detail !== undefined && known && { detail }) } }
}

const DETAILS = new Set(['auto', 'low', 'high'])

/** @see https://docs.cohere.com/docs/image-inputs */
const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function dataURL({ data, mime }: { readonly data: string; readonly mime?: string }, path: string): string {
  const type = (mime ?? sniffBase64(data) ?? 'unknown').replace('image/jpg', 'image/jpeg')
  if (IMAGES.includes(type)) return `data:${type};base64,${data}`
  throw unsupported(`This provider takes images of the types ${IMAGES.join(', ')}, not ${type}.`, `${path}.image_url`)
}

/** A file as a document: its name and its text. The provider numbers documents without an id by itself. */
function document(part: Exclude<Part, TextPart | ImagePart>, path: string, { warn }: Task): Native {
  if (part.type === 'audio') throw unsupported('This provider does not take audio.', path)
  const { filename, citations } = part
  if (citations === false) warn(`${path}.file.citations`, 'unsupported')
  return { data: { ...(filename !== undefined && filename !== '' && { title: filename }), text: words(part, path) } }
}

function words({ source, filename = '' }: FilePart, path: string): string {
  if (source.type !== 'data') throw unsupported('This provider takes files by their bytes only.', `${path}.file`)
  const type = (source.mime ?? sniffBase64(source.data) ?? '').replace(/;.*$/u, '')
  const isText = type === '' ? isTextName(filename) : isTextType(type)
  if (!isText)
    throw unsupported(`This provider takes text documents, not ${type || 'files of an unknown type'}.`, `${path}.file`)
  const text = decodeText(source.data)
  if (text !== undefined) return text
  throw badRequest('The document is not base64 of UTF-8 text.', `${path}.file.file_data`, 'invalid_value')
}

function unsupported(message: string, param: string): Error {
  return badRequest(message, param, 'unsupported_content_part')
}
