/**
 * Replies as events, for tests of how they are rendered.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { Block, BlockPatch, Citation, FinishReason, ReplyEvent, Usage } from '../../src/canonical.ts'

/** A block as a provider sends it: opened with some of its text, then grown and amended. */
export interface Piecemeal {
  readonly choice?: number
  readonly block: Block
  readonly appends?: readonly string[]
  readonly patches?: readonly BlockPatch[]
}

/** How a reply ends. */
export interface Ends {
  readonly reasons?: readonly FinishReason[]
  readonly raw?: string
  readonly usage?: Usage
  readonly serviceTier?: string
}

/** The events of a reply that consists of these blocks, one after the other. */
export function events(
  blocks: readonly Piecemeal[],
  { reasons = ['stop'], raw, ...end }: Ends = {},
): readonly ReplyEvent[] {
  return [
    { type: 'start', id: 'msg_1', model: 'model-1', created: 1_700_000_000 },
    ...blocks.flatMap(({ choice = 0, block, appends = [], patches = [] }, index): readonly ReplyEvent[] => [
      { type: 'open', index, choice, block },
      ...appends.map((text): ReplyEvent => ({ type: 'append', index, text })),
      ...patches.map((fields): ReplyEvent => ({ type: 'patch', index, fields })),
      { type: 'close', index },
    ]),
    ...reasons.map((reason, choice): ReplyEvent => ({
      type: 'finish',
      choice,
      reason,
      ...(raw !== undefined && { raw }),
    })),
    { type: 'end', ...end },
  ]
}

const words = fc.string({ unit: 'grapheme', maxLength: 6 })
const pieces = fc.array(words, { maxLength: 3 })
const some = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
const origin = fc.constantFrom({ format: 'one-v1' }, { format: 'two-v1', model: 'model-1' })
const extra = fc.constantFrom({ thing: { signature: 'abc' } }, { other: [1, null] })
const base64 = fc.constantFrom('AAAA', 'AAA=', 'aGVsbG8=')

function maybe<T, Name extends string>(name: Name, value: fc.Arbitrary<T>): fc.Arbitrary<{ [Key in Name]?: T }> {
  // A computed key is a string to the compiler, whatever its type.
  return fc.option(value).map((found) => (found === null ? {} : { [name]: found }) as { [Key in Name]?: T })
}

const text: fc.Arbitrary<Piecemeal> = fc
  .record({
    said: words,
    appends: pieces,
    spans: fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.boolean()), { maxLength: 2 }),
  })
  .map(({ said, appends, spans }) => {
    const length = [...said, ...appends.join('')].length
    const patches = spans
      .map(([one, other, url]): Citation => {
        const facts = url
          ? { type: 'url' as const, url: 'https://example.com/é' }
          : { type: 'document' as const, document: { page: 1 } }
        return { ...facts, start: Math.min(one, other), end: Math.max(one, other), title: 'Title' }
      })
      .filter(({ start, end }) => start < end && end <= length)
      .toSorted((one, other) => other.type.localeCompare(one.type))
      .map((citation) => ({ citation }))
    return { block: { type: 'text', text: said }, appends, patches }
  })

const reasoning: fc.Arbitrary<Piecemeal> = fc
  .tuple(words, pieces, origin, maybe('signature', some), maybe('encrypted', some), maybe('extra', extra))
  .map(([said, appends, from, signature, encrypted, more]) => ({
    block: { type: 'reasoning', text: said, origin: from, ...encrypted },
    appends,
    patches: [{ ...signature, ...more }],
  }))

const refusal: fc.Arbitrary<Piecemeal> = fc.record({
  block: fc.record({ type: fc.constant('refusal' as const), text: some }),
  appends: pieces,
})

const call: fc.Arbitrary<Piecemeal> = fc
  .tuple(fc.uuid(), words, pieces, fc.boolean(), maybe('extra', extra))
  .map(([id, said, appends, custom, more]) => ({
    block: { type: 'tool', id, name: 'name', text: said, ...(custom && { custom }) },
    appends,
    patches: [more],
  }))

const image: fc.Arbitrary<Piecemeal> = base64.map((data) => ({
  block: { type: 'media', kind: 'image', mime: 'image/webp', text: data },
}))

const opaque: fc.Arbitrary<Piecemeal> = fc
  .tuple(some, origin)
  .map(([said, from]) => ({ block: { type: 'opaque', text: JSON.stringify({ said }), origin: from } }))

const speech: fc.Arbitrary<readonly Piecemeal[]> = fc.constantFrom(
  [],
  [
    {
      block: { type: 'media', kind: 'audio', id: 'audio_1', text: '' },
      appends: ['AAAA', 'BBBB'],
      patches: [{ expires: 5 }],
    },
    { block: { type: 'transcript', text: '' }, appends: ['Hel', 'lo'] },
  ],
  [{ block: { type: 'transcript', text: 'Hello' } }],
)

/** Blocks of one choice, in any order, spoken words at any place. */
export const replies: fc.Arbitrary<readonly Piecemeal[]> = fc
  .tuple(fc.array(fc.oneof(text, reasoning, refusal, call, image, opaque), { maxLength: 8 }), speech, fc.nat(8))
  .map(([blocks, spoken, at]) => [...blocks.slice(0, at), ...spoken, ...blocks.slice(at)])

/** How replies end. */
export const endings: fc.Arbitrary<Ends> = fc
  .tuple(
    fc.constantFrom<FinishReason>('stop', 'length', 'tool_calls', 'content_filter'),
    maybe('raw', fc.constantFrom('stop', 'END')),
    maybe('serviceTier', fc.constant('default')),
    maybe('usage', fc.record({ input: fc.nat(), output: fc.nat() })),
  )
  .map(([reason, ...facts]) => Object.assign({ reasons: [reason] }, ...facts))
