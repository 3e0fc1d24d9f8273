/**
 * Tools, and how freely the model may choose them.
 *
 * @see https://docs.mistral.ai/capabilities/function_calling/
 * @module
 */
import type { Tool, ToolChoice } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { toolName } from '../openai/names.ts'
import type { Native, Task } from './native.ts'

/** The members of a request that are about tools. An empty list of tools would be refused. */
export function toolbox(task: Task): Native {
  const { tools = [], toolChoice, parallelToolCalls } = task.request
  const offered = offer(tools, toolChoice, task)
  if (offered.length === 0) return {}
  return {
    tools: offered.map((tool) => native(tool, `tools[${tools.indexOf(tool)}]`)),
    ...(toolChoice && { tool_choice: choose(toolChoice) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
  }
}

/** The tools that may be called. Models that see tools they must not call answer in the words of a call, so those see none. */
function offer(tools: readonly Tool[], choice: ToolChoice | undefined, { warn }: Task): readonly Tool[] {
  if (choice?.type === 'none') return []
  if (choice?.type !== 'allowed') return tools
  const allowed = tools.filter(({ name }) => choice.names.includes(name))
  if (allowed.length < tools.length)
    warn('tool_choice', 'the other tools were left out, which changes what can be cached')
  return allowed
}

function native({ type, name, description, parameters, strict, definition }: Tool, path: string): Native {
  if (type === 'native') {
    if (BUILT_IN.has(String(definition?.['type']))) return { ...definition }
    throw badRequest(
      `This provider has no tool of the type "${String(definition?.['type'])}".`,
      `${path}.type`,
      'invalid_value',
    )
  }
  return {
    type: 'function',
    function: {
      name: toolName(name),
      ...(description !== undefined && { description }),
      ...(strict !== undefined && { strict }),
      // The provider wants a schema, where OpenAI takes none for one without parameters.
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  }
}

/** Tools of the provider's own. @see `ChatCompletionRequestTool` of the @mistralai/mistralai SDK */
const BUILT_IN: ReadonlySet<string> = new Set([
  'web_search',
  'web_search_premium',
  'code_interpreter',
  'image_generation',
  'document_library',
  'connector',
])

function choose(choice: ToolChoice): string | Native {
  switch (choice.type) {
    case 'tool':
      return { type: 'function', function: { name: toolName(choice.name) } }
    case 'allowed':
      return choice.mode === 'required' ? ANY : 'auto'
    case 'required':
      return ANY
    default:
      return choice.type
  }
}

/** What this provider calls `required`. */
const ANY = 'any'
