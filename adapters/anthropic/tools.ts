/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 * @module
 */
import type { ChatRequest, JsonObject, Tool, ToolChoice, WebSearch } from '../../src/canonical.ts'
import { askFor } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { mark } from './cache.ts'
import { toolName } from './names.ts'
import type { Native, Task } from './native.ts'
import { close, LIMITS, type Closed } from './schema.ts'

/** Tools and their choice in the provider's words, and what must be said in ours because it has no words for it. */
export interface Toolbox {
  readonly tools: Native[]
  readonly choice?: Native
  readonly directive?: string
}

/** Says which tools there are. `answer` counts what the schema of the answer takes of the limits. */
export function toolbox(task: Task, answer: Closed | undefined): Toolbox {
  const { request, warn } = task
  if (!request.tools && !request.toolChoice && !request.webSearch && !hasCalls(request)) return { tools: [] }
  const tools = offered(request, task)
  const natives = tools.map((tool) => native(tool, request.tools?.indexOf(tool) ?? 0, task))
  if (request.webSearch) natives.push(search(request.webSearch, task))
  unique(natives)
  restrain(tools, natives, answer, task)
  if (natives.length === 0) {
    const recalled = fromHistory(request)
    const choice = request.toolChoice?.type ?? 'none'
    if (choice !== 'none' && choice !== 'auto') warn('tool_choice', 'there are no tools')
    return recalled.length > 0 ? { tools: recalled, choice: { type: 'none' } } : { tools: [] }
  }
  return { tools: natives, ...choose(task) }
}

/** The tools of the request, or those of them that the choice allows. */
function offered({ tools = [], toolChoice }: ChatRequest, { warn }: Task): readonly Tool[] {
  if (toolChoice?.type !== 'allowed' && toolChoice?.type !== 'tool') return tools
  const names = toolChoice.type === 'tool' ? [toolChoice.name] : toolChoice.names
  const missing = tools.length === 0 ? undefined : names.find((name) => !tools.some((tool) => tool.name === name))
  if (missing !== undefined)
    throw badRequest(`There is no tool "${missing}" to choose.`, 'tool_choice', 'invalid_value')
  if (toolChoice.type === 'tool') return tools
  const allowed = tools.filter((tool) => names.includes(tool.name))
  if (allowed.length < tools.length)
    warn('tool_choice', 'the other tools were left out, which changes what can be cached')
  return allowed
}

function native(tool: Tool, index: number, task: Task): Native {
  const { name, description, parameters = {}, definition, cache } = tool
  const path = `tools[${index}].function`
  const said: Native =
    tool.type === 'native'
      ? { ...definition }
      : {
          name: toolName(name),
          ...(description !== undefined && { description }),
          input_schema: inputSchema(parameters, `${path}.parameters`),
        }
  if (cache) mark(said, cache, `tools[${index}]`, task.warn)
  return said
}

/** The schema of the arguments. The API wants an object without alternatives at its root. */
function inputSchema(parameters: JsonObject, path: string): JsonObject {
  const { type = 'object' } = parameters
  const alternatives = ['anyOf', 'oneOf', 'allOf'].find((key) => key in parameters)
  if (type !== 'object' || alternatives) {
    const found = alternatives ?? `type ${JSON.stringify(type)}`
    throw badRequest(
      `The arguments of a tool must be one object for this provider, not ${found}.`,
      path,
      'invalid_value',
    )
  }
  if (Object.keys(parameters).length === 0) return { type: 'object', properties: {} }
  return parameters['type'] === undefined ? { type: 'object', ...parameters } : parameters
}

function search({ contextSize, location }: WebSearch, { warn }: Task): Native {
  if (contextSize !== undefined && contextSize !== 'medium')
    warn('web_search_options.search_context_size', 'unsupported')
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(location && { user_location: { type: 'approximate', ...location } }),
  }
}

function unique(tools: readonly Native[]): void {
  const seen = new Set<unknown>()
  for (const { name } of tools) {
    if (name === undefined) continue
    if (seen.has(name)) throw badRequest(`There are two tools named "${String(name)}".`, 'tools', 'invalid_value')
    seen.add(name)
  }
}

/** Makes strict tools strict, as many of them as the provider takes, first come first served. */
function restrain(
  tools: readonly Tool[],
  natives: readonly Native[],
  answer: Closed | undefined,
  { request, fact, warn }: Task,
): void {
  const left = {
    tools: LIMITS.strictTools,
    optional: LIMITS.optional - (answer?.optional ?? 0),
    unions: LIMITS.unions - (answer?.unions ?? 0),
  }
  for (const [index, tool] of tools.entries()) {
    const said = natives[index]
    if (!tool.strict || tool.type === 'native' || !said) continue
    const path = `tools[${request.tools?.indexOf(tool) ?? index}].function.strict`
    const closed = fact.supports?.schema === false ? undefined : close(inputSchema(tool.parameters ?? {}, path))
    if (!closed) {
      warn(path, 'the model cannot be held to this schema')
    } else if (left.tools === 0 || closed.optional > left.optional || closed.unions > left.unions) {
      warn(path, 'more than the model can be held to in one request')
    } else {
      said['strict'] = true
      said['input_schema'] = closed.schema
      left.tools--
      left.optional -= closed.optional
      left.unions -= closed.unions
    }
  }
}

function hasCalls({ messages }: ChatRequest): boolean {
  return messages.some((message) => message.role === 'assistant' && message.blocks.some(({ type }) => type === 'tool'))
}

/** Tools that are gone but were called: the API wants to know every tool of the history. */
function fromHistory({ messages }: ChatRequest): Native[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.blocks : []))
  const names = new Set(calls.flatMap((block) => (block.type === 'tool' ? [toolName(block.name)] : [])))
  return [...names].map((name) => ({ name, input_schema: { type: 'object', properties: {} } }))
}

function choose({ request, fact, warn }: Task): Omit<Toolbox, 'tools'> {
  const { toolChoice = { type: 'auto' }, parallelToolCalls } = request
  const single = parallelToolCalls === false && { disable_parallel_tool_use: true }
  const forced = force(toolChoice)
  if (toolChoice.type === 'none') return { choice: { type: 'none' } }
  if (!forced) return single ? { choice: { type: 'auto', ...single } } : {}
  if (fact.forcedTools) return { choice: { ...forced, ...single } }
  warn('tool_choice', 'this model cannot be forced, asked for in words')
  return { choice: { type: 'auto', ...single }, directive: askFor(toolChoice, toolName) }
}

function force(choice: ToolChoice): Native | undefined {
  if (choice.type === 'tool') return { type: 'tool', name: toolName(choice.name) }
  return choice.type === 'required' || (choice.type === 'allowed' && choice.mode === 'required')
    ? { type: 'any' }
    : undefined
}
