/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://docs.ollama.com/capabilities/tool-calling
 * @module
 */
import type { Tool } from '../../src/canonical.ts'
import { askFor, isForced } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import type { Native, Task } from './native.ts'
import { plain } from './schema.ts'

/** Tools in the server's words, and what must be said in ours because it has no words for it. */
export interface Toolbox {
  readonly tools: readonly Native[]
  readonly directive?: string
}

/** Says which tools there are. The server knows no choice: those that may not be called are left out. */
export function toolbox({ request, warn }: Task): Toolbox {
  const { tools = [], toolChoice = { type: 'auto' } } = request
  if (tools.length === 0 || toolChoice.type === 'none') return { tools: [] }
  const names = toolChoice.type === 'tool' ? [toolChoice.name] : toolChoice.type === 'allowed' && toolChoice.names
  const offered = names ? tools.filter(({ name }) => names.includes(name)) : tools
  const forced = isForced(toolChoice)
  const losses = [
    ...(offered.length < tools.length ? ['the other tools were left out, which changes what can be cached'] : []),
    ...(forced ? ['the model cannot be forced, asked for in words'] : []),
  ]
  if (losses.length > 0) warn('tool_choice', losses.join(', and '))
  const natives = offered.map((tool) => native(tool, tools.indexOf(tool), warn))
  return { tools: natives, ...(forced && { directive: askFor(toolChoice) }) }
}

function native({ type, name, description, parameters, strict }: Tool, index: number, warn: Task['warn']): Native {
  if (type === 'native') {
    throw badRequest('This provider has no tools of its own.', `tools[${index}].type`, 'unsupported_value')
  }
  if (strict) warn(`tools[${index}].function.strict`, 'unsupported')
  const schema = { type: 'object', properties: {}, ...plain(parameters ?? {}) }
  return {
    type: 'function',
    function: { name, ...(description !== undefined && { description }), parameters: schema },
  }
}
