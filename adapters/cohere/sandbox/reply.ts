/**
 * An answer as the chat API tells it, whole and streamed.
 *
 * @see https://docs.cohere.com/docs/streaming
 * @module
 */
import type { JsonObject } from '../../../src/canonical.ts'
import { type Act, type Answer, tokens } from '../../../src/sandbox.ts'
import { fragments, freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import type { Asked } from './request.ts'

const REASONS: Readonly<Record<Answer['end'], string>> = {
  done: 'COMPLETE',
  calls: 'TOOL_CALL',
  length: 'MAX_TOKENS',
  stop: 'STOP_SEQUENCE',
  // The provider has no word for an answer that declines.
  refusal: 'COMPLETE',
  pause: 'COMPLETE',
}

type Call = Extract<Act, { type: 'call' }>

/** Tells an answer. */
export function reply(request: Asked, answer: Answer): Told {
  const id = crypto.randomUUID()
  const content = answer.acts.flatMap(contentOf)
  const calls = answer.acts.filter((act) => act.type === 'call')
  const called = calls.map((call) => ({ call, id: freshId(`${call.name}_`) }))
  // Where it calls tools, the provider says so before, in words of its own.
  const plan = calls.length > 0 ? `I will use the tool ${calls.map(({ name }) => name).join(', then ')}.` : ''
  const likely = (text: string): JsonObject => ({ text, token_ids: [1], logprobs: [0] })
  const logprobs = request.logprobs ? content.flatMap(({ text = '' }) => words(text).map(likely)) : undefined
  const usage = count(request, answer, plan)
  const finish_reason = REASONS[answer.end]
  const message = {
    role: 'assistant',
    ...(content.length > 0 && { content: content.map((piece) => ({ ...piece })) }),
    ...(plan && {
      tool_plan: plan,
      tool_calls: called.map(({ call, id }) => ({
        id,
        type: 'function',
        function: { name: call.name, arguments: call.text },
      })),
    }),
  }
  return {
    body: { id, message, finish_reason, usage, ...(logprobs && { logprobs }) },
    events: [
      event('message-start', {
        id,
        delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
      }),
      ...content.flatMap((piece, index) => grow(piece, index, request.logprobs ? likely : undefined)),
      ...words(plan).map((piece) => event('tool-plan-delta', { delta: { message: { tool_plan: piece } } })),
      ...called.flatMap(({ call, id }, index) => callEvents(call, id, index)),
      event('message-end', { delta: { finish_reason, usage } }),
      'data: [DONE]\n\n',
    ],
  }
}

/** One event of a stream. */
export function event(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
}

/** What is said, by its kind. */
interface Content {
  readonly type: 'text' | 'thinking'
  readonly text?: string
  readonly thinking?: string
}

function contentOf(act: Act): readonly Content[] {
  if (act.type === 'thought') return [{ type: 'thinking', thinking: act.text }]
  return act.type === 'text' || act.type === 'refusal' ? [{ type: 'text', text: act.text }] : []
}

function grow(
  { type, text = '', thinking = '' }: Content,
  index: number,
  likely: ((text: string) => JsonObject) | undefined,
): readonly string[] {
  const delta = (content: JsonObject): JsonObject => ({ index, delta: { message: { content } } })
  return [
    event('content-start', delta({ type, [type]: '' })),
    ...words(thinking).map((piece) => event('content-delta', delta({ thinking: piece }))),
    ...words(text).map((piece) =>
      event('content-delta', { ...delta({ text: piece }), ...(likely && { logprobs: likely(piece) }) }),
    ),
    event('content-end', { index }),
  ]
}

function callEvents({ name, text, cut }: Call, id: string, index: number): readonly string[] {
  const delta = (tool_calls: JsonObject): JsonObject => ({ index, delta: { message: { tool_calls } } })
  return [
    event('tool-call-start', delta({ id, type: 'function', function: { name, arguments: '' } })),
    ...fragments(text).map((piece) => event('tool-call-delta', delta({ function: { arguments: piece } }))),
    ...(cut ? [] : [event('tool-call-end', { index })]),
  ]
}

/** What is billed is what was said; what the model reads is more than that. */
function count({ messages, tools, documents }: Asked, { output, thoughts }: Answer, plan: string): JsonObject {
  const media = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('data:') ? 'data' : value
  const input = tokens(JSON.stringify([messages, tools, documents], media))
  return {
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: {
      input_tokens: input + 480,
      output_tokens: output + tokens(plan) + 3,
      ...(thoughts > 0 && { reasoning_tokens: thoughts }),
    },
    cached_tokens: 448,
  }
}
