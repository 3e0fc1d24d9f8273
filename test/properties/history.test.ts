import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { type Correspondent, correspondents } from './replies.ts'
import { ask } from './rig.ts'

const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} } },
}))
const words = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== '')
const user = (content: string): JsonObject => ({ role: 'user', content })

for (const correspondent of correspondents) {
  const { name, replies, ending, original, again } = correspondent

  describe(`a conversation with ${name}`, () => {
    test('gives a reply back as it came', async () => {
      await fc.assert(
        fc.asyncProperty(replies, async (reply) => {
          const { told } = await talk(correspondent, [user('Hi.')], reply)
          const said = messageOf(told)
          const { sent } = await talk(
            correspondent,
            [user('Hi.'), said, ...answers(said), user('Go on.')],
            ending('stop'),
          )
          const turn = turnsOf(correspondent, sent).find(({ role }) => role === 'assistant' || role === 'model')
          expect(turn && again(turn)).toEqual(original(reply.whole))
        }),
      )
    })

    test('pairs the results of tools the same in any order', async () => {
      const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
      await fc.assert(
        fc.asyncProperty(order, words, async (order, last) => {
          const calls = order.map((_, index) => ({
            id: `call_${index}`,
            type: 'function',
            function: { name: 'get_time', arguments: '{}' },
          }))
          const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` }))
          const history = (results: readonly JsonObject[]): readonly JsonObject[] => [
            user('Hi.'),
            { role: 'assistant', content: null, tool_calls: calls },
            ...results,
            user(last),
          ]
          const straight = await talk(correspondent, history(results), ending('stop'))
          const shuffled = await talk(
            correspondent,
            history(order.flatMap((index) => results[index] ?? [])),
            ending('stop'),
          )
          expect(paired(turnsOf(correspondent, shuffled.sent))).toEqual(paired(turnsOf(correspondent, straight.sent)))
        }),
      )
    })

    test('adding a turn leaves every earlier native byte unchanged', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 5 }), turn, async (turns, next) => {
          const history = turns.flat()
          const longer = [...history, { role: 'assistant', content: 'ok' }, ...next]
          const earlier = turnsOf(correspondent, (await talk(correspondent, history, ending('stop'))).sent)
          const later = turnsOf(correspondent, (await talk(correspondent, longer, ending('stop'))).sent)
          expect(earlier.length).toBeGreaterThan(0)
          expect(later.slice(0, earlier.length).map(unmarked)).toEqual(earlier.map(unmarked))
        }),
      )
    })
  })
}

/** What may come before the model speaks again: a question, or a call with its results, and an instruction now and then. */
const turn: fc.Arbitrary<readonly JsonObject[]> = fc.oneof(
  words.map((text) => [user(text)]),
  words.map((text) => [
    user(text),
    { role: 'assistant', content: 'ok' },
    { role: 'system', content: text },
    user(text),
  ]),
  fc.tuple(words, words).map(([text, id]) => [
    user(text),
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id, type: 'function', function: { name: 'get_time', arguments: '' } }],
    },
    { role: 'tool', tool_call_id: id, content: text },
  ]),
  words.map((text) => [
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'text', text: ' ' },
      ],
    },
  ]),
)

function talk(
  { adapter, model }: Correspondent,
  messages: readonly JsonObject[],
  reply: Parameters<typeof ask>[2],
): ReturnType<typeof ask> {
  return ask(adapter, { model, max_completion_tokens: 4000, tools, messages }, reply)
}

function messageOf(told: Json): JsonObject {
  const choices = isObject(told) ? told['choices'] : undefined
  const [first] = Array.isArray(choices) ? choices : []
  return isObject(first) && isObject(first['message']) ? first['message'] : {}
}

function answers({ tool_calls }: JsonObject): readonly JsonObject[] {
  return Array.isArray(tool_calls)
    ? tool_calls.map((call: JsonObject) => ({ role: 'tool', tool_call_id: call['id'], content: 'done' }))
    : []
}

/** The turns of the conversation that was sent. */
function turnsOf({ turns = 'messages' }: Correspondent, sent: JsonObject | undefined): readonly JsonObject[] {
  const found = isObject(sent?.['body']) ? sent['body'][turns] : undefined
  return Array.isArray(found) ? found : []
}

/** A call with its results in the order of the calls, wherever a provider wants them. */
function paired(turns: readonly JsonObject[]): unknown {
  const answers = turns
    .filter(({ role }) => role === 'tool')
    .toSorted((one, other) => (String(one['tool_call_id']) < String(other['tool_call_id']) ? -1 : 1))
  return [turns.filter(({ role }) => role !== 'tool'), answers]
}

/** A message without cache marks, which may move. */
function unmarked(message: JsonObject): string {
  return JSON.stringify(message, (key, value: unknown) => {
    if (Array.isArray(value)) return value.filter((item) => !isObject(item) || !('cachePoint' in item))
    return key === 'cache_control' ? undefined : value
  })
}
