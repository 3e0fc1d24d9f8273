/**
 * A provider that speaks OpenAI's Responses API, for the judge alone: what it says is told to a client of that same API,
 * and so must come out as it went in.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @module
 */
import { openai } from '../../adapters/openai.ts'
import { type Adapter, type ChatCodec } from '../../src/adapter.ts'
import type { Block, Json, Logprob } from '../../src/canonical.ts'
import { Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { verbatim } from '../../src/surfaces/present.ts'
import { unpriced } from './ask.ts'
import { isMembers, list, members, type Members, number, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'
import { eventsOf } from './responses-reading.ts'

/** The provider. It is asked in the canonical model's own words. */
export function speaker(): Adapter {
  const chat: ChatCodec<Members, Members> = {
    framing: 'sse',
    format: FORMAT,
    body: { safeParse: anObject },
    frame: { safeParse: anObject },
    encode: (request) => ({
      path: '/responses',
      // Messages are JSON by their types; interfaces only lack the index signature that says so.
      body: { messages: request.messages as unknown as Json },
    }),
    frames,
    decode,
  }
  const { chatOf: _, serves: __, ...rest } = openai({ apiKey: 'test', baseURL: 'http://speaker.test' })
  return { ...unpriced(rest), name: 'speaker', extensions: ['*'], chat: chat as ChatCodec }
}

/** What a recorded reply says, block by block; nothing where it fails. */
export function blocksOf(reply: RecordedReply, model: string): readonly Block[] {
  const fold = new Fold()
  const pen = new Reply({
    write: (event) => fold.write(event),
    now: () => 0,
    newId: (prefix) => prefix,
    origin: { format: FORMAT, model },
    model,
  })
  for (const frame of reply.kind === 'sse' ? eventsOf(reply) : frames(members(reply.body))) decode(frame, pen)
  pen.end()
  return fold.completion?.choices[0]?.blocks ?? []
}

const FORMAT = 'speaker-v1'

type Parsed = { success: true; data: Members } | { success: false; error: unknown }

function anObject(value: unknown): Parsed {
  return isMembers(value) ? { success: true, data: value } : { success: false, error: 'no object' }
}

/** A whole response, as the events its stream would have carried. */
function* frames(response: Members): Iterable<Members> {
  yield { type: 'response.created', response }
  for (const [index, item] of list(response['output']).map(members).entries()) {
    const place = { output_index: index }
    yield { type: 'response.output_item.added', ...place, item }
    for (const part of list(item['summary']).map(members)) {
      yield { type: 'response.reasoning_summary_text.delta', ...place, delta: part['text'] }
      yield { type: 'response.reasoning_summary_part.done', ...place }
    }
    for (const part of list(item['content']).map(members)) yield* piecesOf(part, place)
    const { arguments: input, input: free } = item
    if (item['type'] === 'function_call')
      yield { type: 'response.function_call_arguments.delta', ...place, delta: input }
    if (item['type'] === 'custom_tool_call')
      yield { type: 'response.custom_tool_call_input.delta', ...place, delta: free }
    yield { type: 'response.output_item.done', ...place, item }
  }
  yield { type: `response.${text(response['status']) || 'completed'}`, response }
}

function* piecesOf(part: Members, place: Members): Iterable<Members> {
  const { type, text: words, refusal, annotations, logprobs } = part
  if (type === 'reasoning_text') yield { type: 'response.reasoning_text.delta', ...place, delta: words }
  else if (type === 'refusal') yield { type: 'response.refusal.delta', ...place, delta: refusal }
  else {
    yield { type: 'response.output_text.delta', ...place, delta: words, logprobs }
    for (const annotation of list(annotations))
      yield { type: 'response.output_text.annotation.added', ...place, annotation }
  }
}

/** Writes down what one event says. */
function decode(event: Members, reply: Reply): void {
  const { type, output_index: key, item, delta, response, annotation, logprobs } = event
  const said = text(delta)
  switch (type) {
    case 'response.created': {
      const { id, model, created_at: created } = members(response)
      return reply.start({ id: text(id).replace(/^resp_/u, ''), model: text(model), created: number(created) })
    }
    case 'response.output_item.added':
      return begin(members(item), Number(key), reply)
    case 'response.output_text.delta':
      reply.text(said)
      if (list(logprobs).length > 0)
        reply.logprobs(
          'text',
          list(logprobs).map((one): Logprob => verbatim(members(one))),
        )
      return
    case 'response.refusal.delta':
      return reply.refusal(said)
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return reply.reasoning(said)
    case 'response.reasoning_summary_part.done':
      return reply.close()
    case 'response.output_text.annotation.added':
      return cite(members(annotation), reply)
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      heard(reply).add(Number(key))
      return reply.tool({ key: Number(key), input: said })
    case 'response.output_item.done':
      return end(members(item), Number(key), reply)
    case 'response.completed':
    case 'response.incomplete':
      return finish(members(response), reply)
    case 'error': {
      const { message, code, type: kind } = members(event['error'] ?? event)
      return reply.fail({ message: text(message), code: text(code) || null, type: text(kind) || 'server_error' })
    }
  }
}

/** The calls whose input has begun. */
function heard(reply: Reply): Set<number> {
  return reply.memory(() => new Set<number>())
}

function begin({ type, call_id: id, name, namespace }: Members, key: number, reply: Reply): void {
  if (type !== 'function_call' && type !== 'custom_tool_call') return
  const called = namespace == null ? text(name) : `${text(namespace)}__${text(name)}`
  reply.tool({ key, id: text(id), name: called, ...(type === 'custom_tool_call' && { custom: true }) })
}

function end(
  { type, encrypted_content: sealed, result, output_format: format, ...item }: Members,
  key: number,
  reply: Reply,
): void {
  switch (type) {
    case 'reasoning':
      if (typeof sealed === 'string') reply.reasoning('', { encrypted: sealed, extra: { id: text(item['id']) } })
      return reply.close()
    case 'image_generation_call':
      reply.media({ kind: 'image', data: text(result), mime: `image/${text(format) || 'png'}` })
      return reply.close()
    case 'function_call':
    case 'custom_tool_call': {
      // Some tell the input once it is whole, and not before.
      const input = text(item['arguments'] ?? item['input'])
      if (!heard(reply).has(key)) reply.tool({ key, input })
      return reply.close(key)
    }
    case 'message':
      return reply.close()
  }
}

/** Sources that do not say where they belong are about nothing that can be told. */
function cite({ type, start_index: start, end_index: stop, url, title }: Members, reply: Reply): void {
  if (type !== 'url_citation' || start === undefined) return
  reply.cite({ type: 'url', start: Number(start), end: Number(stop), url: text(url), title: text(title) })
}

function finish({ incomplete_details: details, usage, service_tier: tier }: Members, reply: Reply): void {
  const {
    input_tokens: input,
    output_tokens: output,
    input_tokens_details: of,
    output_tokens_details: made,
  } = members(usage)
  if (typeof tier === 'string') reply.serviceTier(tier)
  reply.usage({
    input: number(input),
    output: number(output),
    cached: number(members(of)['cached_tokens']),
    cacheWrite: number(members(of)['cache_write_tokens']),
    reasoning: number(members(made)['reasoning_tokens']),
  })
  const { reason } = members(details)
  reply.finish(reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? 'content_filter' : 'stop')
}
