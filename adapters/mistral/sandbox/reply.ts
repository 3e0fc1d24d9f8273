/**
 * An answer as Mistral's chat API tells it, whole and streamed.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import type { JsonObject } from '../../../src/canonical.ts'
import { type Answer, tokens } from '../../../src/sandbox.ts'
import { freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import { type Asked, prefixOf } from './request.ts'

/** One choice in both of its forms. */
interface Choice {
  readonly whole: JsonObject
  readonly pieces: readonly JsonObject[]
}

/** Tells an answer, as many times as there are choices. */
export function reply(request: Asked, answer: Answer): Told {
  const head = {
    id: freshId('').slice(0, 32),
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  }
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => choice(index, request, answer))
  const usage = count(request, answer, choices.length)
  const pieces = choices.flatMap((one) => one.pieces)
  return {
    body: { ...head, usage, object: 'chat.completion', choices: choices.map(({ whole }) => whole) },
    events: [
      ...pieces.map((piece, index) => {
        // The usage comes with the last piece, beside its choice.
        const last = index === pieces.length - 1
        const members = { ...head, object: 'chat.completion.chunk', choices: [piece], ...(last && { usage }) }
        return `data: ${JSON.stringify({ ...members, p: PADDING.slice(0, 1 + (index % PADDING.length)) })}\n\n`
      }),
      'data: [DONE]\n\n',
    ],
  }
}

/** What real events end with, so that nobody can guess their content from their length. */
const PADDING = 'abcdefghijklmnopqrstuvwxyz'

function choice(index: number, request: Asked, { acts, end }: Answer): Choice {
  const prefix = prefixOf(request)
  const thoughts = acts.flatMap((act) => (act.type === 'thought' ? [act.text] : []))
  const text =
    prefix + acts.flatMap((act) => (act.type === 'text' || act.type === 'refusal' ? [act.text] : [])).join('')
  const calls = acts.flatMap((act) => (act.type === 'call' ? [act] : []))
  const tool_calls = calls.map(({ name, text }, place) => ({
    id: freshCallId(),
    type: 'function',
    function: { name, arguments: text },
    index: place,
  }))
  const finish_reason = end === 'calls' ? 'tool_calls' : end === 'length' ? 'length' : 'stop'
  const isThoughtful = thoughts.length > 0
  const content = isThoughtful ? [...thoughts.map(thinking), ...(text ? [said(text)] : [])] : text
  const piece = (delta: JsonObject): JsonObject => ({ index, delta, finish_reason: null })
  const last = tool_calls.length > 0 ? { tool_calls } : { content: '' }
  return {
    whole: {
      index,
      finish_reason,
      message: { role: 'assistant', tool_calls: tool_calls.length > 0 ? tool_calls : null, content },
    },
    pieces: [
      piece({ role: 'assistant', content: '' }),
      ...thoughts.flatMap(words).map((word) => piece({ content: [thinking(word)] })),
      ...words(text).map((word) => piece({ content: isThoughtful ? [said(word)] : word })),
      // Calls come whole, with the reason to end.
      { index, delta: last, finish_reason },
    ],
  }
}

function thinking(text: string): JsonObject {
  return { type: 'thinking', thinking: [{ type: 'text', text }], closed: true }
}

function said(text: string): JsonObject {
  return { type: 'text', text }
}

function freshCallId(): string {
  return `sbx${crypto.randomUUID().replaceAll('-', '').slice(0, 6)}`
}

function count({ messages, tools, response_format }: Asked, { output }: Answer, choices: number): JsonObject {
  const media = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('data:') ? 'data' : value
  const prompt = tokens(JSON.stringify([messages, tools, response_format], media))
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + output * choices,
    completion_tokens: output * choices,
    prompt_tokens_details: { cached_tokens: 0 },
    service_tier: 'standard',
  }
}
