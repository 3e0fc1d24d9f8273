/**
 * Where Gemini found what it says: sources as citations, their places counted in code points.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search#attributing_sources_with_inline_citations
 * @module
 */
import type { Citation } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import type { GrowingText } from '../../src/wire/literal.ts'
import type { WireCandidate, WireGrounding } from './wire.ts'

/** The texts of a choice, one for each block of text that was told. */
export type Texts = readonly GrowingText[]

type Chunks = NonNullable<WireGrounding['groundingChunks']>

/** Cites the sources of a candidate. `chunks` are those that all frames so far have told, for numbers count over all of them. */
export function cite(
  reply: Reply,
  { groundingMetadata, citationMetadata }: WireCandidate,
  chunks: Chunks,
  texts: Texts,
): void {
  for (const { segment, groundingChunkIndices } of groundingMetadata?.groundingSupports ?? []) {
    for (const index of groundingChunkIndices ?? []) {
      const { web, maps, retrievedContext } = chunks[index] ?? {}
      const { uri, title, domain } = web ?? maps ?? retrievedContext ?? {}
      if (uri) put(reply, texts, segment ?? {}, uri, title || domain)
    }
  }
  const { citationSources, citations } = citationMetadata ?? {}
  for (const { uri, title, ...segment } of citationSources ?? citations ?? []) {
    if (uri) put(reply, texts, segment, uri, title)
  }
}

interface Segment {
  readonly startIndex?: number | null | undefined
  readonly endIndex?: number | null | undefined
  readonly text?: string | null | undefined
}

function put(reply: Reply, texts: Texts, segment: Segment, url: string, title: string | null | undefined): void {
  const span = find(texts, segment)
  if (!span) return
  const citation: Citation = { type: 'url', start: span.start, end: span.end, url, ...(title && { title }) }
  reply.cite(citation, span.block)
}

interface Span {
  /** Number of the text that holds it. */
  readonly block: number
  readonly start: number
  readonly end: number
}

/** A segment's place in the text that holds its start. Where its words stand elsewhere, they are looked for; where nowhere, it is dropped. */
function find(growing: Texts, { startIndex, endIndex, text }: Segment): Span | undefined {
  const texts = growing.map(({ value }) => value)
  const whole = texts.join('')
  const bytes = new TextEncoder().encode(whole)
  let start = codeUnits(bytes, startIndex ?? 0)
  let end = codeUnits(bytes, endIndex ?? 0)
  if (text && whole.slice(start, end) !== text) {
    start = whole.indexOf(text)
    end = start + text.length
    if (start < 0) return undefined
  }
  let base = 0
  for (const [block, held] of texts.entries()) {
    const isLast = block === texts.length - 1
    if (start < base + held.length || isLast) {
      const from = Math.min(start - base, held.length)
      const to = Math.min(end - base, held.length)
      return { block, start: codePoints(held.slice(0, from)), end: codePoints(held.slice(0, to)) }
    }
    base += held.length
  }
  return undefined
}

/** An offset in bytes of UTF-8 as one in a string. Inside a character it means the character's beginning. */
function codeUnits(bytes: Uint8Array, offset: number): number {
  let at = Math.min(offset, bytes.length)
  while (at > 0 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, at)).length
}

function codePoints(text: string): number {
  return [...text].length
}
