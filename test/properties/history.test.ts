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
  const { name, replies, ending } = correspondent

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
          expect(again(name, sent)).toEqual(original(name, reply.whole))
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
          expect(paired(shuffled.sent)).toEqual(paired(straight.sent))
        }),
      )
    })

    test('adding a turn leaves every earlier native byte unchanged', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 5 }), turn, async (turns, next) => {
          const history = turns.flat()
          const earlier = messagesOf((await talk(correspondent, history, ending('stop'))).sent)
          const later = messagesOf(
            (await talk(correspondent, [...history, { role: 'assistant', content: 'ok' }, ...next], ending('stop')))
              .sent,
          )
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

function messagesOf(sent: JsonObject | undefined): readonly JsonObject[] {
  const messages = isObject(sent?.['body']) ? sent['body']['messages'] : undefined
  return Array.isArray(messages) ? messages : []
}

/** What the model said, as it is told to it again. */
function again(name: string, sent: JsonObject | undefined): unknown {
  const said = messagesOf(sent).find(({ role }) => role === 'assistant')
  return gistFor(name)(said)
}

/** What the model said, as it came. */
function original(name: string, whole: JsonObject): unknown {
  const { message, output } = whole
  const said = isObject(output) ? output['message'] : message
  return gistFor(name)(name === 'openai' ? messageOf(whole) : isObject(said) ? said : whole)
}

/** What is compared of a message: what was said, without what only its reader needs. */
function gistFor(name: string): (message: JsonObject | undefined) => unknown {
  if (name === 'openai') return gist
  return name === 'cohere' || name === 'ollama' ? spoken : (message) => message?.['content']
}

/** A message with its one text as a list, and its calls without their ids. */
function spoken({ content, thinking, tool_plan, tool_calls }: JsonObject = {}): unknown {
  const contents = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : content
  const calls = Array.isArray(tool_calls) ? tool_calls.map((call: JsonObject) => call['function']) : []
  return { contents: contents || [], thinking, tool_plan, calls }
}

function gist(message: JsonObject | undefined): unknown {
  const { content, refusal, tool_calls } = message ?? {}
  return { content: content ?? null, refusal: refusal ?? null, tool_calls }
}

/** A call with its results in the order of the calls, wherever a provider wants them. */
function paired(sent: JsonObject | undefined): unknown {
  const messages = messagesOf(sent)
  const answers = messages
    .filter(({ role }) => role === 'tool')
    .toSorted((one, other) => (String(one['tool_call_id']) < String(other['tool_call_id']) ? -1 : 1))
  return [messages.filter(({ role }) => role !== 'tool'), answers]
}

/** A message without cache marks, which may move. */
function unmarked(message: JsonObject): string {
  return JSON.stringify(message, (key, value: unknown) => {
    if (Array.isArray(value)) return value.filter((item) => !isObject(item) || !('cachePoint' in item))
    return key === 'cache_control' ? undefined : value
  })
}
