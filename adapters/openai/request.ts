/**
 * A request, in the words of OpenAI's chat API.
 *
 * @module
 */
import type { Call, Warn } from '../../src/adapter.ts'
import type { CachePolicy, ChatRequest, Format, JsonObject, Tool, ToolChoice, WebSearch } from '../../src/canonical.ts'
import type { Dialect } from './dialect.ts'
import { encodeMessages, marked, type Task } from './messages.ts'
import { renamed, toolName } from './names.ts'

/** The call that asks a provider of this family. */
export function encodeChat(dialect: Dialect, request: ChatRequest, warn: Warn): Call {
  const { rename, tweak } = dialect
  if (request.reasoning?.maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
  const body = { ...members({ dialect, request, warn }), ...request.extra }
  const spelt = rename
    ? Object.fromEntries(Object.entries(body).map(([key, value]) => [rename[key] ?? key, value]))
    : body
  const names = renamed(request.tools ?? [])
  return {
    path: '/chat/completions',
    body: tweak ? tweak(spelt, request) : spelt,
    ...(names.size > 0 && { undo: { names } }),
  }
}

/** The body in OpenAI's words. Absent members stay `undefined` and are never written. */
function members(task: Task): JsonObject {
  const { request } = task
  const { cache, format, webSearch, tools, toolChoice } = request
  return {
    model: request.model,
    messages: encodeMessages(task),
    stream: request.stream || undefined,
    // The gateway meters what it relays, so it always wants the numbers; the surface keeps them from who did not ask.
    stream_options: request.stream ? { include_usage: true } : undefined,
    max_completion_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop: filled(request.stop),
    n: request.choices,
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    logit_bias: request.logitBias,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    tools: filled(tools)?.map((tool) => encodeTool(task, tool)),
    tool_choice: toolChoice && encodeChoice(toolChoice, tools ?? []),
    parallel_tool_calls: request.parallelToolCalls,
    response_format: format && encodeFormat(format),
    reasoning_effort: request.reasoning?.effort,
    verbosity: request.verbosity,
    modalities: request.modalities,
    audio: request.audio,
    prediction: request.prediction,
    web_search_options: webSearch && encodeWebSearch(webSearch),
    moderation: request.moderation,
    user: request.user,
    safety_identifier: request.safetyIdentifier,
    metadata: request.metadata,
    store: request.store,
    service_tier: request.serviceTier,
    ...(cache && encodeCache(task, cache)),
  }
}

/** A list that says something: OpenAI refuses empty ones. */
function filled<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length ? list : undefined
}

function encodeTool(task: Task, tool: Tool): JsonObject {
  const { type, description, parameters, strict, grammar, definition, cache } = tool
  const name = toolName(tool.name)
  if (type === 'native') return { ...definition, ...marked(task, cache) }
  if (type === 'custom')
    return {
      type,
      custom: { name, description, format: grammar && { type: 'grammar', grammar } },
      ...marked(task, cache),
    }
  return { type, function: { name, description, parameters, strict }, ...marked(task, cache) }
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): JsonObject | string {
  const named = (name: string): JsonObject => {
    const custom = tools.some((tool) => tool.type === 'custom' && tool.name === name)
    const told = { name: toolName(name) }
    return custom ? { type: 'custom', custom: told } : { type: 'function', function: told }
  }
  switch (choice.type) {
    case 'tool':
      return named(choice.name)
    case 'allowed':
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: choice.names.map(named) } }
    default:
      return choice.type
  }
}

function encodeFormat(format: Format): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { name, description, schema, strict } = format
  return { type: 'json_schema', json_schema: { name, description, schema, strict } }
}

function encodeWebSearch({ contextSize, location }: WebSearch): JsonObject {
  return {
    search_context_size: contextSize,
    user_location: location && { type: 'approximate', approximate: { ...location } },
  }
}

function encodeCache(task: Task, { key, retention, mode, ttl, mark }: CachePolicy): JsonObject {
  const asked = mode !== undefined || ttl !== undefined
  return {
    prompt_cache_key: key,
    prompt_cache_retention: retention,
    prompt_cache_options: asked ? { mode, ttl } : undefined,
    ...marked(task, mark),
  }
}
