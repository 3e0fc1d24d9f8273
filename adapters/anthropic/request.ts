/**
 * Encoding: a chat request as a call of the Messages API.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import type { Call, Undo, Warn } from '../../src/adapter.ts'
import type { ChatRequest, Json, Message } from '../../src/canonical.ts'
import { answerByTool, answerByWords } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { sha256 } from '../../src/wire/digest.ts'
import { isObject } from '../../src/wire/json.ts'
import { cache, type Caching } from './cache.ts'
import { converse } from './messages.ts'
import { type ClaudeFact, knownOf } from './models.ts'
import { renamed } from './names.ts'
import { extension, type Native, type Task, type Turn } from './native.ts'
import { close, LIMITS, type Closed } from './schema.ts'
import { sampling, think, type Thinking } from './thinking.ts'
import { toolbox } from './tools.ts'

/** What the configuration says about every request. */
export interface Settings {
  /** Values of `anthropic-beta` that are always sent. */
  readonly beta: readonly string[]
  readonly caching: Caching
  /** What to generate at most where the client does not say; otherwise as much as the model can. */
  readonly maxTokens?: number | undefined
  /** What is known of a model where it is not the provider itself that serves it. */
  readonly known?: (model: string) => ClaudeFact
}

/** Members of the native request that clients may send as they are, and the beta each of them needs, if any. */
const PASSED: Readonly<Record<string, string>> = {
  container: '',
  context_management: 'context-management-2025-06-27',
  diagnostics: '',
  fallbacks: 'server-side-fallback-2026-07-01',
  inference_geo: '',
  mcp_servers: 'mcp-client-2025-11-20',
  speed: 'fast-mode-2026-02-01',
  user_profile_id: 'user-profiles-2026-09-04',
}

/** Extension members that are understood. */
export const extensions: readonly string[] = [...Object.keys(PASSED), 'anthropic_beta', 'output_config', 'thinking']

/** The provider's SDK refuses to wait ten minutes for a reply, which it reckons longer ones take: they are streamed. */
const LONGEST_WHOLE = 21_333

/** Says a request in the provider's words. */
export function encode(request: ChatRequest, settings: Settings, warn: Warn): Call {
  const fact = (settings.known ?? knownOf)(request.model)
  const fitted = fitFormat(request, fact, warn)
  const task: Task = { request: fitted.request, fact, warn }
  const maxTokens = limit(task, settings)
  const { system, turns } = converse(task)
  const { tools, choice, directive } = toolbox(task, fitted.closed)
  const thought = settle(think(task, maxTokens), choice, turns, task)
  const body: Native = {
    model: request.model,
    max_tokens: maxTokens,
    ...((request.stream || maxTokens > LONGEST_WHOLE) && { stream: true }),
    ...passed(request),
    ...(thought.thinking && { thinking: thought.thinking }),
    ...outputConfig(request, thought.effort, fitted.closed),
    ...sampling(task, thought.thinking),
    ...stop(request, warn),
    ...identity(request, warn),
    ...tier(request, warn),
  }
  for (const text of fitted.request.directives ?? []) system.push({ type: 'text', text })
  if (directive !== undefined) system.push({ type: 'text', text: directive })
  const said = tail(turns, thought, fitted.closed !== undefined, task)
  cache({ tools, system, turns: said, body }, settings.caching, task)
  const betas = betasOf(task, body, tools, settings)
  const names = renamed(request.tools)
  if (tools.length > 0) body['tools'] = tools
  if (choice) body['tool_choice'] = choice
  if (system.length > 0) body['system'] = system
  body['messages'] = said.map(({ role, content }) => ({ role, content }))
  return {
    path: '/v1/messages',
    ...(betas.length > 0 && { headers: { 'anthropic-beta': betas.join(',') } }),
    body,
    undo: names.size > 0 ? { ...fitted.undo, names } : fitted.undo,
  }
}

