/**
 * Chat requests in the words of the Responses API, as far as it has any.
 *
 * @module
 */
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'

/** The same request to `/v1/responses`; nothing where it asks for what the Responses API has no words for. */
export function restated(asked: JsonObject): JsonObject | undefined {
  try {
    return restate(asked)
  } catch (error) {
    if (error instanceof Wordless) return undefined
    throw error
  }
}

/** Thrown where there are no words. */
class Wordless extends Error {}

function wordless(what: string): never {
  throw new Wordless(what)
}

/** What the Responses API knows nothing of. */
const MISSING: ReadonlySet<string> = new Set([
  'n',
  'seed',
  'stop',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'modalities',
  'audio',
  'prediction',
  'functions',
  'function_call',
  // It has this one for itself: replies are kept by the gateway.
  'store',
])

function restate({ messages, ...rest }: JsonObject): JsonObject {
  const { reasoning_effort: effort, reasoning, response_format: format, verbosity, web_search_options: search } = rest
  const { logprobs, top_logprobs: top, max_tokens: limit, max_completion_tokens: most = limit, ...asked } = rest
  const { tools, tool_choice: choice, stream_options: _, include_reasoning: shown, ...same } = asked
  for (const name of Object.keys(same)) if (MISSING.has(name)) wordless(name)
  if (shown !== undefined || isObject(reasoning)) wordless('reasoning')
  const {
    reasoning_effort: _effort,
    reasoning: _reasoning,
    response_format: _format,
    verbosity: _words,
    ...kept
  } = same
  const { web_search_options: _search, ...others } = kept
  const listed = [...(Array.isArray(tools) ? tools.map(tool) : []), ...(isObject(search) ? [searching(search)] : [])]
  return {
    ...others,
    input: list(messages).flatMap(items),
    // Whoever asks for reasoning without a summary does not want to see the thoughts.
    ...(effort !== undefined && { reasoning: { effort, summary: 'auto' } }),
    ...(most !== undefined && { max_output_tokens: most }),
    ...(listed.length > 0 && { tools: listed }),
    ...(choice !== undefined && { tool_choice: chosen(choice) }),
    ...((format !== undefined || verbosity !== undefined) && { text: textOf(format, verbosity) }),
    ...(logprobs === true && { include: ['message.output_text.logprobs'], top_logprobs: top }),
  }
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : wordless('no list')
}

function textOf(format: Json | undefined, verbosity: Json | undefined): JsonObject {
  const schema = isObject(format) ? format['json_schema'] : undefined
  const flat = isObject(format) && isObject(schema) ? { type: 'json_schema', ...schema } : format
  return { ...(flat !== undefined && { format: flat }), ...(verbosity !== undefined && { verbosity }) }
}

function tool(given: Json): Json {
  if (!isObject(given)) return wordless('a tool')
  const { type: _, function: called, custom, ...rest } = given
  if (isObject(called)) return { type: 'function', ...called, ...rest }
  if (!isObject(custom)) return given
  const { format, ...others } = custom
  const grammar = isObject(format) && isObject(format['grammar']) ? { type: 'grammar', ...format['grammar'] } : format
  return { type: 'custom', ...others, ...rest, ...(grammar !== undefined && { format: grammar }) }
}

function searching({ user_location: place, ...rest }: JsonObject): JsonObject {
  const location =
    isObject(place) && isObject(place['approximate']) ? { type: 'approximate', ...place['approximate'] } : undefined
  return { type: 'web_search', ...rest, ...(location && { user_location: location }) }
}

function chosen(choice: Json): Json {
  if (!isObject(choice)) return choice
  const { type, function: called, custom, allowed_tools: allowed } = choice
  if (isObject(allowed)) return { type, ...allowed, tools: list(allowed['tools']).map(tool) }
  const named = called ?? custom
  return isObject(named) && typeof type === 'string' ? { type, ...named } : wordless('a choice')
}

/** Members of messages that there are words for. */
const KNOWN: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'tool_calls',
  'tool_call_id',
  'reasoning_content',
])

/** A message as items. */
function items(message: Json): readonly Json[] {
  if (!isObject(message)) return wordless('a message')
  const { role, content, refusal, tool_calls: calls, tool_call_id: id, reasoning_content: thoughts } = message
  for (const [name, value] of Object.entries(message)) if (!KNOWN.has(name) && value !== null) wordless(name)
  if (role === 'tool') return [{ type: 'function_call_output', call_id: id, output: said(content, PARTS) }]
  if (role !== 'assistant') return [{ role, content: said(content, PARTS) }]
  const words = [
    ...(content == null ? [] : [{ role, content: said(content, WORDS) }]),
    ...(refusal == null ? [] : [{ role, content: [{ type: 'refusal', refusal }] }]),
  ]
  const summary = typeof thoughts === 'string' ? [{ type: 'summary_text', text: thoughts }] : []
  return [
    ...(summary.length > 0 ? [{ type: 'reasoning', summary }] : []),
    ...words,
    ...(Array.isArray(calls) ? calls.map(call) : []),
  ]
}

type Restating = Readonly<Record<string, (part: JsonObject) => JsonObject>>

const PARTS: Restating = {
  text: (part) => ({ ...part, type: 'input_text' }),
  image_url: ({ image_url: image, ...rest }) => {
    const { url, ...others } = isObject(image) ? image : wordless('an image')
    return { ...rest, type: 'input_image', image_url: url, ...others }
  },
  file: ({ file, ...rest }) => ({ ...rest, type: 'input_file', ...(isObject(file) ? file : wordless('a file')) }),
  input_audio: (part) => part,
}

const WORDS: Restating = {
  text: (part) => ({ ...part, type: 'output_text' }),
  refusal: (part) => part,
}

function said(content: Json | undefined, parts: Restating): Json {
  if (typeof content === 'string') return content
  return list(content).map((part) => {
    const restatement = isObject(part) ? parts[String(part['type'])] : undefined
    return restatement && isObject(part) ? restatement(part) : wordless('a part')
  })
}

function call(given: Json): Json {
  if (!isObject(given)) return wordless('a call')
  const { id, function: called, custom, ...rest } = given
  const { type: _, ...others } = rest
  if (isObject(called)) return { type: 'function_call', call_id: id, ...called, ...others }
  return { type: 'custom_tool_call', call_id: id, ...(isObject(custom) ? custom : wordless('a call')), ...others }
}
