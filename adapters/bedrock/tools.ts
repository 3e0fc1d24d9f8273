/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use.html
 * @module
 */
import type { ChatRequest, JsonObject, Tool, ToolChoice, WebSearch } from '../../src/canonical.ts'
import { askFor } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import { close, LIMITS, type Closed } from '../anthropic/schema.ts'
import { toolName } from '../openai/names.ts'
import { mark } from './cache.ts'
import type { Native, Task } from './native.ts'

/** Tools and their choice in the provider's words, and what must be said in ours because it has no words for it. */
export interface Toolbox {
  readonly tools: Native[]
  readonly choice?: Native
  readonly directive?: string
  /** Names as the provider is told → as the client knows them. */
  readonly names: ReadonlyMap<string, string>
}

/** Says which tools there are. `answer` counts what the schema of the answer takes of the limits. */
export function toolbox(task: Task, answer: Closed | undefined): Toolbox {
  const { request, warn } = task
  const asked = request.toolChoice ?? { type: 'auto' }
  const called = namesCalled(request)
  if (!request.tools?.length && !request.webSearch && called.length === 0 && asked.type === 'auto')
    return { tools: [], names: NO_NAMES }
  // There is no choice of "none": without tools nothing can be called, but earlier calls need tools to refer to.
  if (asked.type === 'none' && called.length === 0) return { tools: [], names: new Map() }
  const offered = allowed(request, asked, task)
  const tools = told(offered, answer, task)
  if (request.webSearch) tools.push(search(request.webSearch, task))
  const names = renamed([...offered.flatMap(({ type, name }) => (type === 'native' ? [] : [name])), ...called])
  if (tools.length > 0) return { tools, names, ...choose(asked, task) }
  if (asked.type !== 'none' && asked.type !== 'auto') warn('tool_choice', 'there are no tools')
  if (called.length === 0) return { tools, names }
  warn('tools', 'made up from the earlier calls, which the provider refuses without')
  return { tools: called.map(stub), names }
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

const NO_CALLS = 'Do not call any tool now.'

/** The names of all tools that were called. */
function namesCalled({ messages }: ChatRequest): readonly string[] {
  const names: string[] = []
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    for (const block of message.blocks) if (block.type === 'tool' && !names.includes(block.name)) names.push(block.name)
  }
  return names
}

function stub(name: string): Native {
  return {
    toolSpec: {
      name: toolName(name),
      description: 'Not available any more.',
      inputSchema: { json: { type: 'object' } },
    },
  }
}

/** The tools of the request, or those of them that the choice allows. */
function allowed({ tools = [] }: ChatRequest, choice: ToolChoice, { fact, warn }: Task): readonly Tool[] {
  if (choice.type !== 'allowed' && choice.type !== 'tool') return tools
  const names = choice.type === 'tool' ? [choice.name] : choice.names
  // A model that heeds no choice has none where there is only one tool.
  if (choice.type === 'tool' && fact.choosesTools) return tools
  const left = tools.filter((tool) => names.includes(tool.name))
  if (left.length < tools.length) warn('tool_choice', 'the other tools were left out, which changes what can be cached')
  return left
}

/** Tools in the provider's words, the cache points between them included. */
function told(tools: readonly Tool[], answer: Closed | undefined, task: Task): Native[] {
  const { request, fact, warn } = task
  const left = {
    tools: LIMITS.strictTools,
    optional: LIMITS.optional - (answer?.optional ?? 0),
    unions: LIMITS.unions - (answer?.unions ?? 0),
  }
  const natives: Native[] = []
  for (const tool of tools) {
    const path = `tools[${request.tools?.indexOf(tool) ?? 0}]`
    natives.push(tool.type === 'native' ? native(tool, path) : spec(tool, `${path}.function`, left, task))
    if (!tool.cache) continue
    if (fact.caches === 'outside tools') warn(`${path}.${tool.cache.field}`, 'tools cannot be cached by this model')
    else mark(natives, tool.cache, path, task)
  }
  return natives
}

function native({ definition }: Tool, path: string): Native {
  const { systemTool } = definition ?? {}
  if (isObject(systemTool)) return { systemTool }
  throw badRequest('This provider has no such tool: its own are `{"systemTool": {"name": …}}`.', path, 'invalid_value')
}

function spec(
  { name, description, parameters = {}, strict }: Tool,
  path: string,
  left: Record<'tools' | 'optional' | 'unions', number>,
  { fact, warn }: Task,
): Native {
  const schema = inputSchema(parameters, `${path}.parameters`)
  const closed = strict && fact.strictTools ? close(schema) : undefined
  const fits = closed && left.tools > 0 && closed.optional <= left.optional && closed.unions <= left.unions
  if (strict && !fits) warn(`${path}.strict`, 'the model cannot be held to this schema')
  if (fits) {
    left.tools--
    left.optional -= closed.optional
    left.unions -= closed.unions
  }
  return {
    toolSpec: {
      name: toolName(name),
      ...(description && { description }),
      inputSchema: { json: fits ? closed.schema : schema },
      ...(fits && { strict: true }),
    },
  }
}

/** The schema of the arguments, which must be an object's. */
function inputSchema(parameters: JsonObject, path: string): JsonObject {
  const { type = 'object' } = parameters
  if (type !== 'object') {
    const message = `The arguments of a tool must be an object for this provider, not ${JSON.stringify(type)}.`
    throw badRequest(message, path, 'invalid_value')
  }
  if (Object.keys(parameters).length === 0) return { type: 'object', properties: {} }
  return parameters['type'] === undefined ? { type: 'object', ...parameters } : parameters
}

/** Nova's search of the web. @see https://docs.aws.amazon.com/nova/latest/userguide/grounding.html */
function search({ contextSize, location }: WebSearch, { warn }: Task): Native {
  if (contextSize !== undefined && contextSize !== 'medium')
    warn('web_search_options.search_context_size', 'unsupported')
  if (location) warn('web_search_options.user_location', 'unsupported')
  return { systemTool: { name: 'nova_grounding' } }
}

function renamed(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.filter((name) => toolName(name) !== name).map((name) => [toolName(name), name]))
}

function choose(choice: ToolChoice, { fact, warn }: Task): Pick<Toolbox, 'choice' | 'directive'> {
  if (choice.type === 'none') {
    warn('tool_choice', 'the provider has no word for none, asked for in ours')
    return { directive: NO_CALLS }
  }
  const forced = force(choice)
  if (!forced) return {}
  if (fact.choosesTools && canForce(fact)) return { choice: forced }
  warn('tool_choice', 'this model cannot be forced, asked for in words')
  return { directive: askFor(choice, toolName) }
}

/** Whether a call can be forced. Claude models that always think refuse it. */
export function canForce({ choosesTools, claude }: Task['fact']): boolean {
  return choosesTools && (claude === undefined || (claude.forcedTools && claude.thinks !== 'always'))
}

function force(choice: ToolChoice): Native | undefined {
  if (choice.type === 'tool') return { tool: { name: toolName(choice.name) } }
  return choice.type === 'required' || (choice.type === 'allowed' && choice.mode === 'required')
    ? { any: {} }
    : undefined
}
