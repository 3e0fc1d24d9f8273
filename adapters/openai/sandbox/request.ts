/**
 * What the scripted model is asked, read from a chat request that has been judged.
 *
 * @module
 */
import type { z } from 'zod'
import type { Prompt, PromptTool } from '../../../src/sandbox.ts'
import { isObject } from '../../../src/wire/json.ts'
import type { chatRequest } from '../strict.ts'

/** A chat request that has been judged. */
export type Asked = z.output<typeof chatRequest>

type Content = Asked['messages'][number]['content']
type Part = Exclude<Content, string | null | undefined>[number]

/** What the scripted model is asked. */
export function promptOf(request: Asked): Prompt {
  const { model, messages, reasoning_effort: effort, functions, stop } = request
  const limit = request.max_completion_tokens ?? request.max_tokens
  const spoken = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1)
  const instructions = messages.filter(({ role }) => role === 'system' || role === 'developer')
  const format = formatOf(request)
  return {
    model,
    text: textOf(spoken?.content),
    instructions: instructions.map(({ content }) => textOf(content)).join('\n'),
    attachments: partsOf(spoken?.content).flatMap(mediaType),
    results: resultsOf(request),
    ...toolsOf(request),
    parallel: request.parallel_tool_calls !== false && !functions,
    thinking: effort != null && effort !== 'none',
    ...(format && { format }),
    ...(limit != null && { limit }),
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    pauses: 'never',
  }
}

/** What a message says, in parts. */
export function partsOf(content: Content): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

function textOf(content: Content): string {
  const texts = partsOf(content).flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.join('\n')
}

function mediaType(part: Part): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return []
    case 'input_audio':
      return [`audio/${part.input_audio.format}`]
    case 'image_url':
      return [declared(part.image_url.url) ?? 'image']
    case 'file':
      return [declared(part.file.file_data ?? '') ?? 'file']
  }
}

/** The media type that a data URL declares. */
function declared(url: string): string | undefined {
  return /^data:([^;,]+)/u.exec(url)?.[1]
}

/** The answers of tools at the end of the conversation. */
function resultsOf({ messages }: Asked): Prompt['results'] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool' && role !== 'function') + 1
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  return messages.slice(start).map((message) => {
    const call = calls.find(({ id }) => message.role === 'tool' && id === message.tool_call_id)
    return { name: (call ? nameOf(call) : message.name) ?? '', text: textOf(message.content) }
  })
}

type Named =
  | { readonly type: 'function'; readonly function: { readonly name: string } }
  | { readonly type: 'custom'; readonly custom: { readonly name: string } }

function nameOf(named: Named): string {
  return named.type === 'function' ? named.function.name : named.custom.name
}

function toolsOf({ tools = [], functions, tool_choice, function_call }: Asked): Pick<Prompt, 'tools' | 'choice'> {
  const offered = functions
    ? functions.map(structured)
    : tools.map((tool) => (tool.type === 'function' ? structured(tool.function) : { name: tool.custom.name }))
  const choice = tool_choice ?? function_call ?? 'auto'
  if (typeof choice === 'string') return { tools: offered, choice }
  if ('name' in choice) return { tools: offered, choice }
  if (choice.type !== 'allowed_tools') return { tools: offered, choice: { name: nameOf(choice) } }
  const { mode, tools: allowed } = choice.allowed_tools
  const names = new Set(allowed.map(nameOf))
  return { tools: offered.filter(({ name }) => names.has(name)), choice: mode }
}

function structured({ name, parameters }: NonNullable<Asked['functions']>[number]): PromptTool {
  return { name, schema: isObject(parameters) ? parameters : { type: 'object' } }
}

function formatOf({ response_format: format }: Asked): Prompt['format'] {
  if (!format || format.type === 'text') return undefined
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined
  return isObject(schema) ? { schema } : 'object'
}