interface FittedFormat {
  readonly request: ChatRequest
  readonly undo: Undo
  /** The schema of the answer, where the provider can enforce it. */
  readonly closed?: Closed
}

/** Asks for a structured answer natively if the schema allows, else through a tool if there is room for one. */
function fitFormat(request: ChatRequest, fact: ClaudeFact, warn: Warn): FittedFormat {
  const { format, tools = [], webSearch } = request
  if (format?.type !== 'schema') return { request, undo: {} }
  if (!format.schema) return answerByWords(request)
  const closed = close(format.schema)
  if (closed && closed.optional <= LIMITS.optional && closed.unions <= LIMITS.unions) {
    const { description } = format
    const described =
      description === undefined || 'description' in closed.schema ? closed.schema : { description, ...closed.schema }
    return { request, undo: {}, closed: { ...closed, schema: described } }
  }
  if (tools.length > 0 || webSearch) {
    const message =
      'This provider cannot enforce the schema (it must be closed and not recursive), and not emulate it beside tools.'
    throw badRequest(message, 'response_format', 'unsupported_value')
  }
  warn('response_format', 'the schema cannot be enforced, the answer is asked for in its form')
  const byTool = fact.forcedTools && format.schema['type'] === 'object'
  return byTool ? answerByTool(request) : answerByWords(request)
}

function limit({ request, fact, warn }: Task, settings: Settings): number {
  const asked = request.maxTokens ?? settings.maxTokens ?? fact.output
  if (asked <= fact.output) return asked
  warn('max_tokens', `clamped to ${fact.output}`)
  return fact.output
}

/** Gives up thinking within a budget where the request makes the provider refuse it. */
function settle(thought: Thinking, choice: Native | undefined, turns: readonly Turn[], { warn }: Task): Thinking {
  if (thought.thinking?.['type'] !== 'enabled') return thought
  const { thinking: _, ...rest } = thought
  if (choice?.['type'] === 'any' || choice?.['type'] === 'tool') {
    warn('reasoning_effort', 'turned off: not possible together with a forced tool_choice')
    return rest
  }
  if (!lacksThoughts(turns)) return thought
  warn('reasoning_effort', 'turned off: the thoughts behind the last tool calls were not sent back')
  return rest
}

/** Whether tools answer a turn that does not begin with thoughts. Within a budget, the provider insists on them. */
function lacksThoughts(turns: readonly Turn[]): boolean {
  const answer = turns.findLastIndex((turn) => turn.role === 'assistant')
  const first = turns[answer]?.content[0]?.['type']
  const next = turns[answer + 1]?.content[0]?.['type']
  return next === 'tool_result' && first !== 'thinking' && first !== 'redacted_thinking'
}

function passed({ extra }: ChatRequest): Native {
  const members: Native = {}
  if (extra) for (const name in PASSED) if (extra[name] != null) members[name] = extra[name]
  return members
}

function outputConfig(request: ChatRequest, effort: string | undefined, closed: Closed | undefined): Native {
  const own = extension(request, 'output_config')
  if (effort === undefined && !closed && !own) return NOTHING
  const config = {
    ...(effort !== undefined && { effort }),
    ...(closed && { format: { type: 'json_schema', schema: closed.schema } }),
    ...own,
  }
  return Object.keys(config).length > 0 ? { output_config: config } : {}
}

const NOTHING: Native = {}

/** Stop sequences. The provider refuses those without a visible character. */
function stop({ stop }: ChatRequest, warn: Warn): Native {
  if (!stop) return NOTHING
  for (const [index, one] of stop.entries())
    if (one !== '' && one.trim() === '') warn(`stop[${index}]`, 'whitespace only')
  const visible = stop.filter((one) => one.trim() !== '')
  return visible.length > 0 ? { stop_sequences: visible } : NOTHING
}

