/**
 * The native request, judged: the rules between its parts. The messages are the provider's own words where they are known.
 *
 * @module
 */
import type { SeenBlock } from './strict-blocks.ts'
import type { SeenRequest } from './strict.ts'

/** Something a request does that the provider refuses. */
export interface Breach {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Everything a request does that the provider refuses, beyond what is wrong with its parts. */
export function* rules(request: SeenRequest): Iterable<Breach> {
  const turns = merged(request)
  yield* toolRules(request)
  yield* thinkingRules(request)
  yield* exchangeRules(turns)
  yield* systemRules(request)
  yield* endRules(turns)
  yield* cacheRules(request)
  yield* formatRules(request)
}

interface SeenTurn {
  readonly role: string
  readonly blocks: readonly SeenBlock[]
}

/** The turns as the provider reads them: neighbours of one role are one. Instructions stand between turns, not in them. */
function merged({ messages }: SeenRequest): SeenTurn[] {
  const turns: { role: string; blocks: SeenBlock[] }[] = []
  for (const { role, content } of messages) {
    if (role === 'system') continue
    const last = turns.at(-1)
    const blocks = blocksOf(content)
    if (last?.role === role) last.blocks.push(...blocks)
    else turns.push({ role, blocks: [...blocks] })
  }
  return turns
}

function blocksOf(content: unknown): readonly SeenBlock[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  // Every list of blocks in a request was parsed as one before the rules are asked.
  return Array.isArray(content) ? (content as SeenBlock[]) : []
}

function* toolRules({ tools = [], tool_choice: choice }: SeenRequest): Iterable<Breach> {
  const names = tools.map(({ name }) => name).filter((name) => name !== undefined)
  if (new Set(names).size < names.length) yield { path: ['tools'], message: 'Tool names must be unique.' }
  if (choice && tools.length === 0)
    yield { path: ['tool_choice'], message: 'tool_choice may only be specified while providing tools.' }
  if (choice?.type === 'tool' && !names.includes(choice.name))
    yield { path: ['tool_choice', 'name'], message: 'Tool not found in provided tools.' }
  const strict = tools.filter((tool) => tool.strict)
  if (strict.length > 20) yield { path: ['tools'], message: 'At most 20 strict tools.' }
  for (const [index, { strict, input_schema: schema }] of tools.entries()) {
    if (strict && schema && !isClosed(schema)) yield { path: ['tools', index, 'input_schema'], message: CLOSED }
  }
}

const CLOSED = "For 'object' type, 'additionalProperties' must be explicitly set to false"

function isClosed(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true
  const isOpen =
    'type' in schema &&
    schema.type === 'object' &&
    !('additionalProperties' in schema && schema.additionalProperties === false)
  return !isOpen && Object.values(schema).every(isClosed)
}

function* thinkingRules({
  thinking,
  max_tokens,
  tool_choice: choice,
  temperature = 1,
  top_k,
  output_config,
}: SeenRequest): Iterable<Breach> {
  const thinks = thinking?.type === 'enabled' || thinking?.type === 'adaptive'
  if (thinking?.type === 'enabled') {
    if (thinking.budget_tokens >= max_tokens) {
      yield { path: ['max_tokens'], message: '`max_tokens` must be greater than `thinking.budget_tokens`.' }
    }
    if (choice?.type === 'any' || choice?.type === 'tool') {
      yield { path: ['tool_choice'], message: 'Thinking may not be enabled when tool_choice forces tool use.' }
    }
  }
  if (thinks && temperature !== 1)
    yield { path: ['temperature'], message: '`temperature` may only be set to 1 when thinking is enabled.' }
  if (thinks && top_k !== undefined)
    yield { path: ['top_k'], message: '`top_k` must be unset when thinking is enabled.' }
  const effort = output_config?.effort
  if (thinking?.type === 'disabled' && (effort === 'xhigh' || effort === 'max')) {
    yield { path: ['thinking'], message: `thinking.type.disabled is not supported with effort ${effort}.` }
  }
}

/** Every call is answered at the head of the next turn, and nothing else is. */
function* exchangeRules(turns: readonly SeenTurn[]): Iterable<Breach> {
  const path = ['messages']
  const seen = new Set<unknown>()
  for (const [index, { role, blocks }] of turns.entries()) {
    const calls = role === 'assistant' ? blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id) : []
    const next = turns[index + 1]?.blocks ?? []
    const answered = new Set(next.filter(({ type }) => type === 'tool_result').map(({ tool_use_id: id }) => id))
    if (calls.some((id) => seen.has(id))) yield { path, message: '`tool_use` ids must be unique' }
    for (const id of calls) seen.add(id)
    if (calls.some((id) => !answered.has(id))) {
      yield { path, message: '`tool_use` ids were found without `tool_result` blocks immediately after' }
    }
    if (next.slice(0, calls.length).some(({ type }) => type !== 'tool_result')) {
      yield { path, message: '`tool_result` blocks must come first in the turn after their `tool_use` blocks' }
    }
    const results = blocks.filter(({ type }) => type === 'tool_result').map(({ tool_use_id: id }) => id)
    const before = new Set((turns[index - 1]?.blocks ?? []).map(({ id }) => id))
    if (results.some((id) => !before.has(id)))
      yield { path, message: 'unexpected `tool_use_id` found in `tool_result` blocks' }
    if (new Set(results).size < results.length) yield { path, message: 'each tool_use must have a single result' }
  }
}

