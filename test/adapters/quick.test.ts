/** Frames that are read without being parsed say what they say when they are: for every adapter that has a quick way. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChatCodec, codecFor } from '../../src/adapter.ts'
import type { ReplyEvent, Usage } from '../../src/canonical.ts'
import { Reply } from '../../src/reply.ts'
import { splitter } from '../../src/wire/framing.ts'
import { parseJson } from '../../src/wire/json.ts'
import { FORMAT as CLAUDE } from '../../adapters/anthropic/native.ts'
import { adapterFor, fixturesOf, subjects } from '../contract/subjects.ts'
import { read } from '../surfaces/literals.ts'

/** What came of a stream: all that was told, what it cost, how it broke; and how many frames were not parsed. */
interface Outcome {
  readonly events: readonly ReplyEvent[]
  readonly spent: readonly (Usage | undefined)[]
  readonly broken: boolean
  readonly taken: number
}

function penFor({ format }: ChatCodec, write: (event: ReplyEvent) => void): Reply {
  let ids = 0
  const newId = (prefix: string): string => `${prefix}${(ids += 1)}`
  return new Reply({ write, now: () => 1, newId, origin: { format, model: 'm' }, model: 'm' })
}

function outcome(codec: ChatCodec, frames: readonly string[], isQuick: boolean): Outcome {
  const events: ReplyEvent[] = []
  const spent: (Usage | undefined)[] = []
  const reply = penFor(codec, (event) => events.push(event))
  let taken = 0
  let broken = false
  try {
    for (const text of frames) {
      if (reply.done || reply.paused) break
      if (isQuick && codec.quick?.(text, reply)) taken += 1
      else {
        const frame = codec.frame.safeParse(parseJson(text))
        if (frame.success) codec.decode(frame.data, reply)
      }
      spent.push(reply.spent)
    }
    codec.end?.(reply)
    reply.end(false)
  } catch {
    broken = true
  }
  reply.flush()
  return { events: read(events), spent, broken, taken }
}

/** What came of a stream in bytes, of which so many are read at a time; `taken` counts frames that were not even told. */
function relayed(codec: ChatCodec, frames: readonly string[], size: number, isQuick: boolean): Outcome {
  const events: ReplyEvent[] = []
  const reply = penFor(codec, (event) => events.push(event))
  let taken = 0
  let broken = false
  const cut = splitter('sse', {
    frame(text) {
      if (reply.done || reply.paused || (isQuick && codec.quick?.(text, reply))) return
      const frame = codec.frame.safeParse(parseJson(text))
      if (frame.success) codec.decode(frame.data, reply)
    },
    done: () => {},
    ...(isQuick && {
      words: (text: string) => codec.words?.(text, reply),
      repeats(words: readonly string[]) {
        const isTold = !reply.done && !reply.paused && (codec.repeats?.(words, reply) ?? reply.literals(words))
        if (isTold) taken += words.length
        return isTold
      },
    }),
  })
  try {
    const bytes = new TextEncoder().encode(frames.map((frame) => `data: ${frame}\n\n`).join(''))
    for (let at = 0; at < bytes.length; at += size) cut.feed(bytes.subarray(at, at + size))
    codec.end?.(reply)
    reply.end(false)
  } catch {
    broken = true
  }
  reply.flush()
  return { events: read(events), spent: [reply.spent], broken, taken }
}

/** Expects all ways to say the same; returns how many frames went the quick one, and how many at once. */
function expectSame(codec: ChatCodec, frames: readonly string[], size = 10_000): readonly [number, number] {
  const { taken, ...quickly } = outcome(codec, frames, true)
  const { taken: _, ...slowly } = outcome(codec, frames, false)
  expect(quickly).toEqual(slowly)
  if (codec.framing !== 'sse') return [taken, 0]
  const { taken: together, ...atOnce } = relayed(codec, frames, size, true)
  const { taken: __, ...oneByOne } = relayed(codec, frames, size, false)
  expect(atOnce).toEqual(oneByOne)
  return [taken, together]
}

function framesOf(codec: ChatCodec, bytes: Uint8Array): readonly string[] {
  const frames: string[] = []
  const cut = splitter(codec.framing, { frame: (text) => frames.push(text), done: () => {} })
  cut.feed(bytes)
  cut.end()
  return frames
}

const streams = subjects.flatMap((subject) =>
  fixturesOf(subject.adapter.name).flatMap((fixture) => {
    const { model = 'm' } = fixture.facts
    const codec = codecFor(adapterFor(subject, fixture), model.slice(model.indexOf('/') + 1))
    if (!codec?.quick) return []
    return fixture.replies.flatMap(({ streamed }) =>
      streamed ? [{ name: `${subject.adapter.name}/${fixture.name}`, codec, frames: framesOf(codec, streamed) }] : [],
    )
  }),
)

/** Strings, but for names of members: V8 now and then takes a name with an escape for another that it parsed before. */
const STRING = /"(?:[^"\\]|\\.)*"(?!\s*:)/gu
const WORDS = /(?<="(?:content|text|reasoning|reasoning_content|arguments|input)":\s*)"(?:[^"\\]|\\.)*"/gu
const words = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', ' ', '"', '\\', '\\"}', '\n', '\u2028', '<think>', '</think>', '{"a":1}', '\ud83d', '\u007f'),
)