/** Who asks, as an opaque id: the provider wants no names, addresses or numbers of people. */
function identity({ user, safetyIdentifier }: ChatRequest, warn: Warn): Native {
  if (user !== undefined && safetyIdentifier !== undefined && user !== safetyIdentifier)
    warn('user', 'safety_identifier is used instead')
  const id = safetyIdentifier ?? user
  if (id === undefined || id === '') return NOTHING
  return { metadata: { user_id: /^[\w.:-]{1,128}$/u.test(id) ? id : sha256(id) } }
}

function tier({ serviceTier }: ChatRequest, warn: Warn): Native {
  if (serviceTier === undefined || serviceTier === 'auto') return NOTHING
  if (serviceTier === 'default' || serviceTier === 'standard_only') return { service_tier: 'standard_only' }
  if (serviceTier === 'priority') {
    warn('service_tier', 'priority only if the account has bought it')
    return { service_tier: 'auto' }
  }
  warn('service_tier', serviceTier === 'fast' ? 'unsupported, ask with `speed` instead' : 'unsupported')
  return NOTHING
}

/** The conversation with an end the model accepts. Only older ones go on from their own words. */
function tail(
  turns: readonly Turn[],
  { thinking }: Thinking,
  structured: boolean,
  { request, fact, warn }: Task,
): readonly Turn[] {
  const last = turns.at(-1)
  const message = request.messages.at(-1)
  const paused = message?.role === 'assistant' && message.blocks.at(-1)?.type === 'opaque'
  if (last?.role !== 'assistant' || paused) return turns
  if (fact.prefill && !structured && (thinking === undefined || thinking['type'] === 'disabled'))
    return trimmed(turns, last)
  warn('messages', 'this model does not go on from an assistant message, it is asked to continue')
  return [...turns, { role: 'user', content: [{ type: 'text', text: CONTINUE }] }]
}

/** What a user says to have a reply go on. */
export const CONTINUE = 'Continue.'

/** The provider refuses a final text that ends in white space. */
function trimmed(turns: readonly Turn[], last: Turn): readonly Turn[] {
  const block = last.content.at(-1)
  if (block?.['type'] !== 'text') return turns
  const content = [...last.content.slice(0, -1), { ...block, text: String(block['text']).trimEnd() }]
  return [...turns.slice(0, -1), { ...last, content }]
}

function betasOf(
  { request, warn }: Task,
  body: Native,
  tools: readonly Native[],
  { beta }: Settings,
): readonly string[] {
  const { output_config: config, thinking } = body
  const betas = [...beta, ...betasAsked(request.extra?.['anthropic_beta'], warn)]
  if (request.extra) for (const name in PASSED) if (body[name] !== undefined) betas.push(PASSED[name] ?? '')
  if (request.messages.some(namesFile)) betas.push('files-api-2025-04-14')
  if (isObject(config) && 'task_budget' in config) betas.push('task-budgets-2026-03-13')
  // Lets a model that thinks within a budget think between tool calls as well.
  if (isObject(thinking) && thinking['type'] === 'enabled' && tools.length > 0)
    betas.push('interleaved-thinking-2025-05-14')
  return betas.length === 0 ? betas : [...new Set(betas)].filter((one) => one !== '')
}

/** The betas a client asks for, in the form of the header or as a list. */
function betasAsked(told: Json | undefined, warn: Warn): readonly string[] {
  if (told == null) return []
  const all = Array.isArray(told) ? told : String(told).split(',')
  const names = all.map((one) => String(one).trim())
  for (const name of names) if (!BETA.test(name)) warn('anthropic_beta', 'not the name of a beta')
  return names.filter((name) => BETA.test(name))
}

const BETA = /^[a-z0-9-]+$/u

/** Whether a message holds a file of the provider's file store. */
function namesFile(message: Message): boolean {
  if (message.role === 'assistant' || typeof message.content === 'string') return false
  return message.content.some((part) => 'source' in part && part.source.type === 'id')
}
