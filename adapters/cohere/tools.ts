/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://docs.cohere.com/docs/tool-use-overview
 * @module
 */
import type { Tool, ToolChoice } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { alias } from '../../src/wire/alias.ts'
import type { Native, Task } from './native.ts'

/** The members of a request that are about tools. */
export function toolbox({ request, warn }: Task): Native {
  const { tools = [], toolChoice = { type: 'auto' } } = request
  if (tools.length === 0) return {}
  const names = namesOf(toolChoice)
  const offered = names ? tools.filter(({ name }) => names.includes(name)) : tools
  if (offered.length < tools.length)
    warn('tool_choice', 'the other tools were left out, which changes what can be cached')
  const choice = choose(toolChoice)
  return {
    tools: offered.map((tool) => native(tool, tools.indexOf(tool))),
    ...(isStrict(offered, { request, warn }) && { strict_tools: true }),
    ...(choice !== undefined && { tool_choice: choice }),
  }
}

/** "tool names can only contain certain characters (A-Za-z0-9_) and can't begin with a digit": https://docs.cohere.com/reference/errors */
export function toolName(name: string): string {
  if (/^[A-Za-z_]\w*$/u.test(name)) return name
  return alias(/^\d/u.test(name) ? `_${name}` : name, LONGEST, /\W/gu)
}

/** Nobody says how long a name may be; OpenAI's limit has not been refused yet. */
const LONGEST = 64

/** The names that had to change, as the reply will say them → as the client knows them. */
export function renamed(tools: readonly Tool[] = []): ReadonlyMap<string, string> {
  const changed = tools.filter(({ name }) => toolName(name) !== name)
  return new Map(changed.map(({ name }) => [toolName(name), name]))
}

/** The tools a choice is limited to. The provider has no words for that, so the others are left out. */
function namesOf(choice: ToolChoice): readonly string[] | undefined {
  if (choice.type === 'tool') return [choice.name]
  return choice.type === 'allowed' ? choice.names : undefined
}

/** The provider knows two choices. To say nothing is the third. */
function choose(choice: ToolChoice): string | undefined {
  if (choice.type === 'none') return 'NONE'
  const mode = choice.type === 'allowed' ? choice.mode : choice.type
  return mode === 'auto' ? undefined : 'REQUIRED'
}

function native({ type, name, description, parameters }: Tool, index: number): Native {
  if (type === 'native') {
    throw badRequest('This provider has no tools of its own.', `tools[${index}].type`, 'unsupported_value')
  }
  const schema = parameters?.['type'] === undefined ? { type: 'object', ...parameters } : parameters
  return {
    type: 'function',
    function: { name: toolName(name), ...(description !== undefined && { description }), parameters: schema },
  }
}

/** All tools are strict, or none is. */
function isStrict(offered: readonly Tool[], { request, warn }: Task): boolean {
  if (offered.every(({ strict }) => strict)) return true
  for (const tool of offered) {
    const index = request.tools?.indexOf(tool)
    if (tool.strict) warn(`tools[${index}].function.strict`, 'only where all tools are strict')
  }
  return false
}
