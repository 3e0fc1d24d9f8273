/**
 * Encoding: a chat request as a call of Converse or ConverseStream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @module
 */
import type { Call, Undo, Warn } from '../../src/adapter.ts'
import type { ChatRequest, JsonObject } from '../../src/canonical.ts'
import { answerByTool, answerByWords } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject, stringify } from '../../src/wire/json.ts'
import { CONTINUE } from '../anthropic/request.ts'
import { close, LIMITS, type Closed } from '../anthropic/schema.ts'
import { cache, type Caching } from './cache.ts'
import { converse } from './messages.ts'
import { type BedrockFact, knownOf } from './models.ts'
import { extension, type Native, type Task, type Turn } from './native.ts'
import { type Manner, manner } from './thinking.ts'
import { canForce, toolbox } from './tools.ts'

/** What the configuration says about every request. */
export interface Settings {
  readonly caching: Caching
  readonly facts: readonly BedrockFact[]
  /** The guardrail for requests that name none. */
  readonly guardrail: JsonObject | undefined
}

/** Members of the native request that clients may send as they are. */
const PASSED = ['guardrailConfig', 'performanceConfig', 'promptVariables'] as const

/** Extension members that are understood: some of Converse's, and those of Claude's own API. */
export const extensions: readonly string[] = [
  ...PASSED,
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'anthropic_beta',
  'output_config',
  'requestMetadata',
  'thinking',
]

/** Says a request in the provider's words. */
export function encode(request: ChatRequest, settings: Settings, warn: Warn): Call {
  const fitted = fitFormat({ request, fact: knownOf(settings.facts, request.model), warn })
  const task: Task = { request: fitted.request, fact: knownOf(settings.facts, request.model), warn }
  const { system, turns } = converse(task)
  const { tools, choice, directive, names } = toolbox(task, fitted.closed)
  const how = manner(task, { forced: isForced(choice), forgotten: lacksThoughts(turns) })
  const directives = [...(task.request.directives ?? []), ...(directive === undefined ? [] : [directive])]
  system.push(...directives.map((text) => ({ text })))
  const said = tail(turns, how.thinks || fitted.format !== undefined, task)
  cache({ tools, system, turns: said }, settings.caching, task)
  const inference = { ...limit(task), ...how.inference, ...stop(task) }
  const fields = modelFields(request, how)
  const toolConfig = tools.length > 0 && { tools, ...(choice && { toolChoice: choice }) }
  return {
    path: `/model/${encodeURIComponent(request.model)}/converse${request.stream ? '-stream' : ''}`,
    body: {
      ...(Object.keys(inference).length > 0 && { inferenceConfig: inference }),
      ...passed(request, settings),
      ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
      ...responseFields(task),
      ...metadata(request, warn),
      ...tier(request, warn),
      ...(fitted.format && { outputConfig: { textFormat: fitted.format } }),
      ...(toolConfig && { toolConfig }),
      ...(system.length > 0 && { system }),
      messages: said.map(({ role, content }) => ({ role, content })),
    },
    undo: { ...fitted.undo, ...(names.size > 0 && { names }) },
  }
}

interface FittedFormat {
  readonly request: ChatRequest
  readonly undo: Undo
  /** The form of the answer, where the model can be held to it. */
  readonly format?: Native
  readonly closed?: Closed
}

/** Asks for a structured answer natively if the model and the schema allow, else through a tool if there is room for one. */
function fitFormat({ request, fact, warn }: Task): FittedFormat {
  const { format, tools = [], webSearch } = request
  if (format?.type !== 'schema') return { request, undo: {} }
  if (!format.schema) return answerByWords(request)
  const { name, description, schema, strict } = format
  const closed = fact.schema === 'closed' ? close(schema) : undefined
  const fits = closed && closed.optional <= LIMITS.optional && closed.unions <= LIMITS.unions
  const native = fact.schema === 'any' ? schema : fits ? closed.schema : undefined
  if (native) {
    const jsonSchema = { name, ...(description && { description }), schema: stringify(native) }
    return {
      request,
      undo: {},
      format: { type: 'json_schema', structure: { jsonSchema } },
      ...(closed && { closed }),
    }
  }
  if (tools.length > 0 || webSearch) {
    const message = 'This model cannot be held to the schema, and it cannot be emulated beside tools.'
    throw badRequest(message, 'response_format', 'unsupported_value')
  }
  if (fact.schema !== 'none')
    warn('response_format', 'the schema cannot be enforced, the answer is asked for in its form')
  else if (strict) warn('response_format.json_schema.strict', 'asked for, but not enforced')
  return canForce(fact) && schema['type'] === 'object' ? answerByTool(request) : answerByWords(request)
}

