/**
 * Reading OpenAI's own replies: the client must be told them as they are.
 *
 * @module
 */
import { collect, tidyCompletion } from './chunks.ts'
import { Like } from './compare.ts'
import { type Expected, KEY_REFUSED, type Oracle, sse, TRUNCATED, whole } from './oracle.ts'
import { events, json, list, members, type Members, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of OpenAI's chat completions. */
export const openaiOracle: Oracle = {
  read([reply]) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply)
    const chunks = chunksOf(reply)
    const broken = chunks.map(members).find(({ error }) => error != null)
    if (broken) return failed(members(broken['error']), 502, reply.kind === 'sse')
    const completion = reply.kind === 'sse' ? collect(chunks) : tidyCompletion(members(reply.body))
    const choices = list(completion['choices']).map(members)
    if (choices.length === 0 || choices.some(({ finish_reason }) => finish_reason == null)) {
      return { type: 'failure', failure: { ...TRUNCATED, message: new Like('some words', (said) => said !== '') } }
    }
    return { type: 'completion', completion: { ...completion, id: prefixed(text(completion['id'])) } }
  },
  translate(reply) {
    if (reply.kind === 'sse') return whole(collect(chunksOf(reply)))
    const { choices, usage, ...envelope } = members(reply.body)
    if (choices === undefined) return undefined
    const head = { ...envelope, object: 'chat.completion.chunk' }
    const said = list(choices).map((choice) => chunk(members(choice)))
    const ends = list(choices).map((choice) => ({
      index: members(choice)['index'],
      delta: {},
      finish_reason: members(choice)['finish_reason'],
    }))
    const frames = [...said, ...ends].map((choice) => ({ ...head, choices: [choice] }))
    return sse([...frames, { ...head, choices: [], usage }], 'data: [DONE]\n\n')
  },
  pauses: () => false,
}

function chunksOf({ kind, body }: RecordedReply): readonly unknown[] {
  if (kind !== 'sse') return [body]
  return events(text(body))
    .filter((data) => data !== '[DONE]')
    .map(json)
}

function chunk({ index, message, logprobs }: Members): Members {
  const calls = list(members(message)['tool_calls']).map((call, at) => ({ index: at, ...members(call) }))
  const delta = { ...members(message), ...(calls.length > 0 && { tool_calls: calls }) }
  return { index, delta, logprobs, finish_reason: null }
}

function refused({ status, body }: RecordedReply): Expected {
  const error = members(members(body)['error'])
  if (status === 401 || status === 403) {
    return { type: 'failure', failure: { ...KEY_REFUSED, midway: false, message: saying(text(error['message'])) } }
  }
  return failed(error, status, false)
}

function failed(error: Members, status: number, midway: boolean): Expected {
  const { message, type, code, param } = error
  return {
    type: 'failure',
    failure: {
      status,
      midway,
      type: text(type),
      code: typeof code === 'string' || code === null ? code : new Like('any code', () => code === undefined),
      param: text(param) || null,
      message: text(message),
    },
  }
}

function saying(words: string): Like {
  return new Like(`words with ${words}`, (said) => typeof said === 'string' && said.includes(words))
}

function prefixed(id: string): string {
  return id.startsWith('chatcmpl-') ? id : `chatcmpl-${id}`
}
