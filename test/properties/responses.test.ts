import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codecFor } from '../../src/adapter.ts'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { assertResponse, readResponse } from '../../src/contract/events.ts'
import { createGateway } from '../../src/gateway.ts'
import { createSeal } from '../../src/seal.ts'
import { isObject, parseJson } from '../../src/wire/json.ts'
import { words } from './mouth.ts'
import { type Correspondent, correspondents } from './replies.ts'
import { bytesOf, type Native } from './rig.ts'

const seal = createSeal('a secret')

const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties: {} },
}))

/** A gateway with one provider, which says what it is told to say. */
function converse({ name, adapter, model }: Correspondent): {
  /** The last native request. */
  sent(): JsonObject
  ask(members: object, reply: Native): Promise<string>
} {
  let reply: Native | undefined
  let form: 'whole' | 'stream' = 'whole'
  let sent: JsonObject = {}
  const framing = codecFor(adapter, model)?.framing ?? 'sse'
  const type = {
    sse: 'text/event-stream',
    ndjson: 'application/x-ndjson',
    eventstream: 'application/vnd.amazon.eventstream',
  }
  let fresh = 0
  const gateway = createGateway({
    providers: { [adapter.name]: { adapter, serves: [] } },
    secret: 'a secret',
    prices: false,
    now: () => Date.UTC(2026, 0, 1),
    newId: (prefix) => `${prefix}fresh${++fresh}`,
    async fetch(_, init) {
      // Adapters write JSON objects.
      sent = parseJson(String(init?.body)) as JsonObject
      if (!reply) throw new Error(`${name} is asked nothing.`)
      return form === 'whole'
        ? Response.json(reply.whole)
        : new Response(new Uint8Array(bytesOf(reply.frames, framing)), { headers: { 'content-type': type[framing] } })
    },
  })
  return {
    sent: () => sent,
    async ask(members, said) {
      reply = said
      form = 'stream' in members ? 'stream' : 'whole'
      const response = await gateway.fetch('http://gateway/v1/responses', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: `${adapter.name}/${model}`, max_output_tokens: 4000, tools, ...members }),
      })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      return text
    },
  }
}

/** The ways in which clients give a reply back. */
const WAYS = {
  'as it was told': (output) => ({ input: [user('Hi.'), ...output, ...results(output), user('Go on.')], store: false }),
  'with its summary edited': (output) => ({
    input: [user('Hi.'), ...output.map(edited), ...results(output), user('Go on.')],
  }),
  'by its id': (output, { id }) => ({ previous_response_id: id, input: [...results(output), user('Go on.')] }),
  'by the ids of its items': (output) => ({
    input: [
      user('Hi.'),
      ...output.map(({ id }) => ({ type: 'item_reference', id })),
      ...results(output),
      user('Go on.'),
    ],
  }),
  'without what is sealed, but with its id': (output) => ({
    input: [user('Hi.'), ...output.map(unsealed), ...results(output), user('Go on.')],
  }),
} satisfies Record<string, (output: readonly JsonObject[], response: JsonObject) => JsonObject>

