/**
 * A request as a client posted it, read into the canonical model.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { CachePolicy, ChatRequest, Format, Reasoning, WebSearch } from '../../canonical.ts'
import type { Asked } from '../surface.ts'
import { wellFormed } from '../well-formed.ts'
import { body as render } from './body.ts'
import { checks } from './checks.ts'
import { cacheMark } from './cache.ts'
import { messagesOf } from './messages.ts'
import { isPlain } from './plain.ts'
import { others, present, verbatim } from '../present.ts'
import { refusal } from '../problems.ts'
import { chatRequest, type ChatBody } from './schema.ts'
import { stream } from './stream.ts'
import { toolChoiceOf, toolsOf } from './tools.ts'

/** Reads a request. Problems of form come first; only a request that has none is looked at for sense. */
export function parse(input: unknown, warn: Warn): Asked {
  const body = isPlain(input) ? input : wellFormed(chatRequest, input, warn)
  const problems = checks(body)
  if (problems.length > 0) throw refusal(problems)
  const style = {
    legacy: body.functions != null,
    hidden: body.reasoning?.exclude === true,
    usage: body.stream_options?.include_usage === true,
  }
  return {
    request: requestOf(body, warn),
    stream: (blocks) => stream(style, blocks),
    body: (completion) => render(completion, style),
  }
}

function requestOf(body: ChatBody, warn: Warn): ChatRequest {
  const extra = others(body, chatRequest.shape)
  if (body.stream_options?.include_obfuscation === true) warn('stream_options.include_obfuscation', 'unsupported')
  if (body.max_tokens != null && body.max_completion_tokens != null && body.max_tokens !== body.max_completion_tokens) {
    warn('max_tokens', 'max_completion_tokens is used instead')
  }
  if (body.functions != null && body.parallel_tool_calls === true) {
    warn('parallel_tool_calls', 'functions are called one at a time')
  }
  return {
    model: body.model,
    messages: messagesOf(body.messages, warn),
    stream: body.stream === true,
    ...present({
      tools: toolsOf(body, warn),
      toolChoice: toolChoiceOf(body),
      parallelToolCalls: body.functions == null ? body.parallel_tool_calls : false,
      maxTokens: body.max_completion_tokens ?? body.max_tokens,
      temperature: body.temperature,
      topP: body.top_p,
      topK: body.top_k,
      stop: typeof body.stop === 'string' ? [body.stop] : body.stop,
      choices: body.n,
      seed: body.seed,
      frequencyPenalty: body.frequency_penalty,
      presencePenalty: body.presence_penalty,
      logitBias: body.logit_bias,
      logprobs: body.logprobs,
      topLogprobs: body.top_logprobs,
      format: formatOf(body),
      reasoning: reasoningOf(body, warn),
      verbosity: body.verbosity,
      modalities: body.modalities,
      audio: body.audio && verbatim(body.audio),
      prediction: body.prediction && verbatim(body.prediction),
      webSearch: webSearchOf(body),
      moderation: body.moderation && verbatim(body.moderation),
      user: body.user,
      safetyIdentifier: body.safety_identifier,
      metadata: body.metadata,
      store: body.store,
      serviceTier: body.service_tier,
      cache: cacheOf(body),
    }),
    ...(extra && { extra }),
  }
}

function formatOf({ response_format: format }: ChatBody): Format | undefined {
  switch (format?.type) {
    case undefined:
      return undefined
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json' }
    case 'json_schema': {
      const { name, ...rest } = format.json_schema
      return { type: 'schema', name, ...present(rest) }
    }
  }
}

/** OpenAI's `reasoning_effort` and OpenRouter's `reasoning`, of which the first has the say where they disagree. */
function reasoningOf({ reasoning_effort: effort, reasoning }: ChatBody, warn: Warn): Reasoning | undefined {
  if (effort == null && reasoning == null) return undefined
  const { enabled, effort: wished, max_tokens: maxTokens, exclude: hidden } = reasoning ?? {}
  const switched = enabled === true && maxTokens == null ? 'medium' : undefined
  const other = enabled === false ? 'none' : (wished ?? switched)
  if (effort != null && other != null && other !== effort) warn('reasoning', 'reasoning_effort is used instead')
  return present({ effort: effort ?? other, maxTokens, hidden })
}

function webSearchOf({ web_search_options: options }: ChatBody): WebSearch | undefined {
  if (options == null) return undefined
  const place = options.user_location?.approximate
  return present({ contextSize: options.search_context_size, location: place && present(place) })
}

function cacheOf(body: ChatBody): CachePolicy | undefined {
  const policy = present({
    key: body.prompt_cache_key,
    retention: body.prompt_cache_retention,
    mode: body.prompt_cache_options?.mode,
    ttl: body.prompt_cache_options?.ttl,
    mark: cacheMark(body),
  })
  for (const _ in policy) return policy
  return undefined
}
