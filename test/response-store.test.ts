import { describe, expect, test } from 'vitest'
import { MemoryStore, type StoredResponse } from '../src/response-store.ts'

function store({ bytes = 100_000, seconds = 60 } = {}): { kept: MemoryStore; wait(seconds: number): void } {
  let time = 0
  return { kept: new MemoryStore({ bytes, seconds, now: () => time }), wait: (more) => void (time += more * 1000) }
}

const reply = (id: string, text = 'Yes.'): StoredResponse => ({
  id,
  response: { id, output: [{ type: 'message', id: `msg_${id}`, content: text }] },
  input: [{ type: 'message', id: `in_${id}`, role: 'user', content: 'Hi.' }],
})

describe('a reply that is kept', () => {
  test('is found again, whole and item by item, by its owner alone', () => {
    const { kept } = store()
    kept.put('me', reply('a'))
    expect(kept.get('me', 'a')).toEqual(reply('a'))
    expect(kept.item('me', 'msg_a')).toEqual({ type: 'message', id: 'msg_a', content: 'Yes.' })
    expect(kept.item('me', 'in_a')).toMatchObject({ role: 'user' })
    for (const owner of ['', 'you', 'me a']) {
      expect(kept.get(owner, 'a')).toBeUndefined()
      expect(kept.item(owner, 'msg_a')).toBeUndefined()
      expect(kept.delete(owner, 'a')).toBe(false)
    }
    expect(kept.get('me', 'msg_a')).toBeUndefined()
  })

  test('is nobody’s to change', () => {
    const { kept } = store()
    const given = { id: 'a', response: { id: 'a', output: [] as object[] }, input: [] }
    kept.put('me', given as never)
    given.response.output.push({})
    expect(kept.get('me', 'a')?.response).toEqual({ id: 'a', output: [] })
  })

  test('is forgotten when it is told to be, items and all, and once', () => {
    const { kept } = store()
    kept.put('me', reply('a'))
    expect(kept.delete('me', 'a')).toBe(true)
    expect(kept.delete('me', 'a')).toBe(false)
    expect([kept.get('me', 'a'), kept.item('me', 'msg_a'), kept.size]).toEqual([undefined, undefined, 0])
  })

  test('is forgotten a while after its last use, whichever that was', () => {
    const { kept, wait } = store({ seconds: 60 })
    kept.put('me', reply('a'))
    wait(60)
    expect(kept.get('me', 'a')).toBeDefined()
    wait(60)
    expect(kept.item('me', 'msg_a')).toBeDefined()
    wait(61)
    expect([kept.get('me', 'a'), kept.item('me', 'msg_a'), kept.delete('me', 'a'), kept.size]).toEqual([
      undefined,
      undefined,
      false,
      0,
    ])
  })

  test('makes room for others when it was used least recently', () => {
    const { kept } = store({ bytes: 2 * 3 * JSON.stringify(reply('a')).length })
    for (const id of ['a', 'b', 'c']) kept.put('me', reply(id))
    kept.item('me', 'in_a')
    kept.put('me', reply('d'))
    expect(['a', 'b', 'c', 'd'].filter((id) => kept.get('me', id))).toEqual(['a', 'c', 'd'])
    expect(kept.item('me', 'msg_b')).toBeUndefined()
    expect(kept.size).toBeLessThanOrEqual(2 * 3 * JSON.stringify(reply('a')).length)
  })

  test('is not kept at all where it is more than there is room for', () => {
    const { kept } = store({ bytes: 1000 })
    kept.put('me', reply('a'))
    kept.put('me', reply('b', 'x'.repeat(1000)))
    expect([kept.get('me', 'a')?.id, kept.get('me', 'b')]).toEqual(['a', undefined])
  })

  test('is replaced by another of its id', () => {
    const { kept } = store()
    kept.put('me', reply('a'))
    const { size } = kept
    kept.put('me', reply('a', 'No.'))
    expect(kept.item('me', 'msg_a')).toMatchObject({ content: 'No.' })
    expect(kept.size).toBeLessThan(size + 10)
  })

  test('leaves an item to the reply that had it last', () => {
    const { kept } = store()
    kept.put('me', reply('a'))
    kept.put('me', { ...reply('b'), input: reply('a').input })
    kept.delete('me', 'a')
    expect(kept.item('me', 'in_a')).toBeDefined()
    expect(kept.item('me', 'msg_a')).toBeUndefined()
  })
})
