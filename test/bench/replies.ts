/**
 * What the mock upstream answers, in four providers' words, ready to be sent.
 *
 * @module
 */
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { prose } from './conversation.ts'
import type { Protocol } from './scenarios.ts'

/** A reply in both of its forms. */
export interface Prepared {
  readonly whole: Buffer
  /** The media type of the stream. */
  readonly type: string
  /** The stream, an event at a time: what comes before the text, pieces of text, and what comes after. */
  readonly opening: readonly Buffer[]
  readonly deltas: readonly Buffer[]
  readonly closing: readonly Buffer[]
}

/** The reply of a provider, whose stream has so many pieces of text. */
export function prepare(protocol: Protocol, deltas: number): Prepared {
  const pieces = Array.from({ length: deltas }, (_, index) => prose(8 + (index % 5) * 5, index + 1))
  return REPLIES[protocol](prose(600), pieces)
}

const REPLIES: Readonly<Record<Protocol, (text: string, pieces: readonly string[]) => Prepared>> = {
  anthropic,
  google,
  openai,
  bedrock,
}

const EVENTS = 'text/event-stream; charset=utf-8'
const INPUT = 250
const OUTPUT = 150

/** @see https://platform.claude.com/docs/en/build-with-claude/streaming */
function anthropic(text: string, pieces: readonly string[]): Prepared {
  const usage = {
    input_tokens: INPUT,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: OUTPUT,
    service_tier: 'standard',
  }
  const message = {
    id: 'msg_01bench',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
  }
  const event = (data: { readonly type: string; readonly [member: string]: unknown }): Buffer =>
    Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`)
  return {
    whole: json(message),
    type: EVENTS,
    opening: [
      event({
        type: 'message_start',
        message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
      }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      event({ type: 'ping' }),
    ],
    deltas: pieces.map((piece) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } }),
    ),
    closing: [
      event({ type: 'content_block_stop', index: 0 }),
      event({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { ...usage, service_tier: undefined },
      }),
      event({ type: 'message_stop' }),
    ],
  }
}

/** @see https://ai.google.dev/api/generate-content */
function google(text: string, pieces: readonly string[]): Prepared {
  const details = { promptTokensDetails: [{ modality: 'TEXT', tokenCount: INPUT }] }
  const beside = { modelVersion: 'gemini-2.5-flash', responseId: 'r-bench' }
  const reply = (text: string, ending: object, usage: object): object => ({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...ending, index: 0 }],
    usageMetadata: { promptTokenCount: INPUT, ...usage, ...details },
    ...beside,
  })
  const event = (data: object): Buffer => Buffer.from(`data: ${JSON.stringify(data)}\r\n\r\n`)
  const stop = { finishReason: 'STOP' }
  const usage = { candidatesTokenCount: OUTPUT, totalTokenCount: INPUT + OUTPUT }
  return {
    whole: json(reply(text, stop, usage)),
    type: 'text/event-stream',
    opening: [],
    deltas: pieces.map((piece, index) => {
      const last = index === pieces.length - 1
      return event(reply(piece, last ? stop : {}, last ? usage : { totalTokenCount: INPUT }))
    }),
    closing: [],
  }
}

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
function openai(text: string, pieces: readonly string[]): Prepared {
  const envelope = { id: 'chatcmpl-bench', created: 1_767_225_500, model: 'gpt-4o-mini-2024-07-18' }
  const beside = { service_tier: 'default', system_fingerprint: 'fp_bench' }
  const usage = { prompt_tokens: INPUT, completion_tokens: OUTPUT, total_tokens: INPUT + OUTPUT }
  const chunk = (choices: readonly object[], usage: object | null = null): Buffer => {
    const data = { ...envelope, object: 'chat.completion.chunk', ...beside, choices, usage, obfuscation: 'x7Qm2' }
    return Buffer.from(`data: ${JSON.stringify(data)}\n\n`)
  }
  const choice = (delta: object, finish_reason: string | null = null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason,
  })
  return {
    whole: json({
      ...envelope,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage,
      ...beside,
    }),
    type: EVENTS,
    opening: [chunk([choice({ role: 'assistant', content: '', refusal: null })])],
    deltas: pieces.map((content) => chunk([choice({ content })])),
    closing: [chunk([choice({}, 'stop')]), chunk([], usage), Buffer.from('data: [DONE]\n\n')],
  }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
function bedrock(text: string, pieces: readonly string[]): Prepared {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  )
  const event = (type: string, data: object): Buffer =>
    Buffer.from(
      codec.encode({
        headers: {
          ':event-type': { type: 'string', value: type },
          ':content-type': { type: 'string', value: 'application/json' },
          ':message-type': { type: 'string', value: 'event' },
        },
        // AWS pads its events, so that their lengths do not tell what they say.
        body: json({ ...data, p: 'abcdefghijkl' }),
      }),
    )
  const usage = { inputTokens: INPUT, outputTokens: OUTPUT, totalTokens: INPUT + OUTPUT }
  const ending = { usage, metrics: { latencyMs: 231 } }
  return {
    whole: json({
      output: { message: { role: 'assistant', content: [{ text }] } },
      stopReason: 'end_turn',
      ...ending,
    }),
    type: 'application/vnd.amazon.eventstream',
    opening: [event('messageStart', { role: 'assistant' })],
    deltas: pieces.map((text) => event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } })),
    closing: [
      event('contentBlockStop', { contentBlockIndex: 0 }),
      event('messageStop', { stopReason: 'end_turn' }),
      event('metadata', ending),
    ],
  }
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