/** A string as JSON, in any of the ways to write it. */
const literals = fc.oneof(
  words.map((text) => JSON.stringify(text)),
  words.map((text) =>
    JSON.stringify(text).replaceAll(/[^\\"\w]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ),
  fc.constantFrom('"\\u003c"', '"\\/"', '"a\\ud83d"', '"\\ude00b"'),
)

/** What is done to a frame that is said again: other words, another string, another number, or damage. */
const changes = fc.oneof(
  { weight: 12, arbitrary: fc.record({ change: fc.constant('words' as const), at: fc.nat(), to: literals }) },
  { weight: 6, arbitrary: fc.record({ change: fc.constant('string' as const), at: fc.nat(), to: literals }) },
  {
    weight: 2,
    arbitrary: fc.record({ change: fc.constant('number' as const), at: fc.nat(), to: fc.nat().map(String) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      change: fc.constant('damage' as const),
      at: fc.nat(),
      to: fc.constantFrom('', '"', '\\', ',', '{', '}', ':', ' ', '\n', '1', 'null', '"a":1,', ',"text":"x"', '","'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ change: 'none' as const, at: 0, to: '' }) },
)

type Change = {
  readonly change: 'words' | 'string' | 'number' | 'damage' | 'none'
  readonly at: number
  readonly to: string
}

function changed(text: string, { change, at, to }: Change): string {
  if (change === 'none') return text
  if (change === 'damage') {
    const place = at % (text.length + 1)
    return text.slice(0, place) + to + text.slice(place + (at % 2))
  }
  const found = [...text.matchAll(change === 'words' ? WORDS : change === 'string' ? STRING : /\d+/gu)]
  const one = found[at % found.length]
  return one ? text.slice(0, one.index) + to + text.slice(one.index + one[0].length) : text
}

describe('the quick way says the same', () => {
  test.each(streams)('in $name', ({ codec, frames }) => {
    expectSame(codec, frames)
    // Long replies are made of such frames.
    expectSame(
      codec,
      frames.flatMap((frame) => [frame, frame, frame]),
    )
  })

  test.each([
    [
      'google',
      'words that are signed',
      (words: string) => `{"candidates":[{"content":{"parts":[{"text":"${words}","thoughtSignature":"c2ln"}]}}]}`,
    ],
    [
      'google',
      'words that end',
      (words: string) => `{"candidates":[{"content":{"parts":[{"text":"${words}"}]},"finishReason":"STOP"}]}`,
    ],
    [
      'google',
      'words of two parts',
      (words: string) => `{"candidates":[{"content":{"parts":[{"text":"${words}"},{"text":"b"}]}}]}`,
    ],
    [
      'openai',
      'words that end',
      (words: string) =>
        `{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"${words}"},"finish_reason":"stop"}]}`,
    ],
    [
      'openai',
      'words that are weighed',
      (words: string) =>
        `{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"${words}"},"logprobs":{"content":[{"token":"a"}]}}]}`,
    ],
    [
      'openai',
      'words and counts',
      (words: string) =>
        `{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"${words}"}}],"usage":{"prompt_tokens":1}}`,
    ],
    [
      'bedrock',
      'thoughts that are signed',
      (words: string) =>
        `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"${words}","signature":"s"}}}}`,
    ],
  ] as const)('but in %s, %s are read whole', (name, _, frame) => {
    const codec = subjects.find(({ adapter }) => adapter.name === name)?.adapter.chat
    if (!codec) throw new Error(`${name} has no chat.`)
    expect(expectSame(codec, ['a', 'b', 'c', 'd'].map(frame))).toEqual([0, 0])
  })

  test('whatever is said again, and however it is changed', () => {
    // Claude's frames do not repeat each other, and are tested by themselves.
    const repeating = streams.filter(({ codec }) => codec.format !== CLAUDE)
    const names = [...new Set(repeating.map(({ name }) => name.slice(0, name.indexOf('/'))))]
    const taken = Object.fromEntries(names.map((name) => [name, 0]))
    let together = 0
    fc.assert(
      fc.property(
        fc.nat(repeating.length - 1),
        fc.array(fc.record({ frame: fc.nat(), changes: fc.array(changes, { minLength: 1, maxLength: 5 }) }), {
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 5000 }),
        (number, repeats, size) => {
          const { name = '', codec, frames = [] } = repeating[number] ?? {}
          if (!codec) return
          const made = frames.flatMap((frame, index) => [
            frame,
            ...repeats
              .filter(({ frame }) => frame % frames.length === index)
              .flatMap(({ changes }) => changes.map((change) => changed(frame, change))),
          ])
          const adapter = name.slice(0, name.indexOf('/'))
          const [quickly, atOnce] = expectSame(codec, made, size)
          taken[adapter] = (taken[adapter] ?? 0) + quickly
          together += atOnce
        },
      ),
      { numRuns: 5000 },
    )
    // Those that have a quick way do go it; but Perplexity counts in every chunk.
    expect(names.filter((name) => taken[name] === 0)).toEqual(['perplexity'])
    expect(together).toBeGreaterThan(10)
  })
})
