/**
 * What the law `encode ∘ parse = identity` leaves open: how one and the same thing may be spelled.
 *
 * @module
 */
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

/** Whether a request says only what OpenAI's API has words for: there, the results of tools are text, and their names plain; thinking has an effort and no budget; nothing is drawn. */
export function isInOpenAIsWords({ messages, tools, reasoning, modalities }: JsonObject): boolean {
  const parts = Array.isArray(messages) ? messages.flatMap(partsOfResult) : []
  const names = Array.isArray(tools) ? tools.map(nameOf) : []
  return (
    reasoning === undefined &&
    !(Array.isArray(modalities) && modalities.includes('image')) &&
    parts.every((part) => isObject(part) && part['type'] === 'text') &&
    names.every((name) => typeof name !== 'string' || /^[a-zA-Z0-9_-]{1,64}$/u.test(name))
  )
}

function nameOf(tool: Json): Json | undefined {
  return isObject(tool) && isObject(tool['function']) ? tool['function']['name'] : undefined
}

function partsOfResult(message: Json): readonly Json[] {
  return isObject(message) && message['role'] === 'tool' && Array.isArray(message['content']) ? message['content'] : []
}

/** A request as the hub writes it: absent for `null`, newer names for older ones, one text as a string; without members that were reported lost. */
export function inOpenAIsWords(body: JsonObject, lost: readonly string[]): Json {
  const { max_tokens, functions, function_call, stop, stream, stream_options: _, messages, ...rest } = given(body)
  return given({
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !lost.includes(name))),
    messages: legacyAnswers(Array.isArray(messages) ? messages : []).map(messageInWords),
    max_completion_tokens: rest['max_completion_tokens'] ?? max_tokens,
    // A choice among no tools is none.
    ...(!Array.isArray(rest['tools']) && { tool_choice: undefined }),
    ...(Array.isArray(functions) && {
      tools: functions.map((one: Json) => ({ type: 'function', function: one })),
      parallel_tool_calls: false,
    }),
    ...(function_call !== undefined && {
      tool_choice: isObject(function_call) ? { type: 'function', function: function_call } : function_call,
    }),
    ...(stop !== undefined && { stop: sequences(stop) }),
    ...(stream === true && { stream, stream_options: { include_usage: true } }),
  })
}

/** Stop sequences as a list. One without a character would end a reply before it begins, and is reported lost. */
function sequences(stop: Json): Json {
  return Array.isArray(stop) ? stop.filter((one: Json) => one !== '') : [stop]
}

/** Legacy calls and answers, as calls with ids of their own. */
function legacyAnswers(messages: readonly Json[]): readonly JsonObject[] {
  let last = ''
  return messages.filter(isObject).map((message, index) => {
    const { function_call, ...rest } = message
    if (isObject(function_call)) {
      last = `fc_${index}`
      return { ...rest, tool_calls: [{ id: last, type: 'function', function: function_call }] }
    }
    // The name of the function is what an answer goes by there; here it goes by the id.
    return message['role'] === 'function' ? { role: 'tool', tool_call_id: last, content: message['content'] } : message
  })
}

function messageInWords(message: JsonObject): JsonObject {
  const { reasoning_content: _, reasoning_details: __, ...rest } = message
  if (rest['role'] !== 'assistant') return withoutCitations(rest)
  const { content } = rest
  const [only, ...others] = Array.isArray(content) ? content : []
  const text =
    others.length === 0 && isObject(only) && only['type'] === 'text' && Object.keys(only).length === 2
      ? only['text']
      : content
  const calls = rest['tool_calls']
  return {
    ...given(rest),
    ...(Array.isArray(calls) && { tool_calls: calls.map(callInWords) }),
    content: text ?? null,
  }
}

/** What another provider wants back with a call is no concern of OpenAI's. */
function callInWords(call: Json): Json {
  if (!isObject(call)) return call
  const { extra_content: _, ...rest } = call
  // Arguments that are no text at all are none.
  if (!isObject(rest['function']) || rest['function']['arguments'] !== '') return rest
  return { ...rest, function: { ...rest['function'], arguments: '{}' } }
}

/** Citations are no wish that can be put to OpenAI; they are reported. */
function withoutCitations(message: JsonObject): JsonObject {
  const { content } = message
  if (!Array.isArray(content)) return given(message)
  const parts = content.map((part: Json) => {
    if (!isObject(part) || !isObject(part['file'])) return part
    const { citations: _, ...file } = part['file']
    return { ...part, file }
  })
  return given({ ...message, content: parts })
}

/** Members that were given: `null` means the same as absent. */
function given(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))
}