function isForced(choice: Native | undefined): boolean {
  return choice !== undefined && ('any' in choice || 'tool' in choice)
}

/** Whether tools answer a turn that does not begin with thoughts. Within a budget, Claude insists on them. */
function lacksThoughts(turns: readonly Turn[]): boolean {
  const answer = turns.findLastIndex((turn) => turn.role === 'assistant')
  const first = turns[answer]?.content[0] ?? {}
  const next = turns[answer + 1]?.content[0] ?? {}
  return 'toolResult' in next && !('reasoningContent' in first)
}

function limit({ request: { maxTokens }, fact, warn }: Task): Native {
  if (maxTokens === undefined) return {}
  if (fact.output === undefined || maxTokens <= fact.output) return { maxTokens }
  warn('max_tokens', `clamped to ${fact.output}`)
  return { maxTokens: fact.output }
}

/** Stop sequences. The API refuses empty ones, and Claude those without a visible character. */
function stop({ request: { stop = [] }, fact, warn }: Task): Native {
  const isTaken = (one: string): boolean => (fact.claude ? one.trim() !== '' : one !== '')
  for (const [index, one] of stop.entries()) if (one !== '' && !isTaken(one)) warn(`stop[${index}]`, 'whitespace only')
  const stopSequences = stop.filter(isTaken)
  return stopSequences.length > 0 ? { stopSequences } : {}
}

function passed(request: ChatRequest, { guardrail }: Settings): Native {
  const told: Native = {}
  for (const name of PASSED) {
    const value = extension(request, name)
    if (value) told[name] = value
  }
  const guardrailConfig = told['guardrailConfig'] ?? guardrail
  if (!guardrailConfig) return told
  // Only streams have a mode of being watched.
  const { streamProcessingMode: mode, ...config } = isObject(guardrailConfig) ? guardrailConfig : {}
  const whole = { ...config, ...(request.stream && mode !== undefined && { streamProcessingMode: mode }) }
  return { ...told, guardrailConfig: whole }
}

/** What goes to the model past Converse: ours first, so that the client's own words count. */
function modelFields(request: ChatRequest, { fields }: Manner): Native {
  const { anthropic_beta: beta } = request.extra ?? {}
  const betas = typeof beta === 'string' ? beta.split(',').map((one) => one.trim()) : beta
  const output = extension(request, 'output_config')
  const config = isObject(fields['output_config']) ? fields['output_config'] : {}
  return {
    ...fields,
    ...(output && { output_config: { ...config, ...output } }),
    ...(betas != null && { anthropic_beta: betas }),
    ...extension(request, 'additionalModelRequestFields'),
  }
}

/** Members of the model's own reply to be told. Claude's says which stop sequence ended it. */
function responseFields({ request, fact }: Task): Native {
  const asked = request.extra?.['additionalModelResponseFieldPaths'] ?? undefined
  const stops = fact.claude && request.stop?.length ? ['/delta/stop_sequence'] : undefined
  const paths = asked ?? stops
  return paths === undefined ? {} : { additionalModelResponseFieldPaths: paths }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#bedrock-runtime_Converse-request-requestMetadata */
const LOGGABLE = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/u

function metadata(request: ChatRequest, warn: Warn): Native {
  if (!request.metadata && !request.extra) return {}
  const told = Object.entries(request.metadata ?? {})
  const kept = told.filter(([name, value]) => name !== '' && LOGGABLE.test(name) && LOGGABLE.test(value))
  for (const [name] of told) if (!kept.some(([one]) => one === name)) warn('metadata', 'a value the provider refuses')
  const requestMetadata = { ...Object.fromEntries(kept), ...extension(request, 'requestMetadata') }
  return Object.keys(requestMetadata).length > 0 ? { requestMetadata } : {}
}

const TIERS = new Set(['default', 'flex', 'priority', 'reserved'])

function tier({ serviceTier }: ChatRequest, warn: Warn): Native {
  if (serviceTier === undefined || serviceTier === 'auto') return {}
  if (TIERS.has(serviceTier)) return { serviceTier: { type: serviceTier } }
  warn('service_tier', 'unsupported')
  return {}
}

/** The conversation with an end the model accepts. Of Claude's, only older ones go on from their own words. */
function tail(turns: readonly Turn[], isBound: boolean, { fact, warn }: Task): readonly Turn[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return turns
  if (fact.claude && (!fact.claude.prefill || isBound)) {
    warn('messages', 'this model does not go on from an assistant message, it is asked to continue')
    return [...turns, { role: 'user', content: [{ text: CONTINUE }] }]
  }
  const block = last.content.at(-1)
  const words = block?.['text']
  if (typeof words !== 'string') return turns
  // A final text that ends in white space is refused.
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), { text: words.trimEnd() }] }]
}
