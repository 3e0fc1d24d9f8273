/**
 * The sources of a reply that comes back, and the blocks they are of.
 *
 * @module
 */
import { z } from 'zod'
import type { Warn } from '../../adapter.ts'
import type { Citation, TextBlock } from '../../canonical.ts'
import { present, verbatim } from '../present.ts'

/** A source, its offsets counted over a part. */
export interface Cited extends Citation {
  /** Whether it is of all of a block, which begins and ends where it does. */
  readonly block: boolean
}

const title = z.string().nullish()
const place = { start_index: z.int().min(0), end_index: z.int().min(0), block: z.boolean().nullish() }
const annotation = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('url_citation'), url: z.string(), title, ...place }),
  // A document has no address; where it was cited is told beside OpenAI's members.
  z.looseObject({ type: z.literal('file_citation'), filename: title, document: z.looseObject({}).nullish(), ...place }),
])

/** Reads annotations as clients kept them; those of no known form are reported. */
export function citedOf(value: unknown, path: string, warn: Warn): readonly Cited[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item, index): readonly Cited[] => {
    const parsed = annotation.safeParse(item)
    if (!parsed.success) {
      warn(`${path}[${index}]`, 'not understood')
      return []
    }
    const { start_index: start, end_index: end, block, ...found } = parsed.data
    const span = { start, end, block: block === true }
    if (found.type === 'url_citation') {
      const { type: _, url, title: name, ...rest } = found
      const document = Object.keys(rest).length > 0 ? verbatim(rest) : undefined
      return [{ type: 'url', ...span, url, ...present({ title: name === url ? undefined : name, document }) }]
    }
    const { filename, document } = found
    return [{ type: 'document', ...span, ...present({ title: filename, document: document && verbatim(document) }) }]
  })
}

/** A part as the blocks it was told from, as far as its sources say, each with those that are of it. */
export function blocksOf({ text, cache, ...part }: TextBlock, cited: readonly Cited[]): readonly TextBlock[] {
  const points = [...text]
  const ends = cited.flatMap(({ block, start, end }) => (block ? [start, end] : []))
  const bounds = [0, ...new Set([...ends.filter((end) => end > 0), points.length])].toSorted(
    (one, other) => one - other,
  )
  const left = new Set(cited)
  return bounds.slice(1).flatMap((end, index): readonly TextBlock[] => {
    const base = bounds[index] ?? 0
    if (end > points.length) return []
    const own = [...left].filter((one) => one.start >= base && one.end <= end)
    for (const one of own) left.delete(one)
    const citations = own.map(({ block: _, ...one }) => ({ ...one, start: one.start - base, end: one.end - base }))
    return [
      {
        ...part,
        text: points.slice(base, end).join(''),
        ...(citations.length > 0 && { citations }),
        ...(cache && end === points.length && { cache }),
      },
    ]
  })
}
