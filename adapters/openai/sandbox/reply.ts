/**
 * An answer as the chat API tells it, whole and streamed.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 * @module
 */
import type { JsonObject } from '../../../src/canonical.ts'
import { type Act, type Answer, tokens } from '../../../src/sandbox.ts'
import { fragments, freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import type { Asked } from './request.ts'

/** One choice in both of its forms. */
interface Choice {
  readonly whole: JsonObject
  readonly pieces: readonly JsonObject[]
}

/** Tells an answer, as many times as there are choices. */
export function reply(request: Asked, answer: Answer): Told {
  const { model, n, stream_options } = request
  const created = Math.floor(Date.now() / 1000)
  const facts = { id: freshId('chatcmpl-'), created, model, service_tier: 'default', system_fingerprint: 'fp_sandbox' }
  const choices = Array.from({ length: n ?? 1 }, (_, index) => choice(index, request, answer))
  const usage = count(request, answer, choices.length)
  const event = (members: JsonObject): string =>
    `data: ${JSON.stringify({ ...facts, object: 'chat.completion.chunk', ...members })}\n\n`
  const isCounted = stream_options?.include_usage === true
  return {
    body: { ...facts, object: 'chat.completion', choices: choices.map(({ whole }) => whole), usage },
    events: [
      ...choices.flatMap(({ pieces }) =>
        pieces.map((piece) => event({ choices: [piece], ...(isCounted && { usage: null }) })),
      ),
      ...(isCounted ? [event({ choices: [], usage })] : []),
      'data: [DONE]\n\n',
    ],
  }
}

function choice(index: number, request: Asked, answer: Answer): Choice {
  const { acts, end } = answer
  const calls = acts.filter((act) => act.type === 'call').map((act, index) => call(act, index, request))
  const text = only(acts, 'text')
  const refusal = only(acts, 'refusal')
  const isLegacy = request.functions !== undefined
  const finish_reason =
    end === 'calls' ? (isLegacy ? 'function_call' : 'tool_calls') : end === 'length' ? 'length' : 'stop'
  const said = words(text ?? '')
  const message = {
    role: 'assistant',
    content: text ?? (calls.length > 0 || refusal !== undefined ? null : ''),
    refusal: refusal ?? null,
    annotations: [],
    ...(calls.length > 0 && (isLegacy ? calls[0]?.whole : { tool_calls: calls.map(({ whole }) => whole) })),
  }
  const piece = (delta: JsonObject, logprobs: JsonObject | null = null): JsonObject => ({
    index,
    delta,
    logprobs,
    finish_reason: null,
  })
  return {
    whole: { index, message, logprobs: probabilities(said, request), finish_reason },
    pieces: [
      piece({ role: 'assistant', content: message.content === null ? null : '', refusal: null }),
      ...said.map((content) => piece({ content }, probabilities([content], request))),
      ...words(refusal ?? '').map((refusal) => piece({ refusal })),
      ...calls.flatMap(({ pieces }) => pieces.map((delta) => piece(delta))),
      { index, delta: {}, logprobs: null, finish_reason },
    ],
  }
}

function only(acts: readonly Act[], type: Act['type']): string | undefined {
  return acts.find((act) => act.type === type)?.text
}

/** A call, as a member of the message and as deltas; in the words of its time, where functions are asked for. */
function call({ name, text }: Extract<Act, { type: 'call' }>, index: number, { functions, tools = [] }: Asked): Choice {
  const pieces = fragments(text)
  if (functions) {
    const grow = (fields: JsonObject): JsonObject => ({ function_call: fields })
    return {
      whole: grow({ name, arguments: text }),
      pieces: [grow({ name, arguments: '' }), ...pieces.map((piece) => grow({ arguments: piece }))],
    }
  }
  const type = tools.some((tool) => tool.type === 'custom' && tool.custom.name === name) ? 'custom' : 'function'
  const member = type === 'custom' ? 'input' : 'arguments'
  const head = { id: freshId('call_'), type }
  const grow = (fields: JsonObject): JsonObject => ({ tool_calls: [{ index, ...fields }] })
  return {
    whole: { ...head, [type]: { name, [member]: text } },
    pieces: [
      grow({ ...head, [type]: { name, [member]: '' } }),
      ...pieces.map((piece) => grow({ [type]: { [member]: piece } })),
    ],
  }
}

/** A script has no doubts. */
function probabilities(said: readonly string[], { logprobs, top_logprobs }: Asked): JsonObject | null {
  if (!logprobs) return null
  const content = said.map((token) => {
    const sure = { token, logprob: 0, bytes: [...new TextEncoder().encode(token)] }
    return { ...sure, top_logprobs: top_logprobs ? [sure] : [] }
  })
  return { content, refusal: null }
}

function count(
  { messages, tools, functions, response_format }: Asked,
  { output, thoughts }: Answer,
  choices: number,
): JsonObject {
  const media = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('data:') ? 'data' : value
  const prompt = tokens(JSON.stringify([messages, tools, functions, response_format], media))
  return {
    prompt_tokens: prompt,
    completion_tokens: output * choices,
    total_tokens: prompt + output * choices,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thoughts * choices,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}
