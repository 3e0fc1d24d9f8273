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
type Chunk = Exclude<Content, string | null | undefined>[number]

/** What the scripted model is asked. */
export function promptOf(request: Asked): Prompt {
  const { model, messages, stop, max_tokens: limit, reasoning_effort: effort } = request
  const spoken = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1)
  const instructions = messages.filter(({ role }) => role === 'system')
  const format = formatOf(request)
  return {
    model,
    text: textOf(spoken?.content),
    instructions: instructions.map(({ content }) => textOf(content)).join('\n'),
    attachments: chunksOf(spoken?.content).flatMap(mediaType),
    results: resultsOf(request),
    ...toolsOf(request),
    parallel: request.parallel_tool_calls !== false,
    thinking: (effort != null && effort !== 'none') || request.prompt_mode === 'reasoning',
    ...(format && { format }),
    ...(limit != null && { limit }),
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    pauses: 'never',
  }
}

/** The words the answer is to begin with, which are said again. */
export function prefixOf({ messages }: Asked): string {
  const last = messages.at(-1)
  return last?.role === 'assistant' ? textOf(last.content) : ''
}

function chunksOf(content: Content): readonly Chunk[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

function textOf(content: Content): string {
  return chunksOf(content)
    .flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : []))
    .join('\n')
}

function mediaType(chunk: Chunk): readonly string[] {
  switch (chunk.type) {
    case 'image_url':
      return [declared(typeof chunk.image_url === 'string' ? chunk.image_url : chunk.image_url.url) ?? 'image']
    case 'document_url':
      return [declared(chunk.document_url) ?? 'document']
    case 'file':
      return ['file']
    case 'input_audio':
      return ['audio']
    default:
      return []
  }
}

/** The media type that a data URL declares. */
function declared(url: string): string | undefined {
  return /^data:([^;,]+)/u.exec(url)?.[1]
}

/** The answers of tools at the end of the conversation. */
function resultsOf({ messages }: Asked): Prompt['results'] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  return messages.slice(start).flatMap((message) => {
    if (message.role !== 'tool') return []
    const call = calls.findLast(({ id }) => id === message.tool_call_id)
    return [{ name: call?.function.name ?? '', text: textOf(message.content) }]
  })
}

function toolsOf({ tools, tool_choice: choice = 'auto' }: Asked): Pick<Prompt, 'tools' | 'choice'> {
  const offered = (tools ?? []).flatMap((tool): readonly PromptTool[] => {
    if (!('function' in tool) || !isObject(tool.function)) return []
    const { name, parameters } = tool.function
    return [{ name: String(name), schema: isObject(parameters) ? parameters : { type: 'object' } }]
  })
  if (typeof choice === 'object') return { tools: offered, choice: choice.function }
  return { tools: offered, choice: choice === 'any' ? 'required' : choice }
}

function formatOf({ response_format: format }: Asked): Prompt['format'] {
  if (!format || format.type === 'text') return undefined
  if (format.type === 'json_object') return 'object'
  const { schema } = format.json_schema
  return isObject(schema) ? { schema } : 'object'
}
