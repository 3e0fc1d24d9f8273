/**
 * An answer as the native API tells it, whole and streamed.
 *
 * @see https://docs.ollama.com/api/streaming
 * @module
 */
import type { JsonObject } from '../../../src/canonical.ts'
import { type Act, type Answer, tokens } from '../../../src/sandbox.ts'
import { type Told, words } from '../../../src/sandbox/stage.ts'
import { parseObject } from '../../../src/wire/json.ts'
import type { Asked } from './request.ts'

/** Tells an answer. The last line of a stream says nothing but that it is the last. */
export function reply(request: Asked, answer: Answer): Told {
  const { acts, end } = answer
  const head = { model: request.model, created_at: new Date().toISOString() }
  const thinking = said(acts, 'thought')
  const content = said(acts, 'text') + said(acts, 'refusal')
  const calls = acts.filter((act) => act.type === 'call').flatMap(call)
  const likely = (token: string): JsonObject => ({ token, logprob: 0, bytes: [...new TextEncoder().encode(token)] })
  const ending = { done: true, done_reason: end === 'length' ? 'length' : 'stop', ...count(request, answer) }
  const piece = (message: JsonObject, rest: JsonObject = {}): string =>
    line({ ...head, message: { role: 'assistant', content: '', ...message }, ...rest, done: false })
  return {
    body: {
      ...head,
      message: {
        role: 'assistant',
        content,
        ...(thinking && { thinking }),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
      ...(request.logprobs && { logprobs: words(content).map(likely) }),
      ...ending,
    },
    events: [
      ...words(thinking).map((part) => piece({ thinking: part })),
      ...words(content).map((part) => piece({ content: part }, request.logprobs ? { logprobs: [likely(part)] } : {})),
      ...calls.map((one) => piece({ tool_calls: [one] })),
      line({ ...head, message: { role: 'assistant', content: '' }, ...ending }),
    ],
  }
}

/** One line of a stream. */
export function line(members: JsonObject): string {
  return `${JSON.stringify(members)}\n`
}

function said(acts: readonly Act[], type: Act['type']): string {
  return acts
    .filter((act) => act.type === type)
    .map(({ text }) => text)
    .join('')
}

/** A call. The server reads a model's words as one only where they are complete. */
function call({ name, text }: Extract<Act, { type: 'call' }>, index: number): readonly JsonObject[] {
  const input = parseObject(text)
  const id = `call_${crypto.randomUUID().slice(0, 8)}`
  return input ? [{ id, function: { index, name, arguments: input } }] : []
}

function count({ messages, tools, format }: Asked, { output }: Answer): JsonObject {
  const said = messages.map(({ images: _, ...message }) => message)
  return {
    total_duration: 1_200_000,
    load_duration: 200_000,
    prompt_eval_count: tokens(JSON.stringify([said, tools, format])),
    prompt_eval_duration: 400_000,
    eval_count: output,
    eval_duration: 600_000,
  }
}
