/**
 * OpenAI's chunks put together, as a client would that knows every member. Written for the judge alone.
 *
 * @module
 */
import { isMembers, list, members, type Members, text } from './reading.ts'

/** The `chat.completion` that a stream of chunks amounts to. */
export function collect(chunks: readonly unknown[]): Members {
  const envelope: Record<string, unknown> = {}
  const choices: Record<string, unknown>[] = []
  for (const chunk of chunks.map(members)) {
    for (const [name, value] of Object.entries(chunk)) {
      if (name !== 'choices' && name !== 'obfuscation' && value != null) envelope[name] = value
    }
    for (const said of list(chunk['choices']).map(members)) {
      const at = typeof said['index'] === 'number' ? said['index'] : 0
      const choice = (choices[at] ??= { index: at, message: {} })
      const { index: _, delta, logprobs, ...rest } = said
      choice['message'] = grown(members(choice['message']), members(delta))
      choice['logprobs'] = grown(members(choice['logprobs']), members(logprobs))
      for (const [name, value] of Object.entries(rest)) if (value != null) choice[name] = value
    }
  }
  return { ...envelope, object: 'chat.completion', choices: choices.map(tidy) }
}

/** A completion without what says nothing: calls in order and unnumbered, empty lists left out. */
export function tidyCompletion(completion: Members): Members {
  return { ...completion, choices: list(completion['choices']).map((choice) => tidy(members(choice))) }
}

function tidy(choice: Members): Members {
  const { tool_calls, ...message } = members(choice['message'])
  const calls = list(tool_calls).map((call) => {
    const { index: _, ...rest } = members(call)
    return rest
  })
  const { annotations, ...words } = message
  const logprobs = members(choice['logprobs'])
  return {
    ...choice,
    message: {
      ...words,
      ...(list(annotations).length > 0 && { annotations }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    logprobs: Object.keys(logprobs).length > 0 ? logprobs : undefined,
  }
}

/** Strings that a stream tells in pieces. Every other string is told whole. */
const PIECES = new Set([
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'arguments',
  'input',
  'data',
  'transcript',
])

function grown(whole: Members, delta: Members): Members {
  const next: Record<string, unknown> = { ...whole }
  for (const [name, value] of Object.entries(delta)) {
    const known = next[name]
    if (value === null) next[name] ??= null
    else if (name === 'tool_calls') next[name] = calls(list(known), list(value))
    else if (typeof value === 'string' && typeof known === 'string' && PIECES.has(name)) next[name] = known + value
    else if (Array.isArray(value)) next[name] = [...list(known), ...value]
    else if (isMembers(value) && isMembers(known)) next[name] = grown(known, value)
    else next[name] = value
  }
  return next
}

function calls(whole: readonly unknown[], deltas: readonly unknown[]): readonly unknown[] {
  const next = [...whole]
  for (const delta of deltas.map(members)) {
    const id = text(delta['id'])
    const numbered = typeof delta['index'] === 'number' ? delta['index'] : next.length - (id ? 0 : 1)
    next[numbered] = grown(members(next[numbered]), delta)
  }
  return next
}
