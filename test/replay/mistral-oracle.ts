/**
 * Reading Mistral's replies, by the documentation of its chat API: what a client must be told for each.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import { differences, jsonLike, Like } from './compare.ts'
import { KEY_REFUSED, type Oracle, sse, TRUNCATED, whole } from './oracle.ts'
import { events, isMembers, json, list, members, type Members, number, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of Mistral's chat completions. */
export const mistralOracle: Oracle = {
  read([reply], model) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply)
    const body = folded(reply)
    const choices = list(body['choices']).map(members)
    if (choices.length === 0 || choices.some(({ finish_reason }) => finish_reason == null)) {
      return { type: 'failure', failure: { ...TRUNCATED, message: new Like('some words', (said) => said !== '') } }
    }
    const { usage } = body
    const tier = text(members(usage)['service_tier'])
    return {
      type: 'completion',
      completion: {
        id: `chatcmpl-${text(body['id'])}`,
        object: 'chat.completion',
        created: body['created'],
        model: body['model'],
        choices: choices.map((choice) => told(choice, model)),
        usage: counted(members(usage)),
        ...(tier !== '' && { service_tier: tier === 'standard' ? 'default' : tier }),
      },
    }
  },
  translate(reply) {
    if (reply.kind === 'sse') return whole(folded(reply))
    const { choices, usage, ...head } = members(reply.body)
    if (choices === undefined) return undefined
    const frames = list(choices)
      .map(members)
      .flatMap(({ index, message, finish_reason }) => [
        { index, delta: members(message), finish_reason: null },
        { index, delta: { content: '' }, finish_reason },
      ])
    return sse(
      frames.map((choice, at) => ({ ...head, choices: [choice], ...(at === frames.length - 1 && { usage }) })),
      'data: [DONE]\n\n',
    )
  },
  pauses: () => false,
  echo([reply], sent) {
    const [choice] = reply ? list(folded(reply)['choices']) : []
    const said = members(members(choice)['message'])
    const again = list(members(sent)['messages'])
      .map(members)
      .find(({ role }) => role === 'assistant')
    return differences(gist(said), gist(members(again)), 'messages[1]')
  },
}

/** What a message of the history says, whichever way it is written. Ids of models that are not Mistral's own are made to fit its API. */
function gist({ content, tool_calls }: Members): Members {
  const calls = list(tool_calls).map((call) => {
    const { name, arguments: input } = members(members(call)['function'])
    const id = text(members(call)['id'])
    return {
      id: FITTING.test(id) ? id : new Like('nine letters or digits', (told) => FITTING.test(text(told))),
      name,
      arguments: input,
    }
  })
  return { chunks: joined(chunksOf(content)), calls }
}

const FITTING = /^[a-zA-Z0-9]{9}$/u

/** A whole reply, whichever way it came. */
function folded({ kind, body }: RecordedReply): Members {
  if (kind !== 'sse') return members(body)
  const whole: Record<string, unknown> = {}
  const choices: Record<string, unknown>[] = []
  for (const data of events(text(body)).filter((data) => data !== '[DONE]')) {
    const { choices: said, usage, ...head } = members(json(data))
    Object.assign(whole, { ...head, ...whole }, usage != null && { usage })
    for (const { index, delta, finish_reason } of list(said).map(members)) {
      const choice = (choices[Number(index)] ??= { index, message: { content: [], tool_calls: [] } })
      const { content, tool_calls } = members(choice['message'])
      choice['message'] = {
        role: 'assistant',
        content: joined([...chunksOf(content), ...chunksOf(members(delta)['content'])]),
        tool_calls: called(list(tool_calls).map(members), list(members(delta)['tool_calls']).map(members)),
      }
      choice['finish_reason'] ??= finish_reason
    }
  }
  return { ...whole, choices }
}

/** Calls with more pieces of them: a piece goes on with the call of its number, or else begins one. */
function called(calls: readonly Members[], pieces: readonly Members[]): readonly Members[] {
  const known = [...calls]
  for (const piece of pieces) {
    const at = known.findIndex(({ index }) => index === piece['index'] && piece['id'] === undefined)
    const before = members(known[at]?.['function'])
    const input = text(before['arguments']) + text(members(piece['function'])['arguments'])
    if (at < 0) known.push(piece)
    else known[at] = { ...known[at], function: { ...before, arguments: input } }
  }
  return known
}

function chunksOf(content: unknown): readonly Members[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return list(content).map(members)
}

/** Chunks with neighbours of one type put together. */
function joined(chunks: readonly Members[]): readonly Members[] {
  const known: Members[] = []
  for (const chunk of chunks) {
    const type = text(chunk['type'])
    const isSame = known.at(-1)?.['type'] === type
    const said = (isSame ? wordsOf(members(known.pop())) : '') + wordsOf(chunk)
    known.push(type === 'thinking' ? { type, thinking: [{ type: 'text', text: said }] } : { type, text: said })
  }
  return known
}

function wordsOf(chunk: Members): string {
  return chunk['type'] === 'thinking' ? thought(chunk) : text(chunk['text'])
}

function thought({ thinking }: Members): string {
  return list(thinking)
    .map((idea) => text(members(idea)['text']))
    .join('')
}

function told({ index, message, finish_reason }: Members, model: string): Members {
  const { content, tool_calls } = members(message)
  const chunks = joined(chunksOf(content))
  const thoughts = chunks.filter(({ type }) => type === 'thinking').map(thought)
  const words = chunks.filter(({ type }) => type === 'text').map((chunk) => text(chunk['text']))
  const calls = list(tool_calls).map(members)
  return {
    index,
    message: {
      role: 'assistant',
      content: words.length > 0 ? words.join('') : calls.length > 0 ? null : '',
      ...(thoughts.length > 0 && {
        reasoning_content: thoughts.join(''),
        reasoning_details: thoughts.map((text, at) => ({
          type: 'reasoning.text',
          text,
          format: 'mistral',
          model,
          index: at,
        })),
      }),
      ...(calls.length > 0 && { tool_calls: calls.map(call) }),
    },
    finish_reason: FINISH[text(finish_reason)] ?? finish_reason,
  }
}

const FINISH: Readonly<Record<string, string>> = { model_length: 'length' }

function call({ id, function: called }: Members): Members {
  const { name, arguments: input } = members(called)
  return { id, type: 'function', function: { name, arguments: isMembers(input) ? jsonLike(input) : input } }
}

function counted(usage: Members): Members {
  const input = number(usage['prompt_tokens']) ?? 0
  const output = number(usage['completion_tokens']) ?? 0
  const details = members(usage['prompt_tokens_details'])
  const cached = details['cached_tokens'] ?? usage['num_cached_tokens']
  const audio = details['audio_tokens']
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...((cached !== undefined || audio !== undefined) && {
      prompt_tokens_details: { cached_tokens: cached, audio_tokens: audio },
    }),
    prompt_audio_seconds: usage['prompt_audio_seconds'],
  }
}

function refused({ status, body }: RecordedReply): ReturnType<Oracle['read']> {
  const said = text(members(body)['detail']) || text(members(body)['message'])
  const message = new Like(`words with ${said}`, (words) => typeof words === 'string' && words.includes(said))
  if (status === 401) return { type: 'failure', failure: { ...KEY_REFUSED, midway: false, message } }
  throw new TypeError(`This judge knows no refusals of status ${status}.`)
}
