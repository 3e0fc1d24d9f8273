/**
 * What people and tools say: parts of a message as native parts.
 *
 * @see https://ai.google.dev/gemini-api/docs/image-understanding
 * @see https://ai.google.dev/gemini-api/docs/document-processing
 * @module
 */
import type { Content, FilePart, ImagePart, Part, TextPart } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import type { Native, Task } from './native.ts'

/** Text, media and documents as native parts. `path` is where they stand in the request. Empty text says nothing. */
export function nativeParts(content: Content, path: string, task: Task): Native[] {
  if (typeof content === 'string') return textPart(content)
  return content.flatMap((part, index) =>
    part.type === 'text' ? textPart(part.text) : [native(part, `${path}[${index}]`, task)],
  )
}

/** Text of a content that may hold nothing else. */
export function textParts(content: Content, path: string): Native[] {
  if (typeof content === 'string') return textPart(content)
  return content.flatMap((part, index) => {
    if (part.type === 'text') return textPart(part.text)
    throw badRequest(
      'This provider takes only text in system messages.',
      `${path}[${index}]`,
      'unsupported_content_part',
    )
  })
}

function textPart(text: string): Native[] {
  return text === '' ? [] : [{ text }]
}

function native(part: Exclude<Part, TextPart>, path: string, task: Task): Native {
  switch (part.type) {
    case 'image':
      return { ...media(part, undefined, `${path}.image_url`, task), ...resolution(part, path, task) }
    case 'file':
      if (part.citations) task.warn(`${path}.file.citations`, 'unsupported')
      return media(part, part.filename, `${path}.file`, task)
    case 'audio':
      return { inlineData: { mimeType: AUDIO[part.format] ?? `audio/${part.format}`, data: part.data } }
  }
}

const AUDIO: Readonly<Record<string, string>> = { mp3: 'audio/mp3', pcm16: 'audio/pcm' }

function media({ source }: ImagePart | FilePart, filename = '', path: string, { place, warn }: Task): Native {
  const known = source.type === 'data' ? (source.mime ?? sniffBase64(source.data)) : ''
  // A name is of no use but to tell what kind of file it is.
  if (filename !== '' && known !== undefined) warn(`${path}.filename`, 'unsupported')
  switch (source.type) {
    case 'data': {
      const mimeType = (known ?? typeByName(filename))?.replace(/;.*$/u, '')
      if (mimeType === undefined) {
        const message = 'What kind of file this is cannot be told. Send it as a data URL with its media type.'
        throw badRequest(message, path, 'unsupported_content_part')
      }
      return { inlineData: { mimeType: mimeType.replace('image/jpg', 'image/jpeg'), data: source.data } }
    }
    case 'url':
      return { fileData: withType(source.url) }
    case 'id': {
      const uri = place.fileUri(source.id)
      if (uri !== undefined) return { fileData: withType(uri) }
      throw badRequest(`"${source.id}" is no file of this provider.`, `${path}.file_id`, 'unsupported_content_part')
    }
  }
}

/** A file by its address. What kind it is must be said, except of files the provider keeps. */
function withType(fileUri: string): Native {
  const { hostname = '', pathname = fileUri } = URL.parse(fileUri) ?? {}
  const mimeType = YOUTUBE.test(hostname) ? 'video/mp4' : typeByName(pathname)
  return { ...(mimeType !== undefined && { mimeType }), fileUri }
}

/** Its addresses say nothing of a type, and Vertex AI insists on one. */
const YOUTUBE = /(?:^|\.)(?:youtube\.com|youtu\.be)$/u

/** Media types the API takes, by the ends of names. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
  pdf: 'application/pdf',
  wav: 'audio/wav',
  mp3: 'audio/mp3',
  aiff: 'audio/aiff',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mov: 'video/quicktime',
  avi: 'video/x-msvideo',
  webm: 'video/webm',
  wmv: 'video/wmv',
  '3gp': 'video/3gpp',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  xml: 'text/xml',
  json: 'application/json',
}

/** The type that the end of a name tells, where the API takes it. */
export function typeByName(name = ''): string | undefined {
  return TYPES[/\.([a-z0-9]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? '']
}

/** @see https://ai.google.dev/gemini-api/docs/media-resolution */
const RESOLUTIONS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  high: 'MEDIA_RESOLUTION_HIGH',
  original: 'MEDIA_RESOLUTION_ULTRA_HIGH',
}

function resolution({ detail = 'auto' }: ImagePart, path: string, { fact, warn }: Task): Native {
  const level = RESOLUTIONS[detail]
  if (level !== undefined && fact.resolutions) return { mediaResolution: { level } }
  if (detail !== 'auto' && detail !== 'medium') warn(`${path}.image_url.detail`, 'unsupported')
  return {}
}
