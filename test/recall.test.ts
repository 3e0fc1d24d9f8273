import { describe, expect, test } from 'vitest'
import type { Block, ChatRequest } from '../src/canonical.ts'
import { Recall } from '../src/recall.ts'

const thought: Block = { type: 'reasoning', text: 'T', signature: 'S', origin: { format: 'f', model: 'm' } }
const call = (id: string, text = '{}'): Block => ({ type: 'tool', id, name: 'f', text })
const ask = (...blocks: Block[]): ChatRequest => ({
  model: 'm',
  stream: false,
  messages: [{ role: 'assistant', blocks }],
})

function recall({ bytes = 10_000, seconds = 60 } = {}): { memory: Recall; wait(seconds: number): void } {
  let time = 0
  return { memory: new Recall({ bytes, seconds, now: () => time }), wait: (seconds) => (time += seconds * 1000) }
}

const filled = (memory: Recall, owner: string, ...blocks: Block[]): readonly Block[] => {
  const [message] = memory.fill(owner, ask(...blocks)).messages
  return message?.role === 'assistant' ? message.blocks : []
}

describe('what a client lost', () => {
  test('comes back by the ids of its calls, in its old order', () => {
    const { memory } = recall()
    const opaque: Block = { type: 'opaque', text: '{}', origin: { format: 'f' } }
    memory.keep('', [thought, opaque, { type: 'text', text: 'Hi' }, call('a'), call('b')])
    expect(filled(memory, '', { type: 'text', text: 'Hi' }, call('a'), call('b'))).toEqual([
      thought,
      opaque,
      { type: 'text', text: 'Hi' },
      call('a'),
      call('b'),
    ])
  })

  test('comes back around what the client changed, which stays changed', () => {
    const { memory } = recall()
    memory.keep('', [thought, { type: 'text', text: 'Hi' }, call('a')])
    expect(filled(memory, '', call('a', '{"b":1}'))).toEqual([thought, call('a', '{"b":1}')])
  })

  test('is not put in place of what the client did send', () => {
    const { memory } = recall()
    memory.keep('', [thought, call('a')])
    const echoed: Block = { ...thought, text: 'other' }
    expect(filled(memory, '', echoed, call('a'))).toEqual([echoed, call('a')])
  })

  test('is not told to another client, nor for other calls', () => {
    const { memory } = recall()
    memory.keep('me', [thought, call('a')])
    expect(filled(memory, 'you', call('a'))).toEqual([call('a')])
    expect(filled(memory, 'me', call('b'))).toEqual([call('b')])
    expect(filled(memory, 'me', call('a'), call('b'))).toEqual([call('a'), call('b')])
  })

  test('is not mixed up where several replies have the same ids, as some providers number calls anew', () => {
    const { memory } = recall()
    const other: Block = { ...thought, text: 'other' }
    memory.keep('', [thought, call('a', '{"city":"Rome"}')])
    memory.keep('', [other, call('a', '{"city":"Oslo"}')])
    expect(filled(memory, '', call('a', '{"city":"Rome"}'))).toEqual([thought, call('a', '{"city":"Rome"}')])
    expect(filled(memory, '', call('a', '{"city":"Oslo"}'))).toEqual([other, call('a', '{"city":"Oslo"}')])
    // Which of them this was nobody can tell.
    expect(filled(memory, '', call('a', '{"city":"Bern"}'))).toEqual([call('a', '{"city":"Bern"}')])
  })

  test('is not told for the call of another tool', () => {
    const { memory } = recall()
    memory.keep('', [thought, call('a')])
    const another: Block = { type: 'tool', id: 'a', name: 'g', text: '{}' }
    expect(filled(memory, '', another)).toEqual([another])
  })

  test('is forgotten after a while, counted from its last use', () => {
    const { memory, wait } = recall({ seconds: 60 })
    memory.keep('', [thought, call('a')])
    wait(50)
    expect(filled(memory, '', call('a'))).toHaveLength(2)
    wait(50)
    expect(filled(memory, '', call('a'))).toHaveLength(2)
    wait(61)
    expect(filled(memory, '', call('a'))).toHaveLength(1)
  })
})

describe('the memory', () => {
  test('keeps within its bytes by forgetting what was used longest ago', () => {
    const { memory } = recall({ bytes: 2000 })
    for (let index = 0; index < 100; index += 1) {
      memory.keep('', [{ ...thought, text: 'x'.repeat(100) }, call(`c${index}`)])
      expect(memory.size).toBeLessThanOrEqual(2000)
    }
    expect(filled(memory, '', call('c99'))).toHaveLength(2)
    expect(filled(memory, '', call('c0'))).toHaveLength(1)
  })

  test('keeps nothing that any client can send back, and nothing too large for it', () => {
    const { memory } = recall({ bytes: 2000 })
    memory.keep('', [{ type: 'text', text: 'Hi' }, call('a')])
    memory.keep('', [{ ...thought, text: 'x'.repeat(5000) }, call('b')])
    expect(memory.size).toBe(0)
  })

  test('does not count a reply twice', () => {
    const { memory } = recall()
    memory.keep('', [thought, call('a')])
    const once = memory.size
    memory.keep('', [thought, call('a')])
    expect(memory.size).toBe(once)
  })
})
