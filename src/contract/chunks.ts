/**
 * A streamed answer, read the way a strict client reads it.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'

/** What a stream came to: a whole completion, or an error after whatever was said before it. */
export interface Streamed {
  /** The choices, usage and all, as a `chat.completion`. */
  readonly body: JsonObject
  /** The error that ended the stream. */
  readonly error?: Json
  readonly chunks: readonly JsonObject[]
}

type Writable = Record<string, Json | undefined>

interface Choice {
  readonly message: Writable
  readonly calls: Writable[]
  readonly rest: Writable
  logprobs: { content: Json; refusal: Json } | null
  finished: boolean
}

/** Reads a stream to its end, checks its form, and folds it into a completion. */
export function readStream(text: string): Streamed {
  const events = readEvents(text)
  const last = events.at(-1)
  const done = last === '[DONE]'
  const chunks = events.slice(0, done ? -1 : undefined).map(parse)
  const error = done ? undefined : chunks.at(-1)?.['error']
  assert.ok(done || error !== undefined, 'The stream ends neither in [DONE] nor in an error.')
  const told = error === undefined ? chunks : chunks.slice(0, -1)
  const body = fold(told)
  const metered = 'usage' in body
  for (const chunk of told) if (metered) assert.ok(chunk['usage'] !== undefined, 'Usage is null until it is known.')
  if (error !== undefined) return { body, error, chunks: told }
  return { body, chunks: told }
}

/** The `data` of every event. Comments pass; anything else has no business here. */
function readEvents(text: string): readonly string[] {
  assert.ok(text.endsWith('\n\n'), 'The stream ends inside an event.')
  return text
    .slice(0, -2)
    .split('\n\n')
    .flatMap((event) => {
      if (event.startsWith(':')) return []
      assert.match(event, /^data: [^\n]+$/u, 'An event is one line of data.')
      return [event.slice('data: '.length)]
    })
}

function parse(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  assert.ok(isObject(value), `A chunk is an object, not ${text}.`)
  return value
}

const ENVELOPE = ['id', 'object', 'created', 'model']

function fold(chunks: readonly JsonObject[]): JsonObject {
  const [first] = chunks
  const choices: Choice[] = []
  const beside: Writable = {}
  for (const { choices: pieces, usage, ...chunk } of chunks) {
    for (const name of ENVELOPE) assert.equal(chunk[name], first?.[name], `${name} changes within the stream.`)
    assert.ok(Array.isArray(pieces), 'A chunk without choices.')
    for (const piece of pieces) if (isObject(piece)) grow(choices, piece)
    if (usage != null) {
      assert.equal(pieces.length, 0, 'Usage comes in a chunk of its own.')
      beside['usage'] = usage
    }
    Object.assign(beside, chunk)
  }
  return {
    ...beside,
    object: 'chat.completion',
    choices: choices.map(({ message, calls, rest, logprobs }, index) => ({
      index,
      message: { ...message, ...(calls.length > 0 && { tool_calls: calls }) },
      logprobs,
      ...rest,
    })),
  }
}

function grow(choices: Choice[], { index, delta, logprobs, ...rest }: JsonObject): void {
  assert.ok(typeof index === 'number' && isObject(delta), 'A piece of a choice has an index and a delta.')
  const met = choices[index]
  assert.equal(delta['role'], met ? undefined : 'assistant', 'The role is told once, and first.')
  const choice = met ?? {
    message: { role: 'assistant', content: null, refusal: null },
    calls: [],
    rest: {},
    logprobs: null,
    finished: false,
  }
  choices[index] = choice
  assert.ok(!choice.finished, 'Nothing follows the end of a choice.')
  for (const [name, value] of Object.entries(delta)) add(choice, name, value)
  weigh(choice, logprobs)
  if (rest['finish_reason'] !== null) choice.finished = true
  Object.assign(choice.rest, rest)
}

/** Members that grow piece by piece. The others come once, whole. */
const GROWING: ReadonlySet<string> = new Set(['content', 'refusal', 'reasoning_content'])

function add(choice: Choice, name: string, value: Json | undefined): void {
  const { message, calls } = choice
  if (name === 'role' || value === null || value === undefined) return
  if (name === 'tool_calls' && Array.isArray(value)) {
    for (const piece of value) if (isObject(piece)) call(calls, piece)
  } else if ((name === 'audio' || name === 'function_call') && isObject(value)) {
    message[name] = joined(message[name], value)
  } else if (GROWING.has(name)) {
    message[name] = String(message[name] ?? '') + String(value)
  } else {
    assert.ok(!(name in message), `${name} is told more than once.`)
    message[name] = value
  }
}

function call(calls: Writable[], { index, ...piece }: JsonObject): void {
  assert.ok(typeof index === 'number' && index <= calls.length, 'Calls are numbered from 0, without a gap.')
  const known = calls[index]
  if (known) assert.ok(!('id' in piece) && !('type' in piece), 'The id and the type of a call are told once.')
  else assert.ok(typeof piece['id'] === 'string' && piece['id'] !== '', 'A call begins with its id.')
  const grown = known ?? {}
  calls[index] = grown
  for (const [name, value] of Object.entries(piece)) {
    grown[name] = (name === 'function' || name === 'custom') && isObject(value) ? joined(grown[name], value) : value
  }
}

/** An object whose arguments, input, data and transcript grow, and whose other members are told once. */
function joined(known: Json | undefined, piece: JsonObject): JsonObject {
  const grown: Writable = isObject(known) ? { ...known } : {}
  for (const [name, value] of Object.entries(piece)) {
    const before = grown[name]
    if (['arguments', 'input', 'data', 'transcript'].includes(name)) grown[name] = String(before ?? '') + String(value)
    else {
      assert.equal(before, undefined, `${name} is told more than once.`)
      grown[name] = value
    }
  }
  return grown
}

function weigh(choice: Choice, logprobs: Json | undefined): void {
  if (!isObject(logprobs)) return
  const known = choice.logprobs ?? { content: null, refusal: null }
  choice.logprobs = {
    content: longer(known.content, logprobs['content']),
    refusal: longer(known.refusal, logprobs['refusal']),
  }
}

function longer(known: Json, more: Json | undefined): Json {
  if (!Array.isArray(more)) return known
  return [...(Array.isArray(known) ? known : []), ...more]
}
