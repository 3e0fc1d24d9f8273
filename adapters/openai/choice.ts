/**
 * Choosing tools in fewer words than OpenAI has for it.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type { ChatRequest, ToolChoice } from '../../src/canonical.ts'
import { askFor } from '../../src/emulate.ts'
import type { Dialect } from './dialect.ts'
import { toolName } from './names.ts'

/** A request whose choice of tools the provider knows. Others are made of those it knows, or put in words. */
export function choose(request: ChatRequest, { chooses }: Pick<Dialect, 'chooses'>, warn: Warn): ChatRequest {
  const { toolChoice, ...rest } = request
  // Everybody refuses a choice among no tools, even a free one.
  if (!request.tools?.length) return rest
  if (!toolChoice || !chooses || toolChoice.type === 'auto' || chooses.includes(toolChoice.type)) return request
  switch (toolChoice.type) {
    case 'none':
      return without(request)
    case 'allowed':
      return choose(only(request, toolChoice.names, { type: toolChoice.mode }, warn), { chooses }, warn)
    case 'tool':
      if (chooses.includes('required')) return only(request, [toolChoice.name], { type: 'required' }, warn)
      return asked(request, toolChoice, warn)
    case 'required':
      return asked(request, toolChoice, warn)
  }
}

function without({ tools: _, toolChoice: __, parallelToolCalls: ___, ...rest }: ChatRequest): ChatRequest {
  return rest
}

function only(request: ChatRequest, names: readonly string[], toolChoice: ToolChoice, warn: Warn): ChatRequest {
  const { tools = [] } = request
  const left = tools.filter(({ name }) => names.includes(name))
  if (left.length < tools.length) warn('tool_choice', 'the other tools were left out, which changes what can be cached')
  return { ...request, tools: left, toolChoice }
}

function asked(request: ChatRequest, choice: ToolChoice, warn: Warn): ChatRequest {
  warn('tool_choice', 'this provider cannot be forced, asked for in words')
  return {
    ...request,
    toolChoice: { type: 'auto' },
    directives: [...(request.directives ?? []), askFor(choice, toolName)],
  }
}