/** Instructions stand after the user and before the assistant, or after what the provider's own tools found. */
function* systemRules({ messages }: SeenRequest): Iterable<Breach> {
  for (const [index, { role }] of messages.entries()) {
    if (role !== 'system') continue
    const before = messages.slice(0, index).findLast((message) => message.role !== 'system')
    const after = messages.slice(index + 1).find((message) => message.role !== 'system')
    const last = before?.role === 'assistant' ? blocksOf(before.content).at(-1)?.type : undefined
    const follows = before?.role === 'user' || last?.endsWith('_tool_result')
    if (!follows) yield { path: ['messages', index], message: 'a system message must follow a user turn' }
    if (after?.role === 'user')
      yield { path: ['messages', index], message: 'a system message must precede an assistant turn' }
  }
}

function* endRules(turns: readonly SeenTurn[]): Iterable<Breach> {
  const last = turns.at(-1)
  const block = last?.blocks.at(-1)
  if (last?.role === 'assistant' && block?.type === 'text' && /\s$/u.test(String(block.text))) {
    yield { path: ['messages'], message: 'final assistant content cannot end with trailing whitespace' }
  }
}

/** Everything that bears a cache mark, in the order the provider reads it. */
function bearers({
  tools = [],
  system,
  messages,
  cache_control,
}: SeenRequest): readonly { readonly cache_control?: SeenBlock['cache_control'] }[] {
  const said = messages.flatMap(({ content }) => blocksOf(content).flatMap((block) => [...inner(block), block]))
  return [...tools, ...blocksOf(system), ...said, { cache_control }].filter((one) => one.cache_control != null)
}

function inner({ type, content }: SeenBlock): readonly SeenBlock[] {
  return type === 'tool_result' && typeof content !== 'string' ? blocksOf(content) : []
}

function* cacheRules(request: SeenRequest): Iterable<Breach> {
  const marks = bearers(request).map((one) => one.cache_control?.ttl ?? '5m')
  if (marks.length > 4) {
    yield {
      path: ['cache_control'],
      message: `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`,
    }
  }
  if (marks.includes('1h') && marks.indexOf('5m') >= 0 && marks.indexOf('5m') < marks.lastIndexOf('1h')) {
    yield {
      path: ['cache_control'],
      message: "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
    }
  }
  if (request.tools?.some((tool) => tool.defer_loading && tool.cache_control)) {
    yield { path: ['tools'], message: 'a tool with defer_loading cannot bear cache_control' }
  }
}

function* formatRules({ output_config, messages }: SeenRequest): Iterable<Breach> {
  const schema = output_config?.format?.schema
  if (!schema) return
  if (!isClosed(schema)) yield { path: ['output_config', 'format', 'schema'], message: CLOSED }
  const cites = messages
    .flatMap(({ content }) => blocksOf(content))
    .some(({ type, citations }) => type === 'document' && isEnabled(citations))
  if (cites)
    yield {
      path: ['output_config', 'format'],
      message: 'citations cannot be enabled when output_config.format is used',
    }
}

function isEnabled(citations: unknown): boolean {
  return typeof citations === 'object' && citations !== null && 'enabled' in citations && citations.enabled === true
}
