/**
 * Reading Cohere's replies, by the documentation of its chat API: what a client must be told for each.
 *
 * @see https://docs.cohere.com/reference/chat
 * @see https://docs.cohere.com/docs/streaming
 * @module
 */
import { differences, Like } from './compare.ts'
import { type Expected, KEY_REFUSED, NOW, type Oracle, sse, TRUNCATED, whole } from './oracle.ts'
import { events, json, list, members, type Members, number, others, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of Cohere's chat. */
export const cohereOracle: Oracle = {
  read([reply], model) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply)
    const body = wholeOf(reply)
    if (body['finish_reason'] == null) return { type: 'failure', failure: { ...TRUNCATED, message: someWords } }
    return { type: 'completion', completion: completion(body, model) }
  },
  translate(reply) {
    if (reply.kind === 'sse') {
      const body = wholeOf(reply)
      return body['finish_reason'] == null ? undefined : whole(body)
    }
    return streamOf(members(reply.body))
  },
  pauses: () => false,
  echo([reply], sent) {
    const message = members(reply && wholeOf(reply)['message'])
    const told = list(members(sent)['messages'])
      .map(members)
      .find(({ role }) => role === 'assistant')
    const { content, ...rest } = told ?? {}
    const said = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content)
    const calls = list(message['tool_calls']).map(given)
    const expected = {
      role: 'assistant',
      content: list(message['content']),
      ...others(message, ['content', 'citations', 'role', 'tool_calls']),
      ...(calls.length > 0 && { tool_calls: calls }),
    }
    return differences(expected, { ...rest, content: said }, 'message')
  },
}

const someWords = new Like('some words', (said) => text(said) !== '')

/** Errors have a text and nothing else. */
function refused({ status, body }: RecordedReply): Expected {
  const said = text(members(body)['message'])
  if (status === 401 || status === 403) {
    const message = new Like(`words with ${said}`, (words) => text(words).includes(said))
    return { type: 'failure', failure: { ...KEY_REFUSED, midway: false, message } }
  }
  const anything = new Like('anything', () => true)
  const type = status >= 500 ? 'server_error' : anything
  return { type: 'failure', failure: { status, midway: false, type, code: anything, param: null, message: said } }
}

/** The body of a reply, whichever way it came. */
function wholeOf({ kind, body }: RecordedReply): Members {
  if (kind !== 'sse') return members(body)
  const content: Record<string, unknown>[] = []
  const calls: { id: unknown; type: unknown; function: { name: unknown; arguments: string } }[] = []
  const citations: unknown[] = []
  let head: Members = {}
  let plan = ''
  for (const event of events(text(body)).map(json).map(members)) {
    const { type, index, delta } = event
    const message = members(members(delta)['message'])
    const piece = members(message['content'])
    const call = members(message['tool_calls'])
    const called = members(call['function'])
    const at = Number(index)
    if (type === 'message-start') head = { id: event['id'] }
    else if (type === 'content-start') content[at] = { ...piece }
    else if (type === 'content-delta') {
      for (const name of ['text', 'thinking'])
        if (piece[name] !== undefined)
          content[at] = { ...content[at], [name]: text(content[at]?.[name]) + text(piece[name]) }
    } else if (type === 'tool-plan-delta') plan += text(message['tool_plan'])
    else if (type === 'tool-call-start')
      calls[at] = { id: call['id'], type: 'function', function: { name: called['name'], arguments: '' } }
    else if (type === 'tool-call-delta' && calls[at]) calls[at].function.arguments += text(called['arguments'])
    else if (type === 'citation-start') citations.push(message['citations'])
    else if (type === 'message-end') head = { ...head, ...members(delta) }
  }
  const message = {
    role: 'assistant',
    ...(content.length > 0 && { content }),
    ...(plan && { tool_plan: plan }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(citations.length > 0 && { citations }),
  }
  return { ...head, message }
}

function streamOf({ id, message, finish_reason, usage }: Members): RecordedReply {
  const { content, tool_plan, tool_calls, citations } = members(message)
  const said = list(content).map(members)
  const delta = (index: number, member: Members): Members => ({ index, delta: { message: member } })
  const last = said.findLastIndex(({ type }) => type === 'text')
  return sse(
    [
      { type: 'message-start', id, delta: { message: { role: 'assistant', content: [] } } },
      ...said.flatMap((piece, index) => {
        const kind = text(piece['type'])
        const deltas = halves(text(piece[kind])).map((half) => delta(index, { content: { [kind]: half } }))
        const cited = index === last ? list(citations) : []
        return [
          { type: 'content-start', ...delta(index, { content: { type: kind, [kind]: '' } }) },
          ...deltas.map((one) => ({ type: 'content-delta', ...one })),
          { type: 'content-end', index },
          ...cited.map((citation, at) => ({ type: 'citation-start', ...delta(at, { citations: citation }) })),
        ]
      }),
      ...halves(text(tool_plan)).map((half) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: half } } })),
      ...list(tool_calls).flatMap((call, index) => {
        const { function: called, ...rest } = members(call)
        const { name, arguments: input } = members(called)
        return [
          { type: 'tool-call-start', ...delta(index, { tool_calls: { ...rest, function: { name, arguments: '' } } }) },
          ...halves(text(input)).map((half) => ({
            type: 'tool-call-delta',
            ...delta(index, { tool_calls: { function: { arguments: half } } }),
          })),
          { type: 'tool-call-end', index },
        ]
      }),
      { type: 'message-end', delta: { finish_reason, usage } },
    ],
    'data: [DONE]\n\n',
  )
}

