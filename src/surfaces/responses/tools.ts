/**
 * The tools of a request, and how freely they may be chosen.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { Tool, ToolChoice, WebSearch } from '../../canonical.ts'
import { cacheMark } from '../chat/cache.ts'
import { present } from '../present.ts'
import type { Problem } from '../problems.ts'
import { qualified } from './history.ts'
import type { ResponsesBody, ResponsesTool } from './schema.ts'

/** The tools of a request. */
export interface Toolbox {
  readonly tools: readonly Tool[]
  /** Where the client finds each of them. */
  readonly paths: readonly string[]
  readonly webSearch: WebSearch | undefined
  /** Where the client asks for a search of the web. */
  readonly searchPath: string | undefined
  /** Tools of a namespace, by the names they are told to the model under. */
  readonly namespaces: ReadonlyMap<string, { readonly namespace: string; readonly name: string }>
  readonly problems: readonly Problem[]
}

type OwnTool = Extract<ResponsesTool, { type: 'function' | 'custom' }>

/** Reads the tools. Those of a namespace are told under both names; a search of the web is no tool but a wish. */
export function toolboxOf({ tools: listed }: ResponsesBody, warn: Warn): Toolbox {
  const tools: Tool[] = []
  const paths: string[] = []
  const problems: Problem[] = []
  const namespaces = new Map<string, { namespace: string; name: string }>()
  let webSearch: WebSearch | undefined
  let searchPath: string | undefined
  const add = (tool: Tool, path: string): void => {
    if (tool.type !== 'native' && tools.some(({ name }) => name === tool.name)) problems.push(repeated(path, tool.name))
    tools.push(tool)
    paths.push(path)
  }
  for (const [index, tool] of (listed ?? []).entries()) {
    const path = `tools[${index}]`
    switch (tool.type) {
      case 'function':
      case 'custom':
        add(ownTool(tool, path, warn), path)
        break
      case 'namespace':
        if (tool.description != null) warn(`${path}.description`, 'unsupported')
        for (const [at, inner] of tool.tools.entries()) {
          const name = qualified(inner.name, tool.name)
          namespaces.set(name, { namespace: tool.name, name: inner.name })
          add({ ...ownTool(inner, `${path}.tools[${at}]`, warn), name }, `${path}.tools[${at}]`)
        }
        break
      case 'native':
        add({ type: 'native', name: tool.name, definition: tool.definition }, path)
        break
      case 'hosted':
        problems.push({
          param: path,
          code: 'unsupported_tool',
          message: `Tools of type '${tool.name}' are run by OpenAI and not available with this model.`,
        })
        break
      default:
        webSearch = searchOf(tool, path, warn)
        searchPath = path
    }
  }
  return { tools, paths, webSearch, searchPath, namespaces, problems }
}

/** The choice; nothing where the client leaves it open. */
export function toolChoiceOf(
  { tool_choice: asked }: ResponsesBody,
  { tools, webSearch }: Toolbox,
  warn: Warn,
): { readonly choice?: ToolChoice; readonly problems: readonly Problem[] } {
  if (asked == null) return { problems: [] }
  const known = (name: string | undefined): boolean => tools.some((tool) => tool.name === name)
  if (typeof asked === 'string') {
    const idle = asked === 'required' && tools.length === 0 && !webSearch
    return idle
      ? { problems: [toolless] }
      : tools.length > 0
        ? { choice: { type: asked }, problems: [] }
        : { problems: [] }
  }
  switch (asked.type) {
    case 'allowed_tools': {
      const names = asked.tools.map(({ type, name }) => name ?? type)
      const problems = names.flatMap((name, index) =>
        known(name) || isSearch(name) ? [] : [absent(`tool_choice.tools[${index}].name`, name)],
      )
      return { choice: { type: 'allowed', mode: asked.mode, names: names.filter(known) }, problems }
    }
    case 'function':
    case 'custom':
      if (known(asked.name)) return { choice: { type: 'tool', name: asked.name }, problems: [] }
      return { problems: [absent('tool_choice.name', asked.name)] }
    case 'hosted':
      if (!isSearch(asked.name)) return { problems: [foreign(asked.name)] }
      // No other provider can be made to search; where it is offered, models do when it helps.
      warn('tool_choice', 'a search cannot be forced')
      return { problems: [] }
  }
}

function ownTool(tool: OwnTool, path: string, warn: Warn): Tool {
  const { allowed_callers: callers, async: later, defer_loading: deferred } = tool
  for (const [name, value] of Object.entries({ allowed_callers: callers, async: later, defer_loading: deferred }))
    if (value != null && value !== false) warn(`${path}.${name}`, 'unsupported')
  const { name, description } = tool
  const cache = cacheMark({ cache_control: tool.cache_control })
  if (tool.type === 'custom') {
    const { type: _, ...grammar } = tool.format?.type === 'grammar' ? tool.format : { type: undefined }
    const bound = tool.format?.type === 'grammar' ? grammar : undefined
    return { type: 'custom', name, ...present({ description, grammar: bound, cache }) }
  }
  const { parameters, strict, output_schema: result } = tool
  if (result != null) warn(`${path}.output_schema`, 'unsupported')
  return { type: 'function', name, ...present({ description, parameters, strict, cache }) }
}

function searchOf(
  tool: Exclude<ResponsesTool, { type: 'function' | 'custom' | 'namespace' | 'native' | 'hosted' }>,
  path: string,
  warn: Warn,
): WebSearch {
  const { search_context_size: contextSize, user_location: place, filters, external_web_access: outside } = tool
  if (filters != null) warn(`${path}.filters`, 'unsupported')
  if (outside === false) warn(`${path}.external_web_access`, 'unsupported')
  if (tool.search_content_types != null) warn(`${path}.search_content_types`, 'unsupported')
  const { type: _, ...location } = place ?? {}
  return present({ contextSize, location: place ? present(location) : undefined })
}

function isSearch(type: string): boolean {
  return type.startsWith('web_search')
}

const toolless: Problem = {
  param: 'tool_choice',
  code: 'invalid_value',
  message: "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
}

function foreign(type: string): Problem {
  const message = `A tool of type '${type.slice(0, 40)}' cannot be chosen here.`
  return { param: 'tool_choice.type', code: 'unsupported_tool', message }
}

function absent(param: string, name: string): Problem {
  const message = `Invalid value for '${param}': '${name.slice(0, 64)}' is not the name of one of the 'tools'.`
  return { param, code: 'invalid_value', message }
}

function repeated(path: string, name: string): Problem {
  const param = `${path}.name`
  const message = `Invalid value for '${param}': '${name.slice(0, 64)}' is the name of an earlier tool. Tool names must be unique.`
  return { param, code: 'invalid_value', message }
}
