import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import { createGateway } from '../../src/gateway.ts'
import { isObject, parseJson } from '../../src/wire/json.ts'
import { type Correspondent, correspondents } from './replies.ts'
import type { Native } from './rig.ts'

const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} } },
}))
const question = { role: 'user', content: 'Hi.' }

for (const correspondent of correspondents) {
  const { name, replies, original, again } = correspondent

  describe(`a gateway in front of ${name}`, () => {
    test('gives a reply with calls back as it came, also to who kept nothing else of it', async () => {
      await fc.assert(
        fc.asyncProperty(replies, async (reply) => {
          const { ask, sent } = talkWith(correspondent, reply)
          const told = messageOf(await ask([question]))
          // What OpenAI has a member for is not for the gateway to remember.
          if (!isFragile(told)) return
          const said = plain(told)
          const answers = callsOf(said).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'done' }))
          await ask([question, said, ...answers])
          const turns = sent()?.[correspondent.turns ?? 'messages']
          const turn = (Array.isArray(turns) ? turns : []).find(({ role }) => role === 'assistant' || role === 'model')
          expect(turn && again(turn)).toEqual(original(reply.whole))
        }),
      )
    })
  })
}

/** A client and a provider that first gives a reply, and then whatever. */
function talkWith({ adapter, model, ending }: Correspondent, reply: Native) {
  const sent: unknown[] = []
  const gateway = createGateway({
    providers: { [adapter.name]: adapter },
    async fetch(_, init) {
      sent.push(typeof init?.body === 'string' ? parseJson(init.body) : undefined)
      return Response.json(sent.length === 1 ? reply.whole : ending('stop').whole)
    },
  })
  return {
    sent: () => {
      const last = sent.at(-1)
      return isObject(last) ? last : undefined
    },
    async ask(messages: readonly JsonObject[]): Promise<unknown> {
      const response = await gateway.fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: `${adapter.name}/${model}`, max_completion_tokens: 4000, tools, messages }),
      })
      return response.json()
    },
  }
}

function messageOf(completion: unknown): JsonObject {
  const choices = isObject(completion) ? completion['choices'] : undefined
  const [first] = Array.isArray(choices) ? choices : []
  return isObject(first) && isObject(first['message']) ? first['message'] : {}
}

/** Whether a message calls tools, and holds thoughts or signatures, for which OpenAI has no member. */
function isFragile(message: JsonObject): boolean {
  const calls = callsOf(message)
  const details = Array.isArray(message['reasoning_details']) ? message['reasoning_details'].filter(isObject) : []
  // The gateway's own note of the order of blocks is no thought.
  const thoughts = details.filter(({ format }) => !String(format).startsWith('dragoman'))
  return calls.length > 0 && (thoughts.length > 0 || calls.some((call) => 'extra_content' in call))
}

/** A message as a client keeps it that knows nothing but OpenAI's own members. */
function plain(message: JsonObject): JsonObject {
  const { role = 'assistant', content = null } = message
  const calls = callsOf(message).map(({ id, type, function: called }) => ({ id, type, function: called }))
  return { role, content, ...(calls.length > 0 && { tool_calls: calls }) }
}

function callsOf({ tool_calls }: JsonObject): readonly JsonObject[] {
  return Array.isArray(tool_calls) ? tool_calls.filter(isObject) : []
}