function halves(words: string): readonly string[] {
  const middle = Math.ceil(words.length / 2)
  return [words.slice(0, middle), words.slice(middle)].filter((half) => half !== '')
}

const FINISH: Readonly<Record<string, string>> = { MAX_TOKENS: 'length', TOOL_CALL: 'tool_calls' }

function completion({ id, message, finish_reason: raw, usage: spent }: Members, model: string): Members {
  const { content, tool_plan: plan, tool_calls, citations } = members(message)
  const said = list(content).map(members)
  const texts = said.filter(({ type }) => type === 'text').map((piece) => text(piece['text']))
  const thoughts = said.filter(({ type }) => type === 'thinking').map((piece) => text(piece['thinking']))
  const origin = { format: 'cohere-v2', model }
  const details = [
    ...thoughts.map((thought) => ({ type: 'reasoning.text', text: thought, ...origin })),
    ...(plan ? [{ type: 'reasoning.text', text: plan, ...origin, extra: { tool_plan: true } }] : []),
  ].map((detail, index) => ({ ...detail, index }))
  const calls = list(tool_calls).map(given)
  return {
    id: `chatcmpl-${text(id)}`,
    object: 'chat.completion',
    created: NOW / 1000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: texts.length > 0 ? texts.join('') : null,
          refusal: null,
          ...(details.length > 0 && {
            reasoning_content: [...thoughts, ...(plan ? [text(plan)] : [])].join('\n\n'),
            reasoning_details: details,
          }),
          ...(calls.length > 0 && { tool_calls: calls }),
          ...sources(list(citations).map(members)),
        },
        finish_reason: FINISH[text(raw)] ?? 'stop',
        native_finish_reason: raw,
      },
    ],
    ...(spent != null && { usage: usage(members(spent)) }),
  }
}

/** A call. Where it has no arguments the provider says `null`. */
function given(call: unknown): Members {
  const { id, type, function: called } = members(call)
  const { name, arguments: input } = members(called)
  return { id, type, function: { name, arguments: input === '' || input === 'null' ? '{}' : input } }
}

/** Citations of the one text a reply has, by whether their sources have an address. */
function sources(citations: readonly Members[]): Members {
  const annotations: unknown[] = []
  const documents: unknown[] = []
  for (const { start, end, text: cited, sources: all } of citations) {
    const span = { start_index: start, end_index: end }
    const described = list(all)
      .map(members)
      .map((source) => ({ source, facts: members(source['document'] ?? source['tool_output']) }))
    for (const { facts } of described) {
      const { url, title } = facts
      if (url != null) annotations.push({ type: 'url_citation', url_citation: { ...span, url, title: title ?? url } })
    }
    const rest = described.filter(({ facts }) => facts['url'] == null)
    const document = { text: cited, sources: rest.map(({ source }) => source) }
    if (rest.length > 0) documents.push({ type: 'document', ...span, title: rest[0]?.facts['title'], document })
  }
  return { ...(annotations.length > 0 && { annotations }), ...(documents.length > 0 && { citations: documents }) }
}

function usage({ tokens, billed_units, cached_tokens }: Members): Members {
  const { input_tokens, output_tokens, reasoning_tokens, image_tokens } = members(tokens)
  const input = (number(input_tokens) ?? 0) + (number(image_tokens) ?? 0)
  const output = number(output_tokens) ?? 0
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached_tokens != null && { prompt_tokens_details: { cached_tokens } }),
    ...(reasoning_tokens != null && { completion_tokens_details: { reasoning_tokens } }),
    billed_units,
    ...(image_tokens ? { image_tokens } : {}),
  }
}
