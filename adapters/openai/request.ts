/**
 * A request, in the words of OpenAI's chat API.
 *
 * @module
 */
import type { Call, Warn } from '../../src/adapter.ts'
import type { CachePolicy, ChatRequest, Format, JsonObject, Tool, ToolChoice, WebSearch } from '../../src/canonical.ts'
import { isForced } from '../../src/emulate.ts'
import { choose } from './choice.ts'
import { type Dialect, tableFor } from './dialect.ts'
import { encodeMessages, marked, said, type Task } from './messages.ts'
import { renamed, toolName } from './names.ts'
import { openly } from './thoughts.ts'

/** The call that asks a provider of this family. */
export function encodeChat(table: Dialect, given: ChatRequest, warn: Warn): Call {
  const dialect = tableFor(table, given.model)
  const { rename, tweak } = dialect
  const request = choose(given, dialect, warn)
  const known = clamped(members({ dialect, request, warn }), dialect, warn)
  const body = request.extra ? { ...known, ...said(request.extra) } : known
  const spelt = rename ? renamedIn(body, rename) : body
  const names = renamed(request.tools ?? [])
  return {
    path: '/chat/completions',
    body: tweak ? tweak(spelt, request, warn) : spelt,
    ...((names.size > 0 || dialect.echoes) && {
      undo: { ...(names.size > 0 && { names }), ...(dialect.echoes && { echo: lastWords(request) }) },
    }),
  }
}

/** A body whose members have the provider's names. */
function renamedIn(body: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [Object.hasOwn(names, key) ? (names[key] ?? key) : key, value]),
  )
}

/** The words of the model that a conversation ends with, to be gone on from. */
function lastWords({ messages }: ChatRequest): string {
  const last = messages.at(-1)
  const blocks = last?.role === 'assistant' ? last.blocks : []
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** The body in OpenAI's words. Absent members stay `undefined` and are never written. */
function members(task: Task): JsonObject {
  const { request } = task
  const { cache, format, webSearch, tools, toolChoice } = request
  const stream = request.stream || task.dialect.streams === true
  const thinking = encodeReasoning(task)
  return {
    model: request.model,
    messages: encodeMessages(task),
    stream: stream || undefined,
    // The gateway meters what it relays, so it always wants the numbers; the surface keeps them from who did not ask.
    stream_options: stream ? { include_usage: true } : undefined,
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
    // The gateway's own emulations may wish it as well.
    parallel_tool_calls: task.dialect.supports?.parallelToolCalls === false ? undefined : request.parallelToolCalls,
    response_format: format && encodeFormat(task, format),
    ...thinking,
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
  const { dialect, request, warn } = task
  const strictly = dialect.strict === false ? undefined : strict
  if (strict && !strictly) warn(`tools[${request.tools?.indexOf(tool) ?? 0}].function.strict`, 'unsupported')
  const told = {
    name,
    description,
    parameters: parameters && fitted(task, parameters, 'tool', strictly),
    strict: strictly,
  }
  return { type, function: told, ...marked(task, cache) }
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

/** A schema as the provider takes it. */
function fitted({ dialect }: Task, schema: JsonObject, of: 'tool' | 'answer', strict = false): JsonObject {
  return dialect.schema?.(schema, of, strict) ?? schema
}

function encodeFormat(task: Task, format: Format): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { name, description, schema, strict } = format
  return {
    type: 'json_schema',
    json_schema: { name, description, schema: schema && fitted(task, schema, 'answer', strict), strict },
  }
}

/** How much to think. Some models cannot do so and be forced to call a tool. */
function encodeReasoning({ dialect, request, warn }: Task): JsonObject {
  const { efforts = {}, think = openly, calm } = dialect
  const { effort, ...wish } = request.reasoning ?? {}
  if (calm && isForced(request.toolChoice)) {
    const isAsked = wish.maxTokens !== undefined || (effort !== undefined && effort !== 'none')
    if (isAsked) warn('reasoning_effort', 'turned off: not possible together with a forced tool_choice')
    return calm
  }
  if (!request.reasoning) return {}
  const nearest = effort === undefined ? undefined : (efforts[effort] ?? effort)
  if (nearest !== effort) warn('reasoning_effort', `unsupported, sent as ${nearest}`)
  return think({ ...wish, ...(nearest !== undefined && { effort: nearest }) }, warn)
}

/** A body whose numbers are within the provider's limits. */
function clamped(body: JsonObject, { limits }: Dialect, warn: Warn): JsonObject {
  if (!limits) return body
  const changed: Record<string, number> = {}
  for (const [name, [least, most]] of Object.entries(limits)) {
    const value = body[name]
    if (typeof value !== 'number' || (value >= least && value <= most)) continue
    changed[name] = Math.min(Math.max(value, least), most)
    warn(name, `clamped to ${changed[name]}`)
  }
  return { ...body, ...changed }
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
