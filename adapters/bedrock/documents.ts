/**
 * Documents and videos. The API wants a name for each document, in a narrow alphabet and unlike any other's.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 * @module
 */
import type { FilePart, Source } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { isTextType } from '../../src/wire/text.ts'
import type { Native, Task } from './native.ts'

/** The documents of one request. */
export class Documents {
  readonly #task: Task
  readonly #names = new Set<string>()
  #count = 0

  constructor(task: Task) {
    this.#task = task
  }

  /** A file as a document, or as a video where it is one. */
  block({ source, filename, citations }: FilePart, path: string): Native {
    const type = typeOf(source, filename)
    const place = source.type === 'data' ? { bytes: source.data } : located(source, path)
    const video = VIDEOS.get(type)
    if (video !== undefined) return { video: { format: video, source: place } }
    const format = DOCUMENTS.get(type) ?? (isTextType(type) ? 'txt' : undefined)
    if (format === undefined) {
      const known = [...DOCUMENTS.values()].join(', ')
      throw badRequest(`This provider takes documents of the types ${known}, not ${type}.`, path, UNSUPPORTED)
    }
    // Citations beside a schema are refused by Claude, as in its own API.
    const structured = this.#task.request.format?.type === 'schema'
    if (citations && structured) this.#task.warn(`${path}.citations`, 'not possible together with response_format')
    return {
      document: {
        format,
        name: this.#name(filename),
        source: place,
        ...(citations && !structured && { citations: { enabled: true } }),
      },
    }
  }

  #name(filename = ''): string {
    this.#count++
    const plain = filename
      .replace(/\.\w{1,5}$/u, '')
      .replace(/[^a-zA-Z0-9\s\-()[\]]/gu, '-')
      .replace(/\s+/gu, ' ')
      .trim()
      .slice(0, 180)
    const base = /[a-zA-Z0-9]/u.test(plain) ? plain : `Document ${this.#count}`
    let name = base
    for (let count = 2; this.#names.has(name); count++) name = `${base} (${count})`
    this.#names.add(name)
    return name
  }
}

const UNSUPPORTED = 'unsupported_content_part'

/** Where something lies that the provider fetches by itself: in a bucket, and nowhere else. */
export function located(source: Exclude<Source, { type: 'data' }>, path: string): Native {
  if (source.type === 'url' && source.url.startsWith('s3://')) return { s3Location: { uri: source.url } }
  if (source.type === 'id')
    throw badRequest('This provider has no file store. Send the bytes, or an s3:// address.', path, UNSUPPORTED)
  throw badRequest('This provider reads no addresses but those that begin with s3://.', path, UNSUPPORTED)
}

/** The letters after the last dot of a name or an address. */
export function ending(name: string): string {
  return /\.(\w+)$/u.exec(name.replace(/[?#].*$/u, ''))?.[1]?.toLowerCase() ?? 'unknown'
}

const OFFICE = 'application/vnd.openxmlformats-officedocument'

const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  [`${OFFICE}.wordprocessingml.document`, 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  [`${OFFICE}.spreadsheetml.sheet`, 'xlsx'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
])

const VIDEOS: ReadonlyMap<string, string> = new Map([
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['video/webm', 'webm'],
  ['video/x-flv', 'flv'],
  ['video/mpeg', 'mpeg'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/3gpp', 'three_gp'],
])

/** Types by the ending of a name. Those that are text but none of the provider's formats are plain text to it. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ...[...DOCUMENTS, ...VIDEOS].map(([type, format]) => [format, type] as const),
  ['htm', 'text/html'],
  ['mpg', 'video/mpeg'],
  ['3gp', 'video/3gpp'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['yaml', 'text/yaml'],
  ['yml', 'text/yaml'],
])

function typeOf(source: Source, filename = ''): string {
  const named = ENDINGS.get(ending(filename)) ?? ENDINGS.get(ending(source.type === 'url' ? source.url : ''))
  const told = source.type === 'data' ? (source.mime ?? sniffBase64(source.data)) : undefined
  // Many clients know no better type than this one.
  const known = told === 'application/octet-stream' ? undefined : told
  return (known ?? named ?? 'files of an unknown type').replace(/;.*$/u, '')
}
