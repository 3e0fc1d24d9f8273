/**
 * The tools of a request, and how freely they may be chosen.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { Tool, ToolChoice } from '../../canonical.ts'
import { cacheMark } from './cache.ts'
import { present } from '../present.ts'
import type { ChatBody, ChatTool } from './schema.ts'

/** The tools; nothing where there are none. */
export function toolsOf({ tools, functions }: ChatBody, warn: Warn): readonly Tool[] | undefined {
  const listed = functions?.map(legacyTool) ?? tools?.map((tool, index) => toolOf(tool, `tools[${index}]`, warn)) ?? []
  return listed.length > 0 ? listed : undefined
}

/** The name by which a tool is called. One of a provider's own may have none but its type. */
export function nameOf(tool: ChatTool): string {
  if (tool.type === 'function') return tool.function.name
  return tool.type === 'custom' ? tool.custom.name : tool.name
}

/** The choice; nothing where the client leaves it open. */
export function toolChoiceOf({ tool_choice: asked, function_call: legacy }: ChatBody): ToolChoice | undefined {
  if (legacy != null) return typeof legacy === 'string' ? { type: legacy } : { type: 'tool', name: legacy.name }
  if (asked == null) return undefined
  if (typeof asked === 'string') return { type: asked }
  switch (asked.type) {
    case 'function':
      return { type: 'tool', name: asked.function.name }
    case 'custom':
      return { type: 'tool', name: asked.custom.name }
    case 'allowed_tools': {
      const { mode, tools } = asked.allowed_tools
      return { type: 'allowed', mode, names: tools }
    }
  }
}

function legacyTool({ name, ...rest }: NonNullable<ChatBody['functions']>[number]): Tool {
  return { type: 'function', name, ...present(rest) }
}

function toolOf(tool: ChatTool, path: string, warn: Warn): Tool {
  const name = nameOf(tool)
  switch (tool.type) {
    case 'function': {
      const { description, parameters, strict, cache_control: inner } = tool.function
      if (inner != null && tool.cache_control != null)
        warn(`${path}.function.cache_control`, `${path}.cache_control is used instead`)
      const cache = cacheMark({ cache_control: tool.cache_control ?? inner })
      return { type: 'function', name, ...present({ description, parameters, strict, cache }) }
    }
    case 'custom': {
      const { description, format } = tool.custom
      const grammar = format?.type === 'grammar' ? format.grammar : undefined
      return { type: 'custom', name, ...present({ description, grammar, cache: cacheMark(tool) }) }
    }
    case 'native':
      return { type: 'native', name, definition: tool.definition }
  }
}
