/**
 * Fitting a request to what a provider can do, before it is encoded: knobs it lacks are dropped with a warning, features
 * it lacks are emulated or refused.
 *
 * @module
 */
import { type Adapter, at, type Capabilities, factFor, type Knob, type Warn } from './adapter.ts'
import type { CacheMark, ChatRequest, JsonObject, Message, Part } from './canonical.ts'
import { answerByTool, answerByWords, type Fitted, wrapCustomTools } from './emulate.ts'
import { badRequest } from './errors.ts'

/** What a provider can do with one of its models. */
export function capabilities(adapter: Adapter, model: string): Capabilities {
  const own = factFor(adapter.facts, model)?.supports
  if (!own) return adapter.supports
  const known = merged.get(adapter) ?? new Map<object, Capabilities>()
  merged.set(adapter, known)
  const supports = known.get(own) ?? { ...adapter.supports, ...own }
  known.set(own, supports)
  return supports
}

/** What adapters support with what is particular to a model: every request asks several times. */
const merged = new WeakMap<Adapter, Map<object, Capabilities>>()

/** Throws the 400 for what an adapter lacks and nobody can emulate. */
export function check(request: ChatRequest, adapter: Adapter, model: string): void {
  refuse(request, model, capabilities(adapter, model), adapter.name)
}

/** Fits a request to an adapter. The request comes back without anything the adapter would have to ignore. */
export function fit(request: ChatRequest, adapter: Adapter, warn: Warn): Fitted {
  const supports = capabilities(adapter, request.model)
  refuse(request, request.model, supports, adapter.name)
  let fitted = dropKnobs(request, supports, warn)
  fitted = dropUnknown(fitted, adapter.extensions, warn)
  return emulate(fitted, supports, warn)
}

interface Setting {
  readonly knob: Knob
  readonly field: keyof ChatRequest
  readonly param: string
  /** Whether leaving it out changes nothing. */
  readonly idle?: (value: unknown) => boolean
}

const zero = (value: unknown): boolean => value === 0

/** Request fields a reply can do without, by the names clients know. */
const SETTINGS: readonly Setting[] = [
  { knob: 'temperature', field: 'temperature', param: 'temperature', idle: (value) => value === 1 },
  { knob: 'topP', field: 'topP', param: 'top_p', idle: (value) => value === 1 },
  { knob: 'topK', field: 'topK', param: 'top_k' },
  { knob: 'stop', field: 'stop', param: 'stop', idle: (value) => Array.isArray(value) && value.length === 0 },
  { knob: 'seed', field: 'seed', param: 'seed' },
  { knob: 'frequencyPenalty', field: 'frequencyPenalty', param: 'frequency_penalty', idle: zero },
  { knob: 'presencePenalty', field: 'presencePenalty', param: 'presence_penalty', idle: zero },
  { knob: 'logitBias', field: 'logitBias', param: 'logit_bias', idle: isEmpty },
  {
    knob: 'parallelToolCalls',
    field: 'parallelToolCalls',
    param: 'parallel_tool_calls',
    idle: (value) => value === true,
  },
  { knob: 'verbosity', field: 'verbosity', param: 'verbosity', idle: (value) => value === 'medium' },
  { knob: 'prediction', field: 'prediction', param: 'prediction' },
  { knob: 'user', field: 'user', param: 'user' },
  { knob: 'safetyIdentifier', field: 'safetyIdentifier', param: 'safety_identifier' },
  { knob: 'metadata', field: 'metadata', param: 'metadata', idle: isEmpty },
  { knob: 'store', field: 'store', param: 'store', idle: (value) => value === false },
  {
    knob: 'serviceTier',
    field: 'serviceTier',
    param: 'service_tier',
    idle: (value) => value === 'auto' || value === 'default',
  },
]

/** The names clients know the members of a cache policy by. */
const CACHE_PARAMS = {
  key: 'prompt_cache_key',
  retention: 'prompt_cache_retention',
  mode: 'prompt_cache_options.mode',
  ttl: 'prompt_cache_options.ttl',
  mark: 'cache_control',
} as const

function dropKnobs(request: ChatRequest, supports: Capabilities, warn: Warn): ChatRequest {
  const dropped: (keyof ChatRequest)[] = []
  for (const { knob, field, param, idle } of SETTINGS) {
    const value = request[field]
    if (supports[knob] || value === undefined) continue
    if (!idle?.(value)) warn(param, 'unsupported')
    dropped.push(field)
  }
  if (!supports.reasoning && request.reasoning) {
    const { effort, maxTokens } = request.reasoning
    if (effort !== undefined && effort !== 'none') warn('reasoning_effort', 'unsupported')
    if (maxTokens !== undefined) warn('reasoning.max_tokens', 'unsupported')
    dropped.push('reasoning')
  }
  if (!supports.audioOutput && request.audio) {
    warn('audio', 'unsupported')
    dropped.push('audio')
  }
  dropIdle(request, supports, dropped)
  if (!supports.promptCaching) {
    warnOfCaching(request, warn)
    dropped.push('cache')
  }
  if (!supports.names) {
    for (const message of request.messages)
      if (message.name !== undefined) warn(`${at(request, message)}.name`, 'unsupported')
  }
  return withStops(without(request, dropped))
}

/** A request without some of its members. */
function without(request: ChatRequest, names: readonly (keyof ChatRequest)[]): ChatRequest {
  if (names.every((name) => request[name] === undefined)) return request
  const kept: { -readonly [K in keyof ChatRequest]: ChatRequest[K] } = { ...request }
  for (const name of names) delete kept[name]
  return kept
}

