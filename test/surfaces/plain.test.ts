import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlain } from '../../src/surfaces/chat/plain.ts'
import { chatRequest } from '../../src/surfaces/chat/schema.ts'

const words = fc.constantFrom('', 'Hello.', '🙂')
const number = fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 2.5, 2 ** 53, Number.NaN, Infinity)
const odd = fc.constantFrom(null, undefined, true, false, 'auto', [], {}, ['a'], { include_usage: true }, { mode: 1 })
const value = fc.oneof(words, number, odd)
const message = fc.record(
  {
    role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', 'nobody', null),
    content: fc.oneof(words, fc.constantFrom(null, [], [{ type: 'text', text: 'Hi' }], 7)),
    name: value,
  },
  { requiredKeys: [] },
)
const settings = Object.fromEntries([...Object.keys(chatRequest.shape), 'unheard_of'].map((name) => [name, value]))
const body = fc.record(
  { ...settings, model: fc.oneof(words, value), messages: fc.oneof(fc.array(message, { maxLength: 3 }), value) },
  { requiredKeys: [] },
)
// One that is plain but for a member or two.
const nearly = fc
  .tuple(
    fc.record(settings, { requiredKeys: [] }),
    fc.array(fc.constantFrom(...Object.keys(settings)), { maxLength: 2 }),
  )
  .map(([all, names]) => ({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    ...Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]])),
  }))

test('a plain request is one that the schema passes as it is', () => {
  let plain = 0
  fc.assert(
    fc.property(fc.oneof(body, nearly), (given) => {
      if (!isPlain(given)) return
      plain += 1
      expect(chatRequest.parse(given)).toStrictEqual(given)
    }),
    { numRuns: 5000 },
  )
  expect(plain).toBeGreaterThan(100)
})

test.each([
  ['words', {}],
  ['settings', { temperature: 0.7, top_p: 0.9, max_tokens: 5, stop: 'x', user: 'u' }],
  ['a stream', { stream: true, stream_options: { include_usage: true } }],
])('%s are plain', (_, more) => {
  const messages = ['system', 'developer', 'user', 'assistant'].map((role) => ({ role, content: 'Hi' }))
  expect(isPlain({ model: 'm', messages, ...more })).toBe(true)
})

test('what came as JSON with a member named __proto__ is not plain', () => {
  expect(isPlain(JSON.parse('{"model":"m","messages":[{"role":"user","content":"Hi"}],"__proto__":{}}'))).toBe(false)
})
