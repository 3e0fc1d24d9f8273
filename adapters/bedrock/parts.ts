/**
 * What people, tools and instructions say: parts of a message as native blocks.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 * @module
 */
import { type AudioPart, type CacheMark, type Content, type ImagePart, type Part, parts } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { mark } from './cache.ts'
import { type Documents, ending, located } from './documents.ts'
import type { Native, Task } from './native.ts'

/** Text, pictures and documents as native blocks, with the cache points between them. `path` is where they stand in the request. */
export function blocks(content: Content, path: string, documents: Documents, task: Task): Native[] {
  const natives: Native[] = []
  for (const [index, part] of parts(content).entries()) {
    const place = typeof content === 'string' ? path : `${path}[${index}]`
    natives.push(...block(part, place, documents, task))
    if (part.cache) mark(natives, part.cache, place, task)
  }
  return natives
}

/** A block of text, or none where there is nothing to read: the provider refuses blank ones. */
export function text(words: string): Native[] {
  return words.trim() === '' ? [] : [{ text: words }]
}

/** Marks the end of what a message became. */
export function markLast(natives: Native[], cache: CacheMark | undefined, path: string, task: Task): void {
  if (cache) mark(natives, cache, path, task)
}

function block(part: Part, path: string, documents: Documents, task: Task): Native[] {
  switch (part.type) {
    case 'text':
      return text(part.text)
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') task.warn(`${path}.image_url.detail`, 'unsupported')
      return [{ image: image(part, `${path}.image_url`) }]
    case 'file':
      return [documents.block(part, `${path}.file`)]
    case 'audio':
      return [{ audio: audio(part, `${path}.input_audio`) }]
  }
}

const IMAGES: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
])

function image({ source }: ImagePart, path: string): Native {
  const found =
    source.type === 'data'
      ? (source.mime ?? sniffBase64(source.data))
      : `image/${ending(source.type === 'url' ? source.url : '')}`
  const format = IMAGES.get(found ?? '')
  if (format === undefined) {
    const message = `This provider takes images of the types png, jpeg, gif and webp, not ${found ?? 'unknown'}.`
    throw badRequest(message, path, 'unsupported_content_part')
  }
  return { format, source: source.type === 'data' ? { bytes: source.data } : located(source, path) }
}

function audio({ data, format }: AudioPart, path: string): Native {
  if (data === '') throw badRequest('There is no sound.', path, 'invalid_value')
  return { format: format === 'pcm16' ? 'pcm' : format, source: { bytes: data } }
}