for (const correspondent of correspondents) {
  const { name, replies, ending, original, again } = correspondent

  describe(`through the Responses API, ${name}`, () => {
    test.each(Object.entries(WAYS))('is given back a reply %s', async (_, give) => {
      await fc.assert(
        fc.asyncProperty(replies, async (reply) => {
          const { ask, sent } = converse(correspondent)
          const told = JSON.parse(await ask({ input: 'Hi.', reasoning: { summary: 'auto' } }, reply))
          await ask(give(outputOf(told), told), ending('stop'))
          const turn = turnsOf(correspondent, sent()).find(({ role }) => role === 'assistant' || role === 'model')
          expect(turn && merged(again(turn))).toEqual(merged(original(reply.whole)))
        }),
        { numRuns: 40 },
      )
    })

    test('is given back thoughts that its client threw away, by the ids of its calls', async () => {
      await fc.assert(
        fc.asyncProperty(replies, async (reply) => {
          const { ask, sent } = converse(correspondent)
          const output = outputOf(JSON.parse(await ask({ input: 'Hi.' }, reply)))
          fc.pre(results(output).length > 0)
          const kept = output.filter(({ type }) => type !== 'reasoning')
          await ask({ input: [user('Hi.'), ...kept, ...results(output), user('Go on.')] }, ending('stop'))
          const turn = turnsOf(correspondent, sent()).find(({ role }) => role === 'assistant' || role === 'model')
          expect(turn && merged(again(turn))).toEqual(merged(original(reply.whole)))
        }),
        { numRuns: 40 },
      )
    })

    test('is told the same whole and streamed, in events that hold together', async () => {
      await fc.assert(
        fc.asyncProperty(replies, fc.boolean(), async (reply, shown) => {
          const asked = { input: 'Hi.', reasoning: shown ? { summary: 'auto' } : { effort: 'low' } }
          const whole = JSON.parse(await converse(correspondent).ask(asked, reply))
          const { response } = readResponse(await converse(correspondent).ask({ ...asked, stream: true }, reply))
          assertResponse(whole)
          expect(renumbered(response)).toEqual(renumbered(whole))
        }),
      )
    })

    test('is sent every earlier byte unchanged when a turn is added', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 5 }), turn, async (turns, next) => {
          const input = turns.flat()
          const longer = [...input, { role: 'assistant', content: 'ok' }, ...next]
          const { ask, sent } = converse(correspondent)
          await ask({ input }, ending('stop'))
          const earlier = turnsOf(correspondent, sent())
          await ask({ input: longer }, ending('stop'))
          const later = turnsOf(correspondent, sent())
          expect(earlier.length).toBeGreaterThan(0)
          expect(later.slice(0, earlier.length).map(unmarked)).toEqual(earlier.map(unmarked))
        }),
        { numRuns: 40 },
      )
    })
  })
}

/** What may come before the model speaks again. */
const turn: fc.Arbitrary<readonly JsonObject[]> = fc.oneof(
  words.map((text) => [user(text)]),
  words.map((text) => [
    user(text),
    { role: 'assistant', content: 'ok' },
    { role: 'developer', content: text },
    user(text),
  ]),
  fc
    .tuple(words, words)
    .map(([text, id]) => [
      user(text),
      { type: 'function_call', call_id: id, name: 'get_time', arguments: '{}' },
      { type: 'function_call_output', call_id: id, output: text },
    ]),
)

function user(content: string): JsonObject {
  return { role: 'user', content }
}

function outputOf({ output }: JsonObject): readonly JsonObject[] {
  return (Array.isArray(output) ? output : []).filter(isObject)
}

/** A result for every call. */
function results(output: readonly JsonObject[]): readonly JsonObject[] {
  return output
    .filter(({ type }) => type === 'function_call')
    .map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'done' }))
}

function edited(item: JsonObject): JsonObject {
  return item['type'] === 'reasoning' ? { ...item, summary: [{ type: 'summary_text', text: 'other words' }] } : item
}

function unsealed({ encrypted_content: _, ...item }: JsonObject): JsonObject {
  return item
}

/** The turns of the conversation that was sent. */
function turnsOf({ turns = 'messages' }: Correspondent, sent: JsonObject): readonly JsonObject[] {
  const found = sent[turns]
  return (Array.isArray(found) ? found : []).filter(isObject)
}

/** Texts in a row are one part of a message there, and say the same as one. */
function merged(value: unknown): unknown {
  if (!Array.isArray(value)) {
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, merged(member)]))
      : value
  }
  const list: unknown[] = []
  for (const item of value.map(merged)) {
    const before = list.at(-1)
    if (isText(before) && isText(item)) list.splice(-1, 1, { ...before, text: before.text + item.text })
    else list.push(item)
  }
  return list
}

function isText(value: unknown): value is { readonly text: string } {
  return (
    isObject(value) &&
    typeof value['text'] === 'string' &&
    Object.keys(value).every((key) => key === 'text' || key === 'type') &&
    (value['type'] ?? 'text') === 'text'
  )
}

/** A turn without cache marks, which may move. */
function unmarked(turn: JsonObject): string {
  return JSON.stringify(turn, (key, value: unknown) => {
    if (Array.isArray(value)) return value.filter((item) => !isObject(item) || !('cachePoint' in item))
    return key === 'cache_control' ? undefined : value
  })
}

/** What the gateway made up, numbered from the first one met, and what is sealed, opened: its members may be in any order. */
function renumbered(value: Json): unknown {
  const ids: string[] = []
  return JSON.parse(
    JSON.stringify(value).replaceAll(/fresh\d+/gu, (id) => {
      if (!ids.includes(id)) ids.push(id)
      return `fresh${ids.indexOf(id)}`
    }),
    (key, member: unknown) => (key === 'encrypted_content' ? (seal.open(String(member)) ?? member) : member),
  )
}
