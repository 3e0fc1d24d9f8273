/**
 * A gateway with all parties behind it, and OpenAI's own client in front.
 *
 * @module
 */
import OpenAI from 'openai'
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions'
import { codecFor } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { createGateway } from '../../src/gateway.ts'
import { bytesOf } from '../properties/rig.ts'
import { parties } from './parties.ts'
import type { Party } from './party.ts'

/** Two tools, of which the first has a name that no provider takes. */
export const TOOLS: readonly ChatCompletionTool[] = ['wetter.für/heute', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}))

/** Whether a client wants a whole reply or a stream. */
export type Form = 'whole' | 'streamed'

/** What came of one turn. */
export interface Turn {
  /** The reply as the client has it. */
  readonly message: Told
  readonly warnings: readonly string[]
  /** The one call that was made. */
  readonly body: JsonObject
}

/** A message as the client has it, with members it knows nothing of. */
export type Told = OpenAI.ChatCompletionMessage & {
  readonly reasoning_content?: string
  readonly reasoning_details?: readonly JsonObject[]
}

/** A gateway that remembers what clients drop, or does not. */
export interface Stage {
  /** Asks a party. Its first reply is scripted; its emulation gives the others, and judges all requests. */
  ask(party: Party, form: Form, messages: readonly ChatCompletionMessageParam[], scripted?: boolean): Promise<Turn>
}

/** Sets up a gateway. */
export function stage(remembers: boolean): Stage {
  const calls: { readonly body: JsonObject; readonly verdict: readonly string[] }[] = []
  let scripted = false
  const serve = (party: Party) => async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init)
    const body: JsonObject = JSON.parse(await request.clone().text())
    const { error } = party.request.safeParse(body) as { error?: { issues: readonly { message: string }[] } }
    calls.push({ body, verdict: error?.issues.map(({ message }) => message) ?? [] })
    const answer = await party.sandbox(request)
    return scripted && answer.ok ? script(party, body, answer) : answer
  }
  const gateway = createGateway({
    providers: Object.fromEntries(
      parties.map((party) => [idOf(party), { adapter: party.adapter, fetch: serve(party) }]),
    ),
    ...(!remembers && { memory: false }),
  })
  let warnings: readonly string[] = []
  const client = new OpenAI({
    apiKey: '-',
    baseURL: 'http://gateway/v1',
    maxRetries: 0,
    async fetch(input, init) {
      const response = await gateway.fetch(input, init)
      warnings = response.headers.get('x-dragoman-warnings')?.split('; ') ?? []
      return response
    },
  })
  return {
    async ask(party, form, messages, isScripted = false) {
      scripted = isScripted
      calls.length = 0
      const asked = {
        model: `${idOf(party)}/${party.model}`,
        messages: [...messages],
        tools: [...TOOLS],
        reasoning_effort: 'high' as const,
        max_completion_tokens: 8000,
      }
      const { completions } = client.chat
      const reply = await (form === 'whole'
        ? completions.create(asked)
        : completions.stream(asked).finalChatCompletion())
      const [made, ...more] = calls
      if (!made || more.length > 0) throw new Error(`${calls.length} calls were made.`)
      if (made.verdict.length > 0) throw new Error(`Not a native request: ${made.verdict.join('; ')}`)
      const message = reply.choices[0]?.message
      if (!message) throw new Error('Nothing was said.')
      return { message, warnings, body: made.body }
    },
  }
}

/** What a party says first, in the form it was asked for. */
function script(party: Party, body: JsonObject, { headers }: Response): Response {
  const [weather = '', time = ''] = party.protocol.tools(body)
  const { whole, frames } = party.reply([weather, time])
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('application/json')) return Response.json(whole)
  const framing = codecFor(party.adapter, party.model)?.framing
  return new Response(Uint8Array.from(bytesOf(frames, framing)), { headers: { 'content-type': type } })
}

function idOf({ name }: Party): string {
  return name.replace(/[^\w]+/gu, '-')
}
