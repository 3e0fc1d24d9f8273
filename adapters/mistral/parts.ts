/**
 * What people, tools and instructions say: parts of a message as chunks of content.
 *
 * @see `ContentChunk` of the @mistralai/mistralai SDK, https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import { parts, type Content, type FilePart, type ImagePart, type Part, type Source } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import type { Native, Task } from './native.ts'

/** Content of a user's message. A plain text stays one. `path` is where the content stands. */
export function contentOf(content: Content, path: string, task: Task): string | readonly Native[] {
  if (typeof content === 'string') return content
  return content.map((part, index) => chunk(part, `${path}[${index}]`, task))
}

/** The text of a content that can hold nothing else. */
export function textOf(content: Content, path: string): string {
  return parts(content)
    .map((part, index) => {
      if (part.type === 'text') return part.text
      throw badRequest(
        'This provider takes only text in system messages.',
        `${path}[${index}]`,
        'unsupported_content_part',
      )
    })
    .join('')
}

/** A part as a chunk. */
export function chunk(part: Part, path: string, task: Task): Native {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image_url', image_url: image(part, path, task) }
    case 'audio':
      // Not OpenAI's object: the bytes say themselves what they are.
      return { type: 'input_audio', input_audio: part.data }
    case 'file':
      return file(part, path, task)
  }
}

function image({ source, detail }: ImagePart, path: string, { warn }: Task): string | Native {
  if (source.type === 'id') {
    const message = 'This provider takes images as data or by address, not by file id.'
    throw badRequest(message, path, 'unsupported_content_part')
  }
  const url = address(source, 'image/png')
  if (detail === undefined) return url
  if (DETAILS.has(detail)) return { url, detail }
  warn(`${path}.image_url.detail`, 'unsupported')
  return url
}

const DETAILS: ReadonlySet<string> = new Set(['auto', 'low', 'high'])

function file({ source, filename, citations }: FilePart, path: string, { warn }: Task): Native {
  if (citations) warn(`${path}.file.citations`, 'unsupported')
  if (source.type === 'id') {
    if (filename !== undefined) warn(`${path}.file.filename`, 'unsupported beside a file id')
    return { type: 'file', file_id: source.id }
  }
  return {
    type: 'document_url',
    document_url: address(source, 'application/pdf'),
    ...(filename !== undefined && { document_name: filename }),
  }
}

/** Where the bytes are: an address, or a data URL, of the type they were said to be or seem to be. */
function address(source: Exclude<Source, { type: 'id' }>, usual: string): string {
  if (source.type === 'url') return source.url
  return `data:${source.mime ?? sniffBase64(source.data) ?? usual};base64,${source.data}`
}
