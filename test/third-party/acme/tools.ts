/**
 * Tools, and how freely the engine may choose them.
 *
 * @module
 */
import { badRequest, type ChatRequest, type JsonObject, type Tool, type Warn } from 'dragoman'

/** The members of a request that are about tools. */
export function toolbox({ tools = [], toolChoice = { type: 'auto' } }: ChatRequest, warn: Warn): JsonObject {
  if (tools.length === 0) return {}
  const told = tools.map((tool, index) => describe(tool, `tools[${index}]`, warn))
  switch (toolChoice.type) {
    case 'auto':
      return { tools: told }
    case 'none':
      return { tools: told, ask: 'never' }
    case 'required':
      return { tools: told, ask: 'always' }
    case 'tool':
      return { tools: told, ask: 'always', only: [toolChoice.name] }
    case 'allowed':
      return { tools: told, ask: toolChoice.mode === 'required' ? 'always' : undefined, only: toolChoice.names }
  }
}

function describe({ type, name, description, parameters, strict }: Tool, path: string, warn: Warn): JsonObject {
  if (type === 'native') throw badRequest('Acme has no tools of its own.', `${path}.type`, 'unsupported_value')
  if (strict) warn(`${path}.function.strict`, 'unsupported')
  return { tool: name, about: description, takes: parameters }
}
