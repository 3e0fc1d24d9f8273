/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 * @module
 */
import type { JsonObject, Tool, WebSearch } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import { toOpenApi } from '../../src/wire/schema.ts'
import { camel, camelKey } from './extension.ts'
import type { Native, Task } from './native.ts'

/** Tools and their choice in the provider's words. */
export interface Toolbox {
  readonly tools: Native[]
  readonly config?: Native
}

/** Says which tools there are. The functions share one entry; the provider's own tools have one each. */
export function toolbox(task: Task): Toolbox {
  const { request, extension } = task
  if (!request.tools?.length && !request.webSearch && !extension.tools && !extension.toolConfig) {
    unchosen(task)
    return { tools: [] }
  }
  const functions = offered(task)
  const own = [
    ...(request.tools ?? []).flatMap((tool, index) => (tool.type === 'native' ? [ownTool(tool, index)] : [])),
    ...(request.webSearch ? [search(request.webSearch, task)] : []),
    ...(extension.tools ?? []).map(camel),
  ]
  if (functions.length > 0 && own.length > 0 && !task.fact.mixes) {
    const message = `Model "${request.model}" cannot use functions and tools of the provider's own in one request.`
    throw badRequest(message, request.webSearch ? 'web_search_options' : 'tools', 'unsupported_value')
  }
  const declarations = functions.map((tool) => declaration(tool, request.tools?.indexOf(tool) ?? 0, task))
  const choosing = functions.length > 0 ? choose(functions, task) : unchosen(task)
  const config = { ...(choosing && { functionCallingConfig: choosing }), ...camel(extension.toolConfig ?? {}) }
  return {
    tools: [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...own],
    ...(Object.keys(config).length > 0 && { config }),
  }
}

/** The functions of the request; without a way to allow some of them, those that are allowed. */
function offered({ request: { tools = [], toolChoice }, fact, warn }: Task): readonly Tool[] {
  const functions = tools.filter(({ type }) => type !== 'native')
  const names = toolChoice?.type === 'allowed' ? toolChoice.names : toolChoice?.type === 'tool' ? [toolChoice.name] : []
  const missing = names.find((name) => !functions.some((tool) => tool.name === name))
  if (missing !== undefined && functions.length > 0)
    throw badRequest(`There is no function "${missing}" to choose.`, 'tool_choice', 'invalid_value')
  if (toolChoice?.type !== 'allowed' || toolChoice.mode === 'required' || fact.validates) return functions
  const allowed = functions.filter(({ name }) => names.includes(name))
  if (allowed.length < functions.length) warn('tool_choice', 'the other tools were left out')
  return allowed
}

function declaration({ name, description = '', parameters }: Tool, index: number, { names, fact }: Task): Native {
  const schema = parameters && schemaOf(parameters, `tools[${index}].function.parameters`)
  return {
    name: names.get(name) ?? name,
    // The reference has it as required; the API takes an empty one.
    description,
    ...(schema && (fact.schemas === 'json' ? { parametersJsonSchema: schema } : { parameters: toOpenApi(schema) })),
  }
}

/** The schema of the arguments, untouched. A function without arguments goes without one. */
function schemaOf(parameters: JsonObject, path: string): JsonObject | undefined {
  const { type = 'object', properties, ...rest } = parameters
  if (type !== 'object') {
    const message = `The arguments of a tool must be one object, not type ${JSON.stringify(type)}.`
    throw badRequest(message, path, 'invalid_value')
  }
  const isEmpty = properties === undefined || (isObject(properties) && Object.keys(properties).length === 0)
  return isEmpty && Object.keys(rest).every((key) => IDLE.has(key)) ? undefined : parameters
}

/** Keywords that say nothing of an object without properties. */
const IDLE: ReadonlySet<string> = new Set(['$schema', 'additionalProperties', 'required', 'title', 'description'])

/** Tools of the provider's own, by the type that clients list them under. */
const OWN: ReadonlySet<string> = new Set([
  'code_execution',
  'computer_use',
  'enterprise_web_search',
  'file_search',
  'google_maps',
  'google_search',
  'google_search_retrieval',
  'url_context',
])

/** A tool as `{ "type": "google_search", … }`. */
function ownTool({ definition = {} }: Tool, index: number): Native {
  const { type, ...settings } = definition
  if (typeof type === 'string' && OWN.has(type)) return { [camelKey(type)]: camel(settings) }
  const message = `This provider has no tool of the type ${JSON.stringify(type)}, only ${[...OWN].join(', ')}.`
  throw badRequest(message, `tools[${index}].type`, 'unsupported_value')
}

function search({ contextSize, location }: WebSearch, { warn }: Task): Native {
  if (contextSize !== undefined && contextSize !== 'medium')
    warn('web_search_options.search_context_size', 'unsupported')
  if (location) warn('web_search_options.user_location', 'unsupported')
  return { googleSearch: {} }
}

/** A choice without functions: "Function calling config is set without function_declarations". */
function unchosen({ request: { toolChoice }, warn }: Task): undefined {
  if (toolChoice && toolChoice.type !== 'auto' && toolChoice.type !== 'none')
    warn('tool_choice', 'there are no functions to choose from')
}

function choose(functions: readonly Tool[], { request, names, fact }: Task): Native | undefined {
  const { toolChoice = { type: 'auto' } } = request
  const named = (of: readonly string[]): Native => ({ allowedFunctionNames: of.map((name) => names.get(name) ?? name) })
  switch (toolChoice.type) {
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', ...named([toolChoice.name]) }
    case 'allowed':
      if (toolChoice.mode === 'required') return { mode: 'ANY', ...named(toolChoice.names) }
      return fact.validates ? { mode: 'VALIDATED', ...named(toolChoice.names) } : undefined
    case 'auto':
      return fact.validates && isStrict(functions) ? { mode: 'VALIDATED' } : undefined
  }
}

/** Whether calls are to be held to their schemas: some are meant to be, and none is meant not to. */
function isStrict(functions: readonly Tool[]): boolean {
  return functions.some(({ strict }) => strict === true) && functions.every(({ strict }) => strict !== false)
}
