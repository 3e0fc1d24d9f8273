/**
 * Encoding: a chat request as a call of `generateContent`.
 *
 * @see https://ai.google.dev/api/generate-content
 * @module
 */
import type { Call, Undo, Warn } from '../../src/adapter.ts'
import type { ChatRequest, JsonObject } from '../../src/canonical.ts'
import { answerByWords } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { toOpenApi } from '../../src/wire/schema.ts'
import { converse } from './contents.ts'
import { camel, extensionOf, type Extension } from './extension.ts'
import { knownAs, namesOf } from './names.ts'
import { type GeminiPlace, type Native, present, type Task, type Turn } from './native.ts'
import { output } from './output.ts'
import { thinkingConfig } from './thinking.ts'
import { toolbox, type Toolbox } from './tools.ts'

/** Says a request in the provider's words. */
export function encode(request: ChatRequest, place: GeminiPlace, warn: Warn): Call {
  const extension = extensionOf(request)
  const fact = place.knownOf(request.model)
  const names = namesOf(request)
  const given: Task = { request, fact, place, extension, names, warn }
  const box = toolbox(given)
  const fitted = fitFormat(given, box)
  const task = { ...given, request: fitted.request }
  const { system, turns } = converse(task)
  const directives = (fitted.request.directives ?? []).map((text): Native => ({ text }))
  const told = instruct([...system, ...directives], turns, task)
  const tier = tierOf(task)
  refuse(extension, place)
  const body = {
    ...told.instruction,
    ...(box.tools.length > 0 && { tools: box.tools }),
    ...(box.config && { toolConfig: box.config }),
    ...settings(task),
    ...passed(extension),
    ...tier?.body,
    contents: told.turns.map(({ role, parts }) => ({ role, parts })),
  }
  if (body.cachedContent !== undefined) checkCached(body)
  return {
    path: place.path(request.model, request.stream),
    ...(tier?.headers && { headers: tier.headers }),
    body,
    undo: {
      ...fitted.undo,
      names: knownAs(request, names),
      ...(request.parallelToolCalls === false && { single: true }),
    },
  }
}

/** Asks for the form of an answer in words where the model cannot be held to it beside tools. */
function fitFormat({ request, fact, warn }: Task, { tools }: Toolbox): { request: ChatRequest; undo: Undo } {
  const { format } = request
  if (!format || format.type === 'text' || tools.length === 0 || fact.mixes) return { request, undo: {} }
  warn('response_format', 'not possible beside tools with this model, asked for in words')
  return answerByWords(request)
}

/** Instructions where the model takes them: apart, or in what the user says first. */
function instruct(
  system: Native[],
  turns: readonly Turn[],
  { fact }: Task,
): { instruction: Native; turns: readonly Turn[] } {
  if (system.length === 0) return { instruction: {}, turns }
  if (fact.system) return { instruction: { systemInstruction: { parts: system } }, turns }
  const [first, ...rest] = turns
  if (first?.role !== 'user') return { instruction: {}, turns: [{ role: 'user', parts: system }, ...turns] }
  return { instruction: {}, turns: [{ ...first, parts: [...system, ...first.parts] }, ...rest] }
}

/** How the reply is to be made. */
function settings(task: Task): Native {
  const { request, extension } = task
  const derived = { ...sampling(request), ...form(task), ...thinkingConfig(task), ...output(task) }
  const own = extension.generationConfig ? camel(extension.generationConfig) : {}
  if ('responseSchema' in own && 'responseJsonSchema' in derived) {
    const message = '`response_format` and `generation_config.response_schema` say the same thing. Use one.'
    throw badRequest(message, 'response_format', 'invalid_value')
  }
  const config = { ...derived, ...own }
  return Object.keys(config).length > 0 ? { generationConfig: config } : {}
}

function sampling(request: ChatRequest): Native {
  const { choices = 1, seed, frequencyPenalty, presencePenalty, topLogprobs } = request
  const stop = (request.stop ?? []).filter((one) => one !== '')
  if (stop.length > 5) throw badRequest('This provider takes at most 5 stop sequences.', 'stop', 'invalid_value')
  if (choices > 8) throw badRequest('At most 8 replies can be asked for at once here.', 'n', 'unsupported_value')
  const said = {
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences: stop.length > 0 ? stop : undefined,
    candidateCount: choices > 1 ? choices : undefined,
    seed: seed === undefined ? undefined : asInt32(seed),
    // Even zero is refused by models without penalties.
    frequencyPenalty: frequencyPenalty || undefined,
    presencePenalty: presencePenalty || undefined,
    responseLogprobs: request.logprobs || undefined,
    logprobs: topLogprobs || undefined,
  }
  return present(said)
}

/** The API takes 32 bits of a seed. The same seed still makes the same one. */
function asInt32(seed: number): number {
  return seed === Math.trunc(seed) && Math.abs(seed) < 2 ** 31 ? seed : seed & 0x7fffffff
}

function form({ request: { format }, fact }: Task): Native {
  if (!format || format.type === 'text') return {}
  const json = { responseMimeType: 'application/json' }
  if (format.type === 'json' || !format.schema) return json
  const { schema, description } = format
  const described: JsonObject =
    description === undefined || 'description' in schema ? schema : { ...schema, description }
  return {
    ...json,
    ...(fact.schemas === 'json' ? { responseJsonSchema: described } : { responseSchema: toOpenApi(described) }),
  }
}

/** Members of the request that clients may send as they are. */
const PASSED = ['cachedContent', 'safetySettings', 'labels', 'modelArmorConfig'] as const

function passed(extension: Extension): { readonly [K in (typeof PASSED)[number]]?: Native[string] } {
  const members: { [K in (typeof PASSED)[number]]?: Native[string] } = {}
  for (const name of PASSED) if (extension[name] != null) members[name] = extension[name]
  return members
}

function refuse(extension: Extension, { refuses }: GeminiPlace): void {
  for (const [name, value] of Object.entries(extension)) {
    if (value != null && refuses.includes(name))
      throw badRequest(
        `\`${name}\` is known to other places that serve this model only.`,
        `google.${name}`,
        'unsupported_parameter',
      )
  }
}

/** "Tool config, tools and system instruction should not be set in the request when using cached content." */
function checkCached(body: Native): void {
  const param = { systemInstruction: 'messages', tools: 'tools', toolConfig: 'tool_choice' }
  for (const [member, name] of Object.entries(param)) {
    if (body[member] === undefined) continue
    throw badRequest('What is cached has its own instructions and tools: leave them out.', name, 'invalid_value')
  }
}

function tierOf({ request: { serviceTier: name }, place, warn }: Task): ReturnType<GeminiPlace['tier']> {
  if (name === undefined || name === 'auto' || name === 'default') return undefined
  const tier = place.tier(name)
  if (!tier) warn('service_tier', 'unsupported')
  return tier
}