/** Leaves out wishes for what happens anyway, which a provider without the feature may not know. */
function dropIdle(
  { choices, logprobs, topLogprobs, modalities }: ChatRequest,
  supports: Capabilities,
  dropped: (keyof ChatRequest)[],
): void {
  if (!supports.choices && choices !== undefined) dropped.push('choices')
  if (!supports.logprobs && logprobs !== undefined) dropped.push('logprobs')
  if (!supports.logprobs && topLogprobs !== undefined) dropped.push('topLogprobs')
  if (!supports.audioOutput && !supports.imageOutput && modalities !== undefined) dropped.push('modalities')
}

/** A request without the empty text among its stop sequences, which ends nothing, or with some servers everything. */
function withStops(request: ChatRequest): ChatRequest {
  if (!request.stop || (request.stop.length > 0 && !request.stop.includes(''))) return request
  const { stop, ...rest } = request
  const ends = stop.filter((text) => text !== '')
  return ends.length > 0 ? { ...rest, stop: ends } : rest
}

function warnOfCaching(request: ChatRequest, warn: Warn): void {
  const { cache, messages, tools } = request
  if (cache) {
    for (const [member, param] of Object.entries(CACHE_PARAMS)) if (member in cache) warn(param, 'unsupported')
  }
  const look = ({ cache: mark }: { readonly cache?: CacheMark | undefined }): void => {
    if (mark) warn(mark.field, 'unsupported')
  }
  for (const message of messages) {
    look(message)
    partsOf(message).forEach(look)
    if (message.role === 'assistant') for (const block of message.blocks) if (block.type === 'text') look(block)
  }
  tools?.forEach(look)
}

/** Reports members no surface and no adapter knows, and leaves them out. `*` takes them all. */
function dropUnknown(request: ChatRequest, extensions: readonly string[], warn: Warn): ChatRequest {
  if (extensions.includes('*')) return request
  const known = (extra: JsonObject | undefined, of: string, path: string): { extra?: JsonObject } => {
    const kept = Object.entries(extra ?? {}).filter(([key, value]) => {
      const isKnown = extensions.includes(of + key)
      if (!isKnown && value !== null) warn(path + key, 'unknown')
      return isKnown
    })
    return kept.length > 0 ? { extra: Object.fromEntries(kept) } : {}
  }
  if (!request.extra && !request.messages.some((message) => message.extra)) return request
  const messages = request.messages.map((message) => {
    const { extra, ...rest } = message
    return extra ? { ...rest, ...known(extra, 'messages[].', `${at(request, message)}.`) } : message
  })
  const { extra, ...rest } = request
  return { ...rest, messages, ...known(extra, '', '') }
}

/** Refuses what can neither be sent nor emulated. */
function refuse(request: ChatRequest, model: string, supports: Capabilities, provider: string): void {
  const lack = lacking(request, supports)
  if (!lack) return
  throw badRequest(`${lack.what} with ${provider} model "${model}".`, lack.param, lack.code ?? 'unsupported_parameter')
}

/** What a request asks for that is not to be had. */
interface Lack {
  readonly param: string
  readonly what: string
  readonly code?: string
}

function lacking(request: ChatRequest, supports: Capabilities): Lack | undefined {
  const { tools, logprobs, topLogprobs, modalities, webSearch, moderation, messages } = request
  if (tools?.length && !supports.tools) return { param: 'tools', what: 'Tools cannot be used' }
  if ((logprobs || topLogprobs) && !supports.logprobs)
    return { param: 'logprobs', what: 'Log probabilities are not available' }
  if (modalities?.includes('audio') && !supports.audioOutput)
    return { param: 'modalities', what: 'Audio output is not available' }
  if (modalities?.includes('image') && !supports.imageOutput)
    return { param: 'modalities', what: 'Image output is not available' }
  if (webSearch && !supports.webSearch) return { param: 'web_search_options', what: 'Web search is not available' }
  if (moderation && !supports.moderation) return { param: 'moderation', what: 'Moderation is not available' }
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]
    const parts = message ? partsOf(message) : NO_PARTS
    const j = parts.findIndex(({ type }) => !takes(supports, type))
    if (j < 0) continue
    const what = `Content of type ${parts[j]?.type} cannot be used`
    return { param: `messages[${i}].content[${j}]`, what, code: 'unsupported_content_part' }
  }
  return undefined
}

function takes({ images, audioInput, files }: Capabilities, type: Part['type']): boolean {
  switch (type) {
    case 'text':
      return true
    case 'image':
      return images
    case 'audio':
      return audioInput
    case 'file':
      return files
  }
}

function emulate(request: ChatRequest, supports: Capabilities, warn: Warn): Fitted {
  const { format } = request
  if (!format && supports.customTools) return { request, undo: {} }
  if (!format) return wrapCustomTools(request)
  let fitted: Fitted = { request, undo: {} }
  const apply = (step: (request: ChatRequest) => Fitted): void => {
    const next = step(fitted.request)
    fitted = { request: next.request, undo: { ...fitted.undo, ...next.undo } }
  }
  if (format.type === 'json' && !supports.json) apply(answerByWords)
  if (format.type === 'schema' && !supports.schema) {
    apply(format.schema ? structured : answerByWords)
    if (format.strict) warn('response_format.json_schema.strict', 'asked for, but not enforced')
  }
  if (!supports.customTools) apply(wrapCustomTools)
  return fitted
}

function structured(request: ChatRequest): Fitted {
  if (!request.tools?.length) return answerByTool(request)
  throw badRequest(
    `Model "${request.model}" has no structured output of its own, and tools are in use, so it cannot be emulated. Leave out response_format or tools.`,
    'response_format',
    'unsupported_parameter',
  )
}

function partsOf(message: Message): readonly Part[] {
  return message.role === 'assistant' || typeof message.content === 'string' ? NO_PARTS : message.content
}

const NO_PARTS: readonly Part[] = []

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
