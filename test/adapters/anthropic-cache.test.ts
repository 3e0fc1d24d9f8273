import { array, assert, constantFrom, integer, oneof, property, tuple, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import type { ChatRequest, Message } from '../../src/canonical.ts'
import { encoded, sent } from './anthropic-rig.ts'

const auto = anthropic({ apiKey: 'k' })
const always = anthropic({ apiKey: 'k', cache: 'always' })
const long = 'Long enough to be worth it. '.repeat(200)
const tools = [{ type: 'function', function: { name: 'f' } }]
const conversation = [
  { role: 'system', content: long },
  { role: 'user', content: 'Hello' },
]
const ephemeral = { type: 'ephemeral' }

/** Where the marks are, and what they say, in the order the provider reads them. */
function marks(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const { cache_control: own, tools, system, messages, ...rest } = value as Record<string, unknown>
  const inside = [tools, system, messages, ...Object.values(rest)].flatMap(marks)
  return own === undefined ? inside : [...inside, own]
}

describe('breakpoints', () => {
  test('are placed at the end of the tools, of the instructions and of the conversation', () => {
    const { body } = sent({ messages: conversation, tools }, auto)
    expect(body.tools.at(-1).cache_control).toEqual(ephemeral)
    expect(body.system.at(-1).cache_control).toEqual(ephemeral)
    expect(body.cache_control).toEqual(ephemeral)
    expect(marks(body)).toHaveLength(3)
  })

  test('are not placed where nothing would be cached', () => {
    expect(marks(sent({ messages: [{ role: 'user', content: 'Hello' }], tools }, auto).body)).toEqual([])
  })

  test('are not placed where the client placed some, or wants none', () => {
    const content = [{ type: 'text', text: long, prompt_cache_breakpoint: { mode: 'explicit' } }]
    expect(marks(sent({ messages: [{ role: 'user', content }], tools }, auto).body)).toEqual([ephemeral])
    expect(marks(sent({ messages: conversation, prompt_cache_options: { mode: 'explicit' } }, auto).body)).toEqual([])
  })

  test('live as long as the client wants', () => {
    const { body } = sent({ messages: conversation, prompt_cache_retention: '24h' }, auto)
    expect(marks(body)).toEqual([
      { type: 'ephemeral', ttl: '1h' },
      { type: 'ephemeral', ttl: '1h' },
    ])
  })

  test('of ours live longer for the sake of one of the client’s', () => {
    const content = [{ type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }]
    const { body, warnings } = sent({ messages: [conversation[0], { role: 'user', content }], tools }, always)
    expect(marks(body).map((mark) => (mark as { ttl?: string }).ttl)).toEqual(['1h', '1h', '1h', undefined])
    expect(warnings).toHaveLength(1)
  })

  test('of the client’s live shorter after a shorter one', () => {
    const [first, second] = ['5m', '1h'].map((ttl) => [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl } },
    ])
    const { body, warnings } = sent(
      {
        messages: [
          { role: 'user', content: first },
          { role: 'user', content: second },
        ],
      },
      auto,
    )
    expect(marks(body)).toEqual([{ type: 'ephemeral', ttl: '5m' }, ephemeral])
    expect(warnings).toHaveLength(1)
  })

  test('more than four lose the oldest of the conversation', () => {
    const marked = (text: string) => ({ role: 'user', content: [{ type: 'text', text, cache_control: ephemeral }] })
    const { body, warnings } = sent(
      { messages: [{ ...marked('S'), role: 'system' }, ...['a', 'b', 'c', 'd'].map(marked)] },
      auto,
    )
    expect(body.system[0].cache_control).toEqual(ephemeral)
    expect(body.messages[0].content.map((block: object) => 'cache_control' in block)).toEqual([false, true, true, true])
    expect(warnings).toHaveLength(1)
  })

  test('reach back to the last request when many blocks came since', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `t${index}`)
    const tool_calls = ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }))
    const results = ids.map((tool_call_id) => ({ role: 'tool', tool_call_id, content: '1' }))
    const { body } = sent(
      { messages: [...conversation, { role: 'assistant', content: null, tool_calls }, ...results], tools },
      auto,
    )
    expect(body.messages[0].content[0].cache_control).toEqual(ephemeral)
    expect(marks(body)).toHaveLength(4)
  })
})

const words = constantFrom('', ' ', 'Hello', 'b\n')
const turn: Arbitrary<Message[]> = oneof(
  words.map((content): Message[] => [{ role: 'user', content }]),
  tuple(words, words).map(([one, two]): Message[] => [
    { role: 'user', content: one },
    { role: 'system', content: two },
  ]),
  integer({ min: 1, max: 3 }).map((count): Message[] => {
    const ids = Array.from({ length: count }, (_, index) => `call.${index}`)
    return [
      { role: 'user', content: 'Call' },
      { role: 'assistant', blocks: ids.map((id) => ({ type: 'tool', id, name: 'f', text: '{"a":1}' })) },
      ...ids.toReversed().map((id): Message => ({ role: 'tool', id, content: id })),
    ]
  }),
)
const answer: Message = { role: 'assistant', blocks: [{ type: 'text', text: 'Answer' }] }
const models = constantFrom('claude-opus-5', 'claude-haiku-4-5', 'claude-sonnet-5-5')

describe('a longer history', () => {
  const unmarked = (body: { messages: unknown[] }): string[] =>
    body.messages.map((message) =>
      JSON.stringify(message, (key, value: unknown) => (key === 'cache_control' ? undefined : value)),
    )

  test('begins with the bytes of the shorter one, and is accepted', () => {
    const request = (model: string, turns: readonly Message[][]): ChatRequest => {
      const messages = turns.flatMap((said, index) => (index === 0 ? said : [answer, ...said]))
      return { model, stream: true, messages, tools: [{ type: 'function', name: 'f' }] }
    }
    assert(
      property(models, array(turn, { minLength: 2, maxLength: 6 }), (model, turns) => {
        const shorter = unmarked(encoded(request(model, turns.slice(0, -1)), [], always).body)
        const longer = unmarked(encoded(request(model, turns), [], always).body)
        expect(longer.slice(0, shorter.length)).toEqual(shorter)
      }),
    )
  })
})
