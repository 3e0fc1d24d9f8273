/**
 * Asking the gateway as a client does: through OpenAI's SDK, with recorded replies in the provider's place.
 *
 * @module
 */
import OpenAI from 'openai'
import type { Adapter } from '../../src/adapter.ts'
import { createGateway } from '../../src/gateway.ts'
import { collect } from './chunks.ts'
import { type Expected, NOW } from './oracle.ts'
import { json, list, members, type Members, text } from './reading.ts'
import { bytes, headers, type RecordedReply } from './recordings.ts'

/** What a client was told. */
export type Told =
  | { readonly type: 'completion'; readonly completion: unknown; readonly chunks?: readonly unknown[] }
  | { readonly type: 'failure'; readonly error: unknown; readonly chunks?: readonly unknown[] }

/** Cuts bytes into network chunks. */
export type Cut = (bytes: Uint8Array<ArrayBuffer>) => Iterable<Uint8Array<ArrayBuffer>>

/** A question, and who answers it. */
export interface Question {
  readonly adapter: Adapter
  readonly body: Members
  readonly legs: readonly RecordedReply[]
  readonly cut?: Cut
  /** Hears what the provider is sent. */
  readonly hear?: (body: unknown) => void
}

/** Asks for a whole reply. */
export async function askWhole(question: Question): Promise<Told> {
  try {
    return { type: 'completion', completion: await client(question).post('/chat/completions', { body: question.body }) }
  } catch (error) {
    return { type: 'failure', error }
  }
}

/** Asks for a stream, and puts its chunks together. */
export async function askStream(question: Question): Promise<Told> {
  const chunks: unknown[] = []
  try {
    for await (const chunk of await client(question).chat.completions.create(streaming(question))) chunks.push(chunk)
    return { type: 'completion', completion: collect(chunks), chunks }
  } catch (error) {
    return { type: 'failure', error, chunks }
  }
}

/** Asks for a stream, and lets the SDK put it together. */
export async function askHelper(question: Question): Promise<Told> {
  try {
    return {
      type: 'completion',
      completion: await client(question).chat.completions.stream(streaming(question)).finalChatCompletion(),
    }
  } catch (error) {
    return { type: 'failure', error }
  }
}

/** A request that fits a reply: with the tools it calls, and as many choices as it has. */
export function requestFor(expected: Expected, model: string): Members {
  const request = { model, messages: [{ role: 'user', content: 'Hello.' }] }
  if (expected.type === 'failure') return request
  const choices = list(expected.completion['choices']).map(members)
  const messages = choices.map(({ message }) => members(message))
  const calls = messages.flatMap(({ tool_calls }) => list(tool_calls).map(members))
  const custom = names(calls.map(({ custom }) => custom))
  const functions = names(calls.map((call) => call['function']))
  const legacy = names(messages.map(({ function_call }) => function_call))
  const tools = [
    ...functions.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })),
    ...custom.map((name) => ({ type: 'custom', custom: { name } })),
  ]
  return {
    ...request,
    ...(choices.length > 1 && { n: choices.length }),
    ...(tools.length > 0 && { tools }),
    ...(legacy.length > 0 && { functions: legacy.map((name) => ({ name, parameters: { type: 'object' } })) }),
    ...(choices.some(({ logprobs }) => logprobs != null) && { logprobs: true }),
    ...(messages.some(({ audio }) => audio != null) && {
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'pcm16' },
    }),
  }
}

function names(called: readonly unknown[]): readonly unknown[] {
  return [...new Set(called.map((call) => members(call)['name']).filter((name) => name !== undefined && name !== ''))]
}

function streaming({ body }: Question): OpenAI.ChatCompletionCreateParamsStreaming {
  // The request was built for a reply that may hold what the SDK does not type.
  return {
    ...body,
    stream: true,
    stream_options: { include_usage: true },
  } as unknown as OpenAI.ChatCompletionCreateParamsStreaming
}

function client({ adapter, legs, cut = whole, hear }: Question): OpenAI {
  let asked = 0
  const upstream: typeof fetch = (_url, init) => {
    hear?.(json(text(init?.body)))
    // A provider that is asked more often than was recorded says the last thing again.
    const reply = legs[Math.min(asked++, legs.length - 1)]
    if (!reply) throw new TypeError('There is no reply to tell.')
    return Promise.resolve(new Response(flow(cut(bytes(reply))), { status: reply.status, headers: headers(reply) }))
  }
  let ids = 0
  const gateway = createGateway({
    providers: { [adapter.name]: unpriced(adapter) },
    prices: false,
    fetch: upstream,
    now: () => NOW,
    newId: (prefix) => `${prefix}${String(++ids).padStart(8, '0')}`,
  })
  return new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
}

/** A provider of which nobody knows what it costs: a judge of what it said must not hear of what was reckoned. */
export function unpriced(adapter: Adapter): Adapter {
  return { ...adapter, facts: adapter.facts.map(({ price: _, ...fact }) => fact) }
}

function* whole(all: Uint8Array<ArrayBuffer>): Iterable<Uint8Array<ArrayBuffer>> {
  yield all
}

/** Pieces as a body that comes one by one. */
export function flow(pieces: Iterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = pieces[Symbol.iterator]()
  return new ReadableStream({
    pull(controller) {
      const { value, done } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
