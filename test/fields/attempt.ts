/**
 * A request on its way to a provider, as far as the call it becomes.
 *
 * @module
 */
import { type Adapter, codecFor, type Undo } from '../../src/adapter.ts'
import type { Completion, Json, JsonObject } from '../../src/canonical.ts'
import { GatewayError } from '../../src/errors.ts'
import { fanOut, translate } from '../../src/exchange.ts'
import { resolveMedia } from '../../src/media.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'
import { renderer } from '../surfaces/renderer.ts'

/** What became of a request. */
export type Attempt = Refused | Made

/** A request that was refused with a 400. */
export interface Refused {
  readonly param: string
  readonly message: string
}

/** A request that was made. */
export interface Made {
  /** How many times it is sent. */
  readonly calls: number
  readonly path: string
  readonly headers: JsonObject
  readonly body: Json
  /** What the reply has to undo, as JSON. */
  readonly undo: JsonObject
  /** Addresses that the gateway reads in the provider's place. */
  readonly fetched: readonly string[]
  /** Losses, as `[param, reason]`. */
  readonly warnings: readonly (readonly [param: string, reason: string])[]
  /** A reply as the client would be told it. */
  readonly told: string
}

/** Translates a request. */
export async function attempt(adapter: Adapter, model: string, asked: JsonObject): Promise<Attempt> {
  const warnings: (readonly [string, string])[] = []
  const warn = (param: string, reason: string): void => void warnings.push([param, reason])
  const fetched: string[] = []
  const fetchMedia = async ({ href }: URL): Promise<{ data: string; mime: string }> => {
    fetched.push(href)
    return href.endsWith('.pdf')
      ? { data: 'JVBERi0xLjQK', mime: 'application/pdf' }
      : { data: 'iVBORw0KGgo=', mime: 'image/png' }
  }
  try {
    const parsed = chat.parse(structuredClone({ model, messages: [{ role: 'user', content: 'Hi.' }], ...asked }), warn)
    const codec = codecFor(adapter, parsed.request.model)
    if (!codec) throw new Error(`${adapter.name} has no chat.`)
    const target = { provider: adapter.name, adapter, model: parsed.request.model }
    const resolved = await resolveMedia(parsed.request, codec, fetchMedia, new AbortController().signal)
    const { asked: once, count } = fanOut(resolved, target, warn)
    const { path, headers = {}, body = null, undo = {} } = translate(once, target, codec, warn)
    return {
      calls: count,
      path,
      headers,
      body: JSON.parse(stringify(body)),
      undo: shown(undo),
      fetched,
      warnings,
      told: parsed.request.stream ? streamed(renderer(parsed)) : stringify(parsed.body(reply)),
    }
  } catch (error) {
    if (!(error instanceof GatewayError) || error.failure.status !== 400) throw error
    return { param: error.failure.param ?? '', message: error.failure.message }
  }
}

function shown({ names, custom, ...rest }: Undo): JsonObject {
  return {
    ...rest,
    ...(names && { names: Object.fromEntries(names) }),
    ...(custom && { custom: [...custom] }),
  }
}

const usage = { input: 3, output: 4 }

/** A reply with everything in it that clients may want told otherwise. */
const reply: Completion = {
  id: 'chatcmpl-1',
  model: 'm',
  created: 1,
  choices: [
    {
      blocks: [
        { type: 'reasoning', text: 'A greeting.' },
        { type: 'tool', id: 'call_1', name: 'get_time', text: '{}' },
      ],
      reason: 'tool_calls',
    },
  ],
  usage,
}

function streamed(render: ReturnType<ReturnType<typeof chat.parse>['stream']>): string {
  const [choice] = reply.choices
  return [
    render({ type: 'start', id: reply.id, model: reply.model, created: reply.created }),
    ...(choice?.blocks ?? []).flatMap((block, index) => [
      render({ type: 'open', index, choice: 0, block }),
      render({ type: 'close', index }),
    ]),
    render({ type: 'finish', choice: 0, reason: 'tool_calls' }),
    render({ type: 'end', usage }),
  ].join('')
}
