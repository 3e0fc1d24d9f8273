/**
 * An answer as the Messages API tells it, whole and streamed.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 * @module
 */
import type { Json, JsonObject } from '../../../src/canonical.ts'
import type { Act, Answer } from '../../../src/sandbox.ts'
import { fragments, freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import { parseObject } from '../../../src/wire/json.ts'
import type { ClaudeFact } from '../models.ts'
import type { Counted } from './cache.ts'
import { type Asked, pausedAt } from './request.ts'
import { sign } from './rules.ts'

/** A block in both of its forms. A call that was cut never ends in a stream. */
interface Block {
  readonly whole: JsonObject
  readonly start: JsonObject
  readonly deltas: readonly JsonObject[]
  readonly isOpen?: boolean | undefined
}

const REASONS: Readonly<Record<Answer['end'], string>> = {
  done: 'end_turn',
  calls: 'tool_use',
  length: 'max_tokens',
  stop: 'stop_sequence',
  refusal: 'refusal',
  pause: 'pause_turn',
}

/** Tells an answer. */
export function reply(request: Asked, fact: ClaudeFact, answer: Answer, input: Counted): Told {
  const paused = pausedAt(request)
  const blocks = [...(paused ? [found(paused.id)] : []), ...answer.acts.flatMap((act) => block(act, request, fact))]
  const refusal = answer.acts.find((act) => act.type === 'refusal')
  const ending = {
    stop_reason: REASONS[answer.end],
    stop_sequence: answer.stopped ?? null,
    stop_details: refusal ? { type: 'refusal', category: null, explanation: refusal.text } : null,
  }
  const head = { model: request.model, id: freshId('msg_'), type: 'message', role: 'assistant' }
  const counts = {
    input_tokens: input.fresh,
    cache_creation_input_tokens: input.written,
    cache_read_input_tokens: input.read,
  }
  const setting = {
    cache_creation: {
      ephemeral_5m_input_tokens: input.isLong ? 0 : input.written,
      ephemeral_1h_input_tokens: input.isLong ? input.written : 0,
    },
    service_tier: 'standard',
    inference_geo: 'not_available',
  }
  const output = {
    output_tokens: answer.output,
    ...(answer.thoughts > 0 && { output_tokens_details: { thinking_tokens: answer.thoughts } }),
  }
  const start = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...counts, ...setting, output_tokens: 1 },
  }
  return {
    body: {
      ...head,
      content: blocks.map(({ whole }) => whole),
      ...ending,
      usage: { ...counts, ...setting, ...output },
    },
    events: [
      event('message_start', { message: start }),
      ...blocks.flatMap(grow),
      event('message_delta', { delta: ending, usage: { ...counts, ...output } }),
      event('message_stop', {}),
    ],
  }
}

function grow({ start, deltas, isOpen }: Block, index: number): readonly string[] {
  return [
    event('content_block_start', { index, content_block: start }),
    ...(index === 0 ? [event('ping', {})] : []),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    ...(isOpen ? [] : [event('content_block_stop', { index })]),
  ]
}

/** One event of a stream. */
export function event(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
}

function block(act: Act, { model, thinking }: Asked, { thinking: known }: ClaudeFact): readonly Block[] {
  switch (act.type) {
    case 'thought': {
      // The models that think within a budget show their thoughts; later ones only where they are asked to.
      const isShown = (thinking?.display ?? (known.includes('enabled') ? 'summarized' : 'omitted')) === 'summarized'
      const signature = sign(model, act.text)
      const deltas = isShown ? words(act.text).map((piece) => ({ type: 'thinking_delta', thinking: piece })) : []
      return [
        {
          whole: { type: 'thinking', thinking: isShown ? act.text : '', signature },
          start: { type: 'thinking', thinking: '', signature: '' },
          deltas: [...deltas, { type: 'signature_delta', signature }],
        },
      ]
    }
    case 'text':
      return [
        {
          whole: { type: 'text', text: act.text },
          start: { type: 'text', text: '' },
          deltas: words(act.text).map((piece) => ({ type: 'text_delta', text: piece })),
        },
      ]
    case 'call':
      return [{ ...called('tool_use', 'toolu_', act.name, act.text), isOpen: act.cut }]
    case 'search':
      return [called('server_tool_use', 'srvtoolu_', 'web_search', JSON.stringify({ query: act.text }))]
    case 'refusal':
      return []
  }
}

function called(type: string, prefix: string, name: string, input: string): Block {
  const head = { type, id: freshId(prefix), name }
  const caller = { type: 'direct' }
  const pieces = ['', ...(input === '{}' ? [] : fragments(input))]
  return {
    whole: { ...head, input: readable(input), caller },
    start: { ...head, input: {}, caller },
    deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  }
}

/** An input, or as many of its members as are complete where it was cut. */
function readable(json: string): Json {
  const commas = [...json.matchAll(/,/gu)].map(({ index }) => `${json.slice(0, index)}}`)
  return [json, ...commas.toReversed()].map(parseObject).find((input) => input !== undefined) ?? {}
}

/** What the provider's own search found: nothing, in a sandbox. */
function found(id: string): Block {
  const whole = { type: 'web_search_tool_result', tool_use_id: id, content: [], caller: { type: 'direct' } }
  return { whole, start: whole, deltas: [] }
}
