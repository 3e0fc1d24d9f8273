/**
 * What the scripted model is asked, read from a native request that has been judged.
 *
 * @module
 */
import type { Prompt } from '../../../src/sandbox.ts'
import { isObject } from '../../../src/wire/json.ts'
import type { SeenRequest } from '../strict.ts'

/** A native request that has been judged. */
export type Asked = SeenRequest

type Message = Asked['messages'][number]

/** What the scripted model is asked. `thinks` says whether it can think, which it then does unless told otherwise. */
export function promptOf(request: Asked, thinks: boolean): Prompt {
  const { model, messages, tools = [], tool_choice: choice, thinking, max_tokens, stop_sequences } = request
  const spoken = messages.findLast(({ role }) => role === 'user')
  const format = formatOf(request)
  return {
    model,
    text: textOf(spoken),
    instructions: messages
      .filter(({ role }) => role === 'system')
      .map(textOf)
      .join('\n'),
    attachments: picturesOf(spoken).map((url) => /^data:([^;,]+)/u.exec(url)?.[1] ?? 'image'),
    results: resultsOf(messages),
    tools: tools.map(({ function: { name, parameters } }) => ({
      name,
      ...(isObject(parameters) && { schema: parameters }),
    })),
    choice: choice === 'REQUIRED' ? 'required' : choice === 'NONE' ? 'none' : 'auto',
    parallel: true,
    thinking: thinks && thinking?.type !== 'disabled',
    ...(format && { format }),
    ...(max_tokens !== undefined && { limit: max_tokens }),
    stop: stop_sequences ?? [],
    pauses: 'never',
  }
}

/** Addresses and data of all pictures. */
export function pictures({ messages }: Asked): readonly string[] {
  return messages.flatMap(picturesOf)
}

function picturesOf(message: Message | undefined): readonly string[] {
  if (message?.role !== 'user' || typeof message.content === 'string') return []
  return message.content.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []))
}

function textOf(message: Message | undefined): string {
  const content = message?.content ?? ''
  if (typeof content === 'string') return content
  return content
    .flatMap((part) => {
      if (part.type === 'text') return [part.text]
      return part.type === 'document' ? [JSON.stringify(part.document.data)] : []
    })
    .join('\n')
}

/** The answers of tools at the end of the conversation. */
function resultsOf(messages: Asked['messages']): Prompt['results'] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  return messages.slice(start).map((message) => {
    const call = calls.find(({ id }) => message.role === 'tool' && id === message.tool_call_id)
    return { name: call?.function.name ?? '', text: textOf(message) }
  })
}

function formatOf({ response_format: format }: Asked): Prompt['format'] {
  if (format?.type !== 'json_object') return undefined
  return isObject(format.json_schema) ? { schema: format.json_schema } : 'object'
}
