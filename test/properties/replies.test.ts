import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isObject } from '../../src/wire/json.ts'
import { correspondents } from './replies.ts'
import { ask, type Native } from './rig.ts'

const question = (model: string) => ({
  model,
  max_completion_tokens: 100,
  messages: [{ role: 'user', content: 'Hi.' }],
})

for (const { name, adapter, model, replies, ending, breaks = [] } of correspondents) {
  describe(`a reply of ${name}`, () => {
    test('is the same whichever way its bytes are cut', async () => {
      const cuts = fc.array(fc.nat(), { minLength: 1, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(replies, cuts, async (reply, cuts) => {
          const uncut = await ask(adapter, question(model), reply, 'stream')
          const cut = await ask(adapter, question(model), reply, 'stream', (bytes) => pieces(bytes, cuts))
          expect(cut.told).toEqual(uncut.told)
        }),
      )
    })

    test('is the same whole and streamed', async () => {
      await fc.assert(
        fc.asyncProperty(replies, async (reply) => {
          const whole = await ask(adapter, question(model), reply, 'whole')
          const stream = await ask(adapter, question(model), reply, 'stream')
          expect(whole.status).toBe(200)
          expect(stream.told).toEqual(whole.told)
        }),
      )
    })

    test('holds no value that OpenAI does not know', async () => {
      const reasons = fc.oneof(
        fc.string({ minLength: 1 }),
        fc.constantFrom(
          'end_turn',
          'max_tokens',
          'refusal',
          'stop_sequence',
          'model_context_window_exceeded',
          'SAFETY',
          'eos',
          'error',
        ),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(replies, reasons.filter((reason) => !breaks.includes(reason)).map(ending)),
          async (reply) => {
            for (const form of ['whole', 'stream'] as const) {
              const { status, told } = await ask(adapter, question(model), reply, form)
              expect(status).toBe(200)
              expect(strangers(told)).toEqual([])
            }
          },
        ),
        // Words that every object of JavaScript answers to.
        { examples: ['constructor', '__proto__', 'valueOf'].map((reason): [Native] => [ending(reason)]) },
      )
    })
  })
}

function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].toSorted(
    (one, other) => one - other,
  )
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place))
}

/** Values of OpenAI's enums, by the member that has them. */
const ENUMS: Readonly<Record<string, readonly unknown[]>> = {
  object: ['chat.completion'],
  role: ['assistant'],
  type: ['function', 'custom', 'url_citation', 'document', 'image_url', 'reasoning.text', 'reasoning.encrypted'],
  finish_reason: ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'],
  service_tier: ['auto', 'default', 'flex', 'scale', 'priority', 'fast'],
}

/** Members whose value is not among those of their enum. */
function strangers(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(strangers)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const known = ENUMS[name]
    return [...(known && !known.includes(member) ? [`${name}: ${JSON.stringify(member)}`] : []), ...strangers(member)]
  })
}
