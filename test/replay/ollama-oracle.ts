/**
 * Reading Ollama's replies, by the documentation of its native API: what a client must be told for each.
 *
 * @see https://docs.ollama.com/api/chat
 * @module
 */
import { differences, jsonLike, Like } from './compare.ts'
import { type Expected, KEY_REFUSED, type Oracle, TRUNCATED, whole } from './oracle.ts'
import { json, list, members, type Members, number, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of Ollama's chat. */
export const ollamaOracle: Oracle = {
  read([reply], model) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply.status, text(members(reply.body)['error']), false)
    const body = wholeOf(reply)
    if (body['error'] !== undefined) return refused(502, text(body['error']), true)
    if (body['done'] !== true) return { type: 'failure', failure: { ...TRUNCATED, message: someWords } }
    return { type: 'completion', completion: completion(body, model) }
  },
  translate(reply) {
    if (reply.kind !== 'json') {
      const body = wholeOf(reply)
      return body['done'] === true ? whole(body) : undefined
    }
    return streamOf(members(reply.body))
  },
  pauses: () => false,
  echo([reply], sent) {
    const { content, thinking, tool_calls } = members(reply && wholeOf(reply)['message'])
    const told = list(members(sent)['messages'])
      .map(members)
      .find(({ role }) => role === 'assistant')
    const calls = list(tool_calls).map((call) => ({ function: members(call)['function'] }))
    const again = list(told?.['tool_calls']).map((call) => ({ function: members(call)['function'] }))
    const expected = { role: 'assistant', content, thinking: thinking || undefined, tool_calls: calls }
    return differences(expected, { ...told, tool_calls: again }, 'message')
  },
}

const someWords = new Like('some words', (said) => text(said) !== '')
const anything = new Like('anything', () => true)

function refused(status: number, said: string, midway: boolean): Expected {
  if (status === 401 || status === 403) {
    const message = new Like(`words with ${said}`, (words) => text(words).includes(said))
    return { type: 'failure', failure: { ...KEY_REFUSED, midway, message } }
  }
  const type = status >= 500 ? 'server_error' : 'invalid_request_error'
  return { type: 'failure', failure: { status, midway, type, code: anything, param: null, message: said } }
}

/** The body of a reply, whichever way it came. */
function wholeOf({ kind, body }: RecordedReply): Members {
  if (kind === 'json') return members(body)
  const lines = text(body)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => members(json(line)))
  const said = lines.map(({ message }) => members(message))
  const joined = (name: string): string => said.map((message) => text(message[name])).join('')
  const calls = said.flatMap((message) => list(message['tool_calls']))
  const message = {
    role: 'assistant',
    content: joined('content'),
    ...(joined('thinking') && { thinking: joined('thinking') }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  // A reply is as old as its first words.
  return { ...Object.assign({}, ...lines), created_at: lines[0]?.['created_at'], message }
}

function streamOf({ message, model, created_at, ...ending }: Members): RecordedReply {
  const { content, thinking, tool_calls } = members(message)
  const line = (said: Members): Members => ({
    model,
    created_at,
    message: { role: 'assistant', content: '', ...said },
    done: false,
  })
  const lines = [
    ...halves(text(thinking)).map((half) => line({ thinking: half })),
    ...halves(text(content)).map((half) => line({ content: half })),
    ...list(tool_calls).map((call) => line({ tool_calls: [call] })),
    { ...line({}), ...ending },
  ]
  return { status: 200, headers: {}, kind: 'jsonl', body: lines.map((one) => `${JSON.stringify(one)}\n`).join('') }
}

function halves(words: string): readonly string[] {
  const middle = Math.ceil(words.length / 2)
  return [words.slice(0, middle), words.slice(middle)].filter((half) => half !== '')
}

function completion(body: Members, asked: string): Members {
  const { model, created_at, message, done_reason } = body
  const { content, thinking, tool_calls } = members(message)
  const calls = list(tool_calls).map((call) => {
    const { id, function: called } = members(call)
    const { name, arguments: input } = members(called)
    const given = new Like('an id', (told) => (id === undefined ? text(told) !== '' : told === id))
    return { id: given, type: 'function', function: { name, arguments: jsonLike(input) } }
  })
  const reason = done_reason === 'length' ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop'
  const raw = text(done_reason) || 'stop'
  const input = number(body['prompt_eval_count']) ?? 0
  const output = number(body['eval_count']) ?? 0
  const timings = Object.entries(body).flatMap(([name, value]) =>
    name.endsWith('_duration') ? [[name.replace('_duration', '_ms'), Number(value) / 1e6] as const] : [],
  )
  return {
    id: new Like('an id', (id) => text(id).startsWith('chatcmpl-')),
    object: 'chat.completion',
    created: Math.floor(Date.parse(text(created_at)) / 1000),
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: content || null,
          refusal: null,
          ...(thinking
            ? {
                reasoning_content: thinking,
                reasoning_details: [
                  { type: 'reasoning.text', text: thinking, format: 'ollama-v1', model: asked, index: 0 },
                ],
              }
            : {}),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: reason,
        ...(raw !== reason && { native_finish_reason: raw }),
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    ...(timings.length > 0 && { timings: Object.fromEntries(timings) }),
  }
}
