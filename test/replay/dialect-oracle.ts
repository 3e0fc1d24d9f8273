/**
 * Reading replies of providers that are like OpenAI, each with a few habits of its own.
 *
 * @module
 */
import type { Schema } from '../../src/adapter.ts'
import { openaiOracle } from './openai-oracle.ts'
import { Like, maybe } from './compare.ts'
import { type ExpectedFailure, NOW, type Oracle, TRUNCATED } from './oracle.ts'
import { events, isMembers, json, list, members, type Members, number, others, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** The habits of a provider. */
export interface Habits {
  /** Its name, which tags its thoughts. */
  readonly name: string
  /** Where its counts are, and what is missing in them. */
  readonly usage?: (completion: Members) => Members
  /** The status of an error in the middle of a stream. */
  readonly broken?: number
  /** Its own words for reasons to finish. */
  readonly reasons?: Readonly<Record<string, string>>
  /** What it says of its sources. */
  readonly sources?: (completion: Members) => readonly unknown[]
  /** Whether it never says why a reply ends. */
  readonly unexplained?: boolean
  /** Whether thoughts come in detail. */
  readonly details?: boolean
  /** What becomes of an error, given its body. */
  readonly failure?: (error: Members) => Partial<ExpectedFailure>
}

/** Reads the replies of one such provider. */
export function dialectOracle(habits: Habits): Oracle {
  const { usage = ({ usage }) => members(usage), broken, failure: explained, unexplained } = habits
  const tidy = (reply: RecordedReply): RecordedReply => withoutLateErrors(unexplained ? concluded(reply) : reply)
  return {
    ...openaiOracle,
    translate(reply) {
      // One that never says why it ends is whole only in one piece.
      const endings = list(members(reply.body)['choices']).map((choice) => members(choice)['finish_reason'])
      if (endings.includes('')) return undefined
      const other = openaiOracle.translate(tidy(reply))
      return other?.kind === 'json' ? { ...other, body: named(members(other.body)) } : other
    },
    read(legs, model) {
      const expected = openaiOracle.read(legs.map(tidy), model)
      if (expected.type === 'failure') {
        const { failure } = expected
        const isOwn = failure.midway && broken !== undefined && failure.code !== TRUNCATED.code
        const type = failure.type === '' ? new Like('some type', (said) => said !== '') : failure.type
        const error = members(members(legs[0]?.body)['error'])
        const code = typeof error['code'] === 'number' && { code: String(error['code']) }
        return {
          ...expected,
          failure: { ...failure, type, ...code, ...(isOwn && { status: broken }), ...explained?.(error) },
        }
      }
      const { completion } = expected
      const cited = habits.sources?.(completion) ?? []
      const choices = list(completion['choices']).map((choice) =>
        told(members(choice), habits, model, cited, thoughtsIn(legs[0])),
      )
      const chunks =
        legs[0]?.kind === 'sse'
          ? events(text(legs[0].body))
              .filter((data) => data !== '[DONE]')
              .map(json)
          : []
      // A provider's clock may go on while it speaks; a reply has one time.
      const times = [...chunks.map((chunk) => members(chunk)['created']), completion['created']]
      const created = times.find((time) => Boolean(time)) ?? NOW / 1000
      const tier = completion['service_tier'] || undefined
      const head = {
        service_tier: tier,
        ...otherNotes(completion),
        id: made(completion['id']),
        model: completion['model'] || model,
        created,
      }
      return { type: 'completion', completion: { ...completion, ...head, choices, ...counted(usage(completion)) } }
    },
  }
}

/** Judges requests by OpenAI's rules, but for members that a provider takes besides: of messages, and of the request. */
export function besides(
  schema: Schema<unknown>,
  extra: readonly string[],
  own: readonly string[] = [],
): Schema<unknown> {
  return {
    safeParse(body) {
      const messages = list(members(body)['messages']).map((message) => others(message, extra))
      return schema.safeParse({ ...others(body, own), messages })
    },
  }
}

function told(
  { delta: _, ...choice }: Members,
  habits: Habits,
  model: string,
  cited: readonly unknown[],
  details: readonly Members[],
): Members {
  const { name: format, reasons = {} } = habits
  const {
    reasoning,
    reasoning_content,
    reasoning_details: _details,
    content: given,
    tool_calls,
    ...message
  } = members(choice['message'])
  const aloud = /^\s*<think>\s*(.*?)(?:\s*<\/think>\s*|$)/su.exec(text(given))
  const reason = reasons[text(choice['finish_reason'])]
  const content = aloud ? text(given).slice(aloud[0].length) : given
  const plain = text(reasoning_content) || text(reasoning) || (aloud?.[1] ?? '')
  const detailed = habits.details ? inDetail(details, plain, format, model) : []
  const worded = detailed.map((one) => text(one['text'])).filter((words) => words !== '')
  const thoughts = detailed.length > 0 ? worded.join('\n\n') : plain
  const calls = list(tool_calls)
    .map((call) => Object.fromEntries(Object.entries(members(call)).filter(([, value]) => !isEmpty(value))))
    .filter(({ id }) => id !== undefined)
  const silent = text(content) === '' && calls.length > 0
  const notes = list(message['annotations']).filter((note) => members(note)['type'] === 'url_citation')
  const annotations = notes.length > 0 ? notes : cited.map((one) => over(members(one), text(content)))
  const said = Object.fromEntries(
    Object.entries(message).filter(([member, value]) => KNOWN.has(member) && value !== '' && !isEmpty(value)),
  )
  const { content: weights, refusal: declined } = members(choice['logprobs'])
  const beside = Object.fromEntries(Object.entries(message).filter(([member]) => !KNOWN.has(member)))
  return {
    ...choice,
    logprobs: weights == null && declined == null ? undefined : choice['logprobs'],
    ...(choice['finish_reason'] === '' && { finish_reason: 'stop' }),
    ...(reason !== undefined && { finish_reason: reason, native_finish_reason: choice['finish_reason'] }),
    ...beside,
    message: {
      ...said,
      role: 'assistant',
      content: silent ? null : text(content) === '' && thoughts !== '' ? maybe('') : (content ?? ''),
      annotations: annotations.length > 0 ? annotations : undefined,
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(thoughts !== '' && { reasoning_content: thoughts }),
      ...(detailed.length > 0
        ? { reasoning_details: detailed }
        : thoughts !== '' && {
            reasoning_details: [{ type: 'reasoning.text', text: thoughts, format, model, index: 0 }],
          }),
    },
  }
}

/** Members of a message that OpenAI's has. Others are facts about the choice. */
const KNOWN = new Set(['role', 'content', 'refusal', 'tool_calls', 'annotations', 'audio', 'function_call'])

/** The details of the thoughts of a reply, piece by piece. */
function thoughtsIn(reply: RecordedReply | undefined): readonly Members[] {
  const frames =
    reply?.kind === 'sse'
      ? events(text(reply.body))
          .filter((data) => data !== '[DONE]')
          .map(json)
      : [reply?.body]
  return frames
    .flatMap((frame) => list(members(frame)['choices']).map(members))
    .flatMap(({ delta, message }) => list(members(delta ?? message)['reasoning_details']).map(members))
}

/** Pieces of one thought are one; what proves or hides a thought ends it. */
function inDetail(pieces: readonly Members[], plain: string, format: string, model: string): readonly Members[] {
  const thoughts: Members[] = []
  let open = false
  const isWorded = pieces.some(({ text: words, summary }) => text(words) !== '' || text(summary) !== '')
  if (pieces.length > 0 && !isWorded && plain !== '')
    thoughts.push({ type: 'reasoning.text', text: plain, format, model })
  for (const { type, text: words, summary, data, signature, index: _, ...extra } of pieces) {
    const said = text(words) || text(summary)
    if (said === '' && !data && !signature) continue
    const before = open && !data ? thoughts.pop() : undefined
    const kept = others({ ...members(before?.['extra']), ...extra, ...(summary != null && { type }) }, [])
    thoughts.push({
      ...(!data
        ? { type: 'reasoning.text', text: text(before?.['text']) + said }
        : { type: 'reasoning.encrypted', data, ...(said !== '' && { text: said }) }),
      ...(signature !== '' && { signature }),
      format,
      model,
      ...(Object.keys(kept).length > 0 && { extra: kept }),
    })
    open = !data && !signature
  }
  return thoughts.map((thought, index) => ({ ...thought, index }))
}

/** Notes that are no sources have no place in a message; they are told beside it. */
function otherNotes({ choices }: Members): Members {
  const notes = list(choices).flatMap((choice) => list(members(members(choice)['message'])['annotations']))
  const other = notes.filter((note) => members(note)['type'] !== 'url_citation')
  return other.length > 0 ? { annotations: other } : {}
}

/** A whole reply without calls of nothing, as they come of streams that do not count from 0. */
function named(completion: Members): Members {
  const choices = list(completion['choices']).map((choice) => {
    const { tool_calls: calls, ...message } = members(members(choice)['message'])
    const known = list(calls).filter((call) => members(call)['id'] !== undefined)
    return { ...members(choice), message: { ...message, ...(known.length > 0 && { tool_calls: known }) } }
  })
  return { ...completion, choices }
}

/** The id of a reply, or any where the provider gives none. */
function made(id: unknown): unknown {
  return id === 'chatcmpl-' ? new Like('some id', (told) => text(told).length > 'chatcmpl-'.length) : id
}

/** Whether an object says nothing: some send all members there are, empty. */
function isEmpty(value: unknown): boolean {
  return isMembers(value) && Object.values(value).every((member) => !member)
}

/** A source of all that is said. */
function over(source: Members, words: string): Members {
  return { type: 'url_citation', url_citation: { start_index: 0, end_index: [...words].length, ...source } }
}

/** A stream whose end says why. */
function concluded(reply: RecordedReply): RecordedReply {
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  if (reply.kind !== 'sse') return reply
  return { ...reply, body: text(reply.body).replace('data: [DONE]', `data: ${JSON.stringify(end)}\n\ndata: [DONE]`) }
}

/** A stream without errors that came when it had ended. */
function withoutLateErrors(reply: RecordedReply): RecordedReply {
  if (reply.kind !== 'sse') return reply
  const pieces = text(reply.body).split('\n\n')
  const end = pieces.findIndex((piece) => /"finish_reason": ?"/u.test(piece))
  const kept = pieces.filter((piece, index) => end < 0 || index <= end || !/"error": ?\{/u.test(piece))
  return { ...reply, body: kept.join('\n\n') }
}

function counted(usage: Members): Members {
  return { usage: Object.keys(usage).length > 0 ? summed(usage) : undefined }
}

function summed(usage: Members): Members {
  const total = (number(usage['prompt_tokens']) ?? 0) + (number(usage['completion_tokens']) ?? 0)
  const { cached_tokens: cached, reasoning_tokens: thoughts, prompt_tokens_details, completion_tokens_details } = usage
  // Counts that some have at the top are told where OpenAI has them as well.
  return {
    ...usage,
    ...(cached != null && { prompt_tokens_details: { cached_tokens: cached, ...members(prompt_tokens_details) } }),
    ...(thoughts != null && {
      completion_tokens_details: { reasoning_tokens: thoughts, ...members(completion_tokens_details) },
    }),
    total_tokens: total,
  }
}
